"""CSV and its kin (semicolons, tabs, bars), with a header that names title and abstract; lists of arXiv ids.

Not handled: tables without a header.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from rag.base.text import plural
from rag.base.text.addresses import arxiv_id, canonical_url
from rag.intake.content import Content
from rag.intake.formats import Entry, FoundRecord, Note, passed_over
from rag.intake.formats.fields import found_in, has_title_field, known_fields
from rag.nouns import Record

_FIRST_LINES = 4
"""Lines among which the header stands; above it some services say what the table is of."""
_MARKED = re.compile(r"(\*\*|__|\*|_)(?P<bold>[^*_]+)\1|\[(?P<text>[^\[\]]+)\]\((?P<url>https?://[^\s)]+)\)")
"""A cell in bold, or a link, as tables in Markdown have them."""


def header_line(lines: Sequence[str], name: str) -> int | None:
    """Return the place of a table's header among the first lines of a file called `name`; None where it is no table."""
    for place, line in enumerate(lines[:_FIRST_LINES]):
        cells = _cells(line)
        has_text, known = known_fields(cells)
        below = next((line for line in lines[place + 1 :] if line.strip()), None)
        goes_on = below is None or _delimiter(line) in below  # else it is a sentence that lists things
        if len(cells) > 1 and has_text and (_is_named_so(name) or (known > 1 and goes_on)):
            return place
    return 0 if _is_named_so(name) and len(_cells(lines[0])) > 1 else None


def parse_csv(content: Content, name: str) -> Iterator[Entry]:
    """Yield a record for every row that has as many cells as the header."""
    lines = (("" if line is None else line.replace("\x00", "")) + "\n" for _, line in content.lines())
    first = list(islice(lines, _FIRST_LINES))
    at = header_line(first, name) or 0
    header = _cells(first[at]) if first else []
    if not has_title_field(dict.fromkeys(header)):
        yield Note(
            "The table's first line names no column “title”: name its columns title, abstract, authors, date, url."
        )
        return
    rows = csv.reader(chain(first[at + 1 :], lines), delimiter=_delimiter(first[at]))
    before = begins = at + 2
    while True:
        try:
            row = next(rows)
            if any(cell.strip(" :-") for cell in row):  # a rule below the header is no row
                yield _entry(begins, header, row)
        except StopIteration:
            break
        except csv.Error as error:
            yield passed_over(begins, "", f"a row that cannot be read ({error})")
        begins = rows.line_num + before
    if begins == before:
        yield Note("The table has a header and no rows: no paper in it.")


def _entry(line: int, header: list[str], row: list[str]) -> Entry:
    if len(row) != len(header):
        why = f"{len(row)} cells under a header of {len(header)}: is a quotation mark missing?"
        return passed_over(line, " | ".join(row), why)
    told = dict(zip(header, row, strict=True))
    for name, cell in zip(header, row, strict=True):
        if found := _MARKED.fullmatch(cell.strip()):
            told[name] = found["bold"] or found["text"]
            if found["url"]:
                told["url"] = found["url"]
    return found_in(told, line)


def _cells(line: str) -> list[str]:
    try:
        cells = next(csv.reader([line.strip("\ufeff\r\n")], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


def _is_named_so(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith((".csv", ".tsv"))


def parse_ids(content: Content) -> Iterator[Entry]:
    """Yield a paper that is wanted, without title and abstract, for every id or link; what follows `#` is a remark."""
    found = 0
    for number, line in content.lines():
        text = (line or "").strip().partition(" #")[0].rstrip()
        if not text or text.startswith("#"):
            continue
        identifier = arxiv_id(text) if len(text) < 500 else None
        if identifier is None:
            yield passed_over(number, text, "neither an arXiv id nor a link to a paper")
            continue
        found += 1
        url = canonical_url(text) or f"https://arxiv.org/abs/{identifier}"
        yield FoundRecord(Record(title="", own_id=identifier, arxiv_id=identifier, url=url), number)
    kept = f"{plural(found, 'arXiv id')} {'is' if found == 1 else 'are'} kept as wanted"
    yield Note(f"{kept}: `abstract-qa enrich` fetches titles and abstracts.")
