"""BibTeX and RIS, as reference managers export them, with abstracts where they hold them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry as BibtexEntry
from bibtexparser.model import ParsingFailedBlock

from rag.pages.content import Content
from rag.pages.entries import Entry, Found, Note, passed_over
from rag.pages.fields import record_from
from rag.pages.people import first_last
from rag.text.latex import plain

# It logs what it also returns as failed blocks; without a handler that would reach the person's screen.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RIS_END = re.compile(r"^ER  ?-.*$", re.M)
_RIS_START = re.compile(r"^TY  ?-", re.M)


def parse_bibtex(content: Content) -> Iterator[Entry]:
    """Yield the entries of a BibTeX file that have a title; what cannot be parsed is passed over with its line."""
    for block in parse_string(content.text()).blocks:
        if isinstance(block, ParsingFailedBlock) and isinstance(block.ignore_error_block, BibtexEntry):
            block = block.ignore_error_block  # a key or a field that stands twice is no reason to lose the paper
        line = (block.start_line or 0) + 1
        if isinstance(block, BibtexEntry):
            yield Found(record_from(_from_bibtex(block)), line)
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
    data = {field.key.casefold(): _bare(str(field.value)) for field in entry.fields}
    data = {key: value if key == "url" else plain(value) for key, value in data.items()}
    data.pop("id", None)
    people = [first_last(name) for name in re.split(r"\s+and\s+", data.get("author", "")) if name.strip()]
    date = data.get("date") or "-".join(part for part in (data.get("year", ""), _month(data.get("month", ""))) if part)
    return {**data, "author": people, "date": date}


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
        items = rispy.loads(text[start.start() :].replace("\ufeff", ""), skip_unknown_tags=True)
    except (OSError, ValueError, KeyError, IndexError) as error:
        return passed_over(line, text, f"a record that cannot be parsed ({error})")
    if not items:
        return passed_over(line, text, "a record without fields")
    return Found(record_from(_ris_fields(items[0])), line)


def _ris_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    links = item.get("urls") or [item.get("url")]
    written = str(item.get("publication_year") or item.get("year") or item.get("date") or "").strip("/ ")
    return {
        "title": item.get("title") or item.get("primary_title"),
        "abstract": item.get("abstract") or item.get("notes_abstract"),
        "authors": [first_last(name) for name in item.get("authors") or item.get("first_authors") or ()],
        "date": re.sub(r"/.*", "", written) if "//" in written else written,
        "url": next((link for link in links if isinstance(link, str)), None),
        "doi": item.get("doi"),
    }


def _month(text: str) -> str:
    text = text.strip().casefold()
    if text[:3] in _MONTHS:
        return f"{_MONTHS.index(text[:3]) + 1:02d}"
    return f"{int(text):02d}" if text.isdecimal() and 1 <= int(text[:4]) <= 12 else ""
