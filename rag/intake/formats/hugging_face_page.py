"""Hugging Face's page of one paper as copied text: id, title, names one a line, and the abstract below its heading.

Not handled: the comments below, and the papers that they recommend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rag.intake.entries import Entry, Found
from rag.intake.formats.fields import record_from

_ID = re.compile(r"arxiv:(\d{4}\.\d{4,5})")
_DATE = re.compile(r"\W*Published on (\w{3,9} \d{1,2}(?:, \d{4})?)")
_END = re.compile(r"view arxiv page|view pdf|project page|github\b.*|add to collection|community", re.I)
_SUMMARY = "AI-generated summary"
"""What stands below a summary that a model wrote, above the abstract."""


class _Places(NamedTuple):
    identifier: int
    names: int
    abstract: int


def is_hugging_face_paper(text: str) -> bool:
    """Tell whether a text is such a page."""
    return "arxiv:" in text and "\nAuthors:" in text and _places(_lines(text)) is not None


def parse_hugging_face_paper(text: str) -> Iterator[Entry]:
    """Yield the paper of the page."""
    lines = _lines(text)
    at = _places(lines)
    assert at is not None
    end = next((place for place in range(at.abstract, len(lines)) if _END.fullmatch(lines[place])), len(lines))
    body = lines[at.abstract + 1 : end]
    if _SUMMARY in body:
        body = body[body.index(_SUMMARY) + 1 :]
    identifier = lines[at.identifier].removeprefix("arxiv:")
    dated = [found for line in lines[at.identifier : at.names] if (found := _DATE.match(line))]
    told = {
        "title": lines[at.identifier + 1],
        "abstract": "\n".join(body),
        "authors": [name for name in (line.strip(" ,") for line in lines[at.names + 1 : at.abstract]) if name],
        "arxiv": identifier,
        "date": dated[0][1] if dated else "",
        "url": f"https://huggingface.co/papers/{identifier}",
    }
    yield Found(record_from(told), at.identifier + 2)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n")]


def _places(lines: list[str]) -> _Places | None:
    """Return where the id, the word above the names and that above the abstract stand, in this order."""
    identifier = next((place for place, line in enumerate(lines) if _ID.fullmatch(line)), None)
    try:
        names = lines.index("Authors:", (len(lines) if identifier is None else identifier) + 2)
        return _Places(identifier or 0, names, lines.index("Abstract", names))
    except ValueError:
        return None
