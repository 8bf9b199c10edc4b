"""BibTeX, as reference managers export it, with abstracts where it holds them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Entry as BibtexEntry
from bibtexparser.model import ParsingFailedBlock

from rag.base.text.cleaning import original_if_changed
from rag.base.text.latex import plain
from rag.intake.content import Content
from rag.intake.formats import Entry, FoundRecord, passed_over
from rag.intake.formats.authors import first_last
from rag.intake.formats.dates import iso_date
from rag.intake.formats.fields import record_from

# It logs what it also returns as failed blocks; without a handler that would reach the person's screen.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_AS_WRITTEN = ("url", "doi", "eprint", "file", "howpublished", "author", "editor")
"""Fields of BibTeX that are no LaTeX, or whose braces tell something."""
_ORGANISATION = re.compile(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\}")
"""A name whose first brace is closed by its last character; braces within it are at most two deep."""


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
            yield FoundRecord(replace(record, original=kept), line)
        elif isinstance(block, ParsingFailedBlock):
            yield passed_over(line, block.raw or "", "an entry that is not closed or cannot be parsed")


def _from_bibtex(entry: BibtexEntry) -> dict[str, Any]:
    """Return an entry's fields under the names that `record_from` knows."""
    written = {field.key.casefold(): _bare(str(field.value)) for field in entry.fields}
    data: dict[str, Any] = {name: value if name in _AS_WRITTEN else plain(value) for name, value in written.items()}
    data.pop("id", None)
    data["author"] = [_bibtex_name(name) for name in split_multiple_persons_names(written.get("author", ""))]
    parts = [part for part in (data.get(name, "") for name in ("year", "month", "day")) if part]
    dates = ["-".join(parts[:most]) for most in range(len(parts), 0, -1)]
    return {**data, "date": data.get("date") or next((date for date in dates if iso_date(date)), (*dates, "")[0])}


def _bibtex_name(name: str) -> Any:
    """Return a name in the order it is spoken; one that braces keep whole is an organisation's."""
    name = " ".join(name.split())
    if _ORGANISATION.fullmatch(name):
        return {"literal": plain(name[1:-1])}
    if name.startswith(("family=", "given=")):  # BibLaTeX's longer way of writing names
        told = dict(part.split("=", 1) for part in re.split(r"\s*,\s*", name) if "=" in part)
        return {"name": plain(" ".join(told[key] for key in ("given", "prefix", "family", "suffix") if key in told))}
    try:
        parts = parse_single_name_into_parts(name)
    except InvalidNameError:
        return first_last(plain(name))
    spoken = " ".join((*parts.first, *parts.von, *parts.last))
    return {"name": plain(f"{spoken}, {' '.join(parts.jr)}" if parts.jr else spoken)}


def _bare(value: str) -> str:
    """Drop the enclosing braces or quotes, which stay on where a block was at fault."""
    value = value.strip()
    return value[1:-1] if value[:1] + value[-1:] in ("{}", '""') and "{" not in value[1:-1] else value
