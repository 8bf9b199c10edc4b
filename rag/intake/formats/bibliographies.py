"""BibTeX and RIS, as reference managers export them, with abstracts where they hold them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Entry as BibtexEntry
from bibtexparser.model import ParsingFailedBlock

from rag.base.text.cleaning import original_if_changed
from rag.base.text.latex import plain
from rag.base.text.names import is_organisation
from rag.intake.content import Content
from rag.intake.entries import Entry, Found, Note, passed_over
from rag.intake.formats.authors import first_last
from rag.intake.formats.fields import record_from

# It logs what it also returns as failed blocks; without a handler that would reach the person's screen.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AS_WRITTEN = ("url", "doi", "eprint", "file", "howpublished", "author", "editor")
"""Fields of BibTeX that are no LaTeX, or whose braces tell something."""
_RIS_VENUES = ("journal_name", "alternate_title3", "secondary_title", "alternate_title2")
"""rispy's names of JO, JF, T2 and JA."""
_LISTS = [*rispy.LIST_TYPE_TAGS, "AB", "N2", "TI", "T1"]
"""Tags of RIS that may stand more than once: a second one goes on with the first."""
_RIS_END = re.compile(r"^ER  ?-.*$", re.M)
_RIS_START = re.compile(r"^TY  ?-", re.M)


def parse_bibtex(content: Content) -> Iterator[Entry]:
    """Yield the entries of a BibTeX file that have a title; what cannot be parsed is passed over with its line."""
    for block in parse_string(content.text()).blocks:
        if isinstance(block, ParsingFailedBlock) and isinstance(block.ignore_error_block, BibtexEntry):
            block = block.ignore_error_block  # a key or a field that stands twice is no reason to lose the paper
        line = (block.start_line or 0) + 1
        if isinstance(block, BibtexEntry):
            record = record_from(_from_bibtex(block))
            source = next((str(field.value) for field in block.fields if field.key.casefold() == "abstract"), "")
            kept = original_if_changed(source, record.abstract)
            yield Found(replace(record, original=kept), line)
        elif isinstance(block, ParsingFailedBlock):
            yield passed_over(line, block.raw or "", "an entry that is not closed or cannot be parsed")


def parse_ris(content: Content) -> Iterator[Entry]:
    """Yield the records of a RIS file, each parsed by itself."""
    text = content.text()
    line, position = 1, 0
    for end in _RIS_END.finditer(text):
        yield _from_ris(text[position : end.end()], line)
        line += text.count("\n", position, end.end())
        position = end.end()
    if rest := text[position:].strip():
        if _RIS_START.search(rest):
            yield _from_ris(f"{rest}\nER  - \n", line)
            yield Note("The last record has no end (ER): the file may be cut off.")
        else:
            yield passed_over(line, rest, "not a record")


def _from_bibtex(entry: BibtexEntry) -> dict[str, Any]:
    """Return an entry's fields under the names that `record_from` knows."""
    written = {field.key.casefold(): _bare(str(field.value)) for field in entry.fields}
    data: dict[str, Any] = {name: value if name in _AS_WRITTEN else plain(value) for name, value in written.items()}
    data.pop("id", None)
    data["author"] = [_bibtex_name(name) for name in split_multiple_persons_names(written.get("author", ""))]
    parts = (data.get("year", ""), _month(data.get("month", "")), data.get("day", ""))
    date = data.get("date") or "-".join(part for part in parts[: 2 + bool(parts[1] and parts[2].isdecimal())] if part)
    return {**data, "date": date}


def _bibtex_name(name: str) -> Any:
    """Return a name in the order it is spoken; one that braces keep whole is an organisation's."""
    name = " ".join(name.split())
    if name[:1] + name[-1:] == "{}" and _closes_at_end(name):
        return {"literal": plain(name[1:-1])}
    try:
        parts = parse_single_name_into_parts(name)
    except InvalidNameError:
        return first_last(plain(name))
    spoken = " ".join((*parts.first, *parts.von, *parts.last))
    return {"name": plain(f"{spoken}, {' '.join(parts.jr)}" if parts.jr else spoken)}


def _closes_at_end(text: str) -> bool:
    """Whether the brace that a text begins with is closed by its last character."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return place == len(text) - 1
    return False


def _bare(value: str) -> str:
    """Drop the enclosing braces or quotes, which stay on where a block was at fault."""
    value = value.strip()
    return value[1:-1] if value[:1] + value[-1:] in ("{}", '""') and "{" not in value[1:-1] else value


def _from_ris(text: str, line: int) -> Entry:
    start = _RIS_START.search(text)
    if start is None:
        return passed_over(line, text, "not a record")
    line += text.count("\n", 0, start.start())
    try:
        body = text[start.start() :].replace("\ufeff", "")
        items = rispy.loads(body, skip_unknown_tags=True, list_tags=_LISTS)
    except (OSError, ValueError, KeyError, IndexError) as error:
        return passed_over(line, text, f"a record that cannot be parsed ({error})")
    if not items:
        return passed_over(line, text, "a record without fields")
    return Found(record_from(_ris_fields(items[0])), line)


def _ris_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    links = item.get("urls") or [item.get("url")]
    year = str(item.get("publication_year") or item.get("year") or "").strip("/ ")
    date = str(item.get("date") or "").strip("/ ")
    written = date if date.startswith(year) else year
    people = [*(item.get("authors") or ()), *(item.get("first_authors") or ())]
    paragraphs = dict.fromkeys([*(item.get("abstract") or ()), *(item.get("notes_abstract") or ())])
    return {
        "title": " ".join(item.get("title") or item.get("primary_title") or ()),
        "abstract": "\n\n".join(paragraphs),
        "authors": [_ris_name(name) for told in people for name in told.split(";") if name.strip()],
        "date": re.sub(r"/.*", "", written) if "//" in written else written,
        "url": next((link for link in links if isinstance(link, str)), None),
        "doi": item.get("doi"),
        "venue": next((item[name] for name in _RIS_VENUES if item.get(name)), None),
    }


def _ris_name(name: str) -> Any:
    """RIS writes persons as `family, given`; without a comma only what speaks of an organisation is one."""
    return first_last(name) if "," in name or not is_organisation(name) else {"literal": name.strip()}


def _month(text: str) -> str:
    text = text.strip().casefold()
    if text[:3] in _MONTHS:
        return f"{_MONTHS.index(text[:3]) + 1:02d}"
    return f"{int(text):02d}" if text.isdecimal() and 1 <= int(text[:4]) <= 12 else ""
