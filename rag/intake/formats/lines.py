"""The lines of a listing page, each told apart by its shape: text, link, authors, date, count, the page's own words.

Not handled: pages in other languages than English; their metadata is then passed over and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from rag.intake.formats.dates import WrittenDate, read_date

MOST_LINES = 300_000
"""Lines of a listing page that are read; a page of 100 papers has about 1,000."""


class Kind(Enum):
    """What a line of a listing page is."""

    BLANK = auto()
    TEXT = auto()
    HEADING = auto()
    PAGE = auto()
    """The page's own head, foot and buttons."""
    LINK = auto()
    AUTHORS = auto()
    DOT = auto()
    DATE = auto()
    COUNT = auto()
    UPVOTES = auto()
    ORGANISATION = auto()
    ABSTRACT = auto()
    """The word “Abstract” above one."""
    EXTRA = auto()
    """Part of a record's card that no field holds: a link to its code, a bracket left by a link."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or one piece of a line of metadata. `number` counts from 1."""

    number: int
    kind: Kind
    text: str
    count: int | None = None
    date: WrittenDate | None = None
    url: str | None = None


_PAGE_WORDS = frozenset(
    """new|subscribe|daily papers|daily papers - hugging face|trending papers|trending papers - hugging face|papers
    |byak and the research community|by ak and the research community|and the research community|by|ak|byak
    |get trending papers in your email inbox|get trending papers in your email inbox once a day|hugging face
    |daily|weekly|monthly|trending|models|datasets|spaces|buckets|buckets new|posts|docs|enterprise|pricing|solutions
    |community|log in|sign up|search|search papers|upvote|upvoted|submitted by|view all|view pdf|view arxiv page|pdf
    |arxiv|arxiv page|github|project page|load more|show more|previous|next|back to top|sort by|most recent|relevance
    |filters|share|bookmark|like|follow|company|tos|privacy|about|careers|jobs|website|system theme|terms|cookies
    |hugging face papers|papers search|all papers|loading|loading...|your ai agent can use this|hf.co/papers
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_PAGE_LINE = re.compile(
    r"\*\*(?:url|page title|title|date|source|saved)\s*:?\*\*:?.*|©.*|image:.*"
    r"|pdf(?: \(full\))? (?:bib|abs)\b.*|bib \(full\)",
    re.I,
)
_SUBMITTED = re.compile(r"submitted by\s+\S{1,60}", re.I)
_AUTHORS = re.compile(r"[\s•·*\-–\[(]*(\d{1,5})\s+authors?\s*[\])]*(?:\((https?://[^\s)]+)\))?", re.I)
_UPVOTES = re.compile(r"(?:\[-\]|▲|△|⬆️?|👍|\+|upvotes?:?)\s*(\d{1,6}|-)?(?:\s+upvotes?)?|(\d{1,6})\s+upvotes?", re.I)
_COUNT = re.compile(r"(\d{1,5})(?:\s+comments?)?|-", re.I)
_URL = re.compile(r"<?(https?://[^\s<>]+)>?", re.I)
_ABSTRACT = re.compile(r"(?:#{1,6}\s+)?(?:\*\*|__|\*|_)?abstract(?:\*\*|__|\*|_)?:?(?:\*\*)?", re.I)
_MARKDOWN_LINK = re.compile(r"(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?\s*\[([^\]]*)\]\((https?://[^\s)]+)\)")
_EXTRA_LINK = re.compile(
    r"(?:link:.*|(?:source )?code|project(?: page)?|(?:live )?demo"
    r"|(?:hugging ?face|github|arxiv|pdf|website|image)[\s\d.k]*)?",
    re.I,
)
_HEADING = re.compile(r"(#{1,6})\s+(.*\S)\s*")
_BOLD = re.compile(r"(\*\*|__)(.+)\1")
_PIECES = re.compile(r"\s+[·•|]\s+|^\s*[·•|]\s+|\s+[·•|]\s*$")


def classify(text: str) -> Iterator[Line]:
    """Yield the lines of a page; a line `3 authors · Aug 22` is yielded as its pieces."""
    after_submitter = False
    lines = text.split("\n", MOST_LINES)[:MOST_LINES]
    for number, raw in enumerate(lines, 1):
        if raw.endswith("new") and raw != "new" and _begins_page(lines[number : number + 2]):
            raw = raw[:-3]  # two pages put together, the first without a line end
        for line in _line(number, raw):
            if after_submitter and line.kind is Kind.TEXT:
                line = replace(line, kind=Kind.PAGE)
            if line.kind is not Kind.BLANK:
                after_submitter = line.text.casefold() == "submitted by"
            yield line


def _begins_page(following: list[str]) -> bool:
    return any(line.startswith("Get trending papers in your") for line in following)


def _line(number: int, raw: str) -> Iterator[Line]:
    body = raw.strip()
    if len(body) <= 200:
        if pieces := _metadata(number, body):
            yield from pieces
        else:
            yield _short(number, body, raw)
    else:
        yield Line(number, Kind.TEXT, raw)


def _short(number: int, body: str, raw: str) -> Line:
    """Tell apart a line of no more than 200 characters."""
    if not body:
        return Line(number, Kind.BLANK, "")
    if body.casefold().rstrip(".!:") in _PAGE_WORDS or _PAGE_LINE.fullmatch(body) or _SUBMITTED.fullmatch(body):
        return Line(number, Kind.PAGE, body)
    if url := _URL.fullmatch(body):
        return Line(number, Kind.LINK, body, url=url[1])
    if link := _MARKDOWN_LINK.fullmatch(body):
        return Line(
            number, Kind.EXTRA if _EXTRA_LINK.fullmatch(link[1].strip()) else Kind.HEADING, link[1], url=link[2]
        )
    if _ABSTRACT.fullmatch(body):
        return Line(number, Kind.ABSTRACT, body)
    if heading := _HEADING.fullmatch(body):
        return _heading(number, heading[2])
    if bold := _BOLD.fullmatch(body):
        return Line(number, Kind.HEADING, bold[2])
    if not any(char.isalnum() for char in body):
        return Line(number, Kind.DOT if body in ("·", "•", "|") else Kind.EXTRA, body)
    return Line(number, Kind.TEXT, raw)


def _heading(number: int, text: str) -> Line:
    if text.casefold().rstrip(".!:") in _PAGE_WORDS:
        return Line(number, Kind.PAGE, text)
    link = _MARKDOWN_LINK.fullmatch(text)
    return Line(number, Kind.HEADING, link[1] if link else text, url=link[2] if link else None)


def _metadata(number: int, body: str) -> list[Line]:
    """Return the pieces of a line that is metadata and nothing else; an empty list for any other line."""
    if whole := _datum(number, body):
        return [whole]
    pieces = [piece.strip() for piece in _PIECES.split(body) if piece.strip()]
    if len(pieces) < 2:
        return []
    data = [_datum(number, piece) for piece in pieces]
    strangers = [piece for piece, datum in zip(pieces, data, strict=True) if datum is None]
    if len(strangers) > 1 or not any(datum and datum.kind in (Kind.AUTHORS, Kind.DATE) for datum in data):
        return []
    return [datum or Line(number, Kind.ORGANISATION, piece) for piece, datum in zip(pieces, data, strict=True)]


def _datum(number: int, body: str) -> Line | None:
    """Return a count, a date or the authors' line as such."""
    if found := _AUTHORS.fullmatch(body):
        return Line(number, Kind.AUTHORS, body, count=int(found[1]), url=found[2])
    if found := _COUNT.fullmatch(body):
        return Line(number, Kind.COUNT, body, count=int(found[1]) if found[1] else None)
    if found := _UPVOTES.fullmatch(body):
        votes = found[1] or found[2]
        return Line(number, Kind.UPVOTES, body, count=int(votes) if votes and votes != "-" else None)
    if len(body) <= 60 and (written := read_date(body)):
        return Line(number, Kind.DATE, body, date=written)
    return None
