"""The lines of a listing page, told apart by their shape (text, link, authors, date, count), and their paragraphs.

Not handled: pages in other languages than English, whose metadata is then passed over and reported; a page without
blank lines whose paragraphs are wrapped at some width, of which only the unwrapped form is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from rag.base.text.addresses import arxiv_id
from rag.base.text.cleaning import clean_line
from rag.intake.formats.dates import read_date
from rag.intake.formats.listing_shapes import is_names

MOST_LINES = 300_000
"""Lines of a listing page that are read; a page of 100 papers has about 1,000."""
LONG_LINE = 200
"""Characters from which a line is neither metadata nor a wrapped one."""


class LineKind(Enum):
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
class Block:
    """One line, one piece of a line of metadata, or the lines of one paragraph as they stood.

    `number` is that of its first line, from 1; `value` the count, the `WrittenDate` or the name that metadata tells.
    """

    number: int
    kind: LineKind
    text: str
    value: Any = None
    url: str | None = None


_PAGE_WORDS = frozenset(
    re.split(
        r"[|\n]\s*",
        """new|subscribe|daily papers|daily papers - hugging face|trending papers|trending papers - hugging face|papers
        byak and the research community|by ak and the research community|and the research community|by|ak|byak
        get trending papers in your email inbox|get trending papers in your email inbox once a day|hugging face
        daily|weekly|monthly|trending|models|datasets|spaces|buckets|buckets new|posts|docs|enterprise|pricing
        solutions|community|log in|sign up|search|search papers|upvote|upvoted|submitted by|view all|view pdf
        view arxiv page|pdf|arxiv|arxiv page|github|project page|load more|show more|previous|next|back to top|sort by
        most recent|relevance|filters|share|bookmark|like|follow|company|tos|privacy|about|careers|jobs|website
        system theme|terms|cookies|hugging face papers|papers search|all papers|loading|loading...
        your ai agent can use this|hf.co/papers""",
    )
)
_PAGE_LINE = re.compile(
    r"\*\*(?:url|page title|title|date|source|saved)\s*:?\*\*:?.*|©.*|image:.*|submitted by\s+\S{1,60}"
    r"|pdf(?: \(full\))? (?:bib|abs)\b.*|bib \(full\)",
    re.I,
)
_NUMBERS = (
    (LineKind.AUTHORS, re.compile(r"[\s•·*\-–\[(]*(\d{1,5})\s+authors?\s*[\])]*(?:\(https?://[^\s)]+\))?", re.I)),
    (LineKind.COUNT, re.compile(r"(\d{1,5})(?:\s+comments?)?|-", re.I)),
    (
        LineKind.UPVOTES,
        re.compile(r"(?:\[-\]|▲|△|⬆️?|👍|\+|upvotes?:?)\s*(?:(\d{1,6})|-)?(?:\s+upvotes?)?|(\d{1,6})\s+upvotes?", re.I),
    ),
)
_URL = re.compile(r"<?(https?://[^\s<>]+)>?", re.I)
_ABSTRACT = re.compile(r"(?:#{1,6}\s+)?(?:\*\*|__|\*|_)?abstract(?:\*\*|__|\*|_)?:?(?:\*\*)?", re.I)
_MARKDOWN_LINK = re.compile(r"(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?\s*\[([^\]]*)\]\((https?://[^\s)]+)\)")
_EXTRA_LINK = re.compile(
    r"(?:link:.*|(?:source )?code|project(?: page)?|(?:live )?demo"
    r"|(?:hugging ?face|github|arxiv|pdf|website|image)[\s\d.k]*)?",
    re.I,
)
_HEADING = re.compile(r"#{1,6}\s+(.*\S)\s*")
_BOLD = re.compile(r"(\*\*|__).+\1")
_PIECES = re.compile(r"\s+[·•|]\s+|^\s*[·•|]\s+|\s+[·•|]\s*$")
_JOINED = re.compile(r"(?<=[^\n])new(?=\n(?:.*\n)?Get trending papers in your)")
"""Where two pages were put together, the first without a line end."""
_SEARCHED = re.compile(r"(?<=research community)\s++\S.*+(?=\n\s*+daily\s*?\n)", re.I)
"""What a search was for, between the page's curators and its tabs."""


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page in order, without its blank lines; the lines of a paragraph are one block."""
    text = _SEARCHED.sub(lambda found: "\n" * found[0].count("\n"), _JOINED.sub("", text))
    lines = list(_lines(text))
    _mark_organisations(lines)
    blank = sum(line.kind is LineKind.BLANK for line in lines)
    is_dense = any(map(_is_long, lines)) and blank < 0.1 * len(lines)  # blank lines are lost: each line is a paragraph
    glued: list[list[Block]] = []
    is_open = False
    for line in lines:
        if is_open and not is_dense and _is_wrapped(glued[-1], line):
            line = replace(line, kind=LineKind.TEXT)
        if line.kind is LineKind.BLANK:
            is_open = False
        elif is_open and line.kind is LineKind.TEXT and _belongs(glued[-1], line, is_dense):
            glued[-1].append(line)
        else:
            glued.append([line])
            is_open = line.kind in (LineKind.TEXT, LineKind.HEADING)
    return [replace(paragraph[0], text="\n".join(line.text for line in paragraph)) for paragraph in glued]


def _is_long(line: Block) -> bool:
    return len(line.text) >= LONG_LINE


def _mark_organisations(lines: list[Block]) -> None:
    """Mark as organisation the short line before a dot and a date or authors, where an abstract stands before it."""
    solid = [
        place for place, line in enumerate(lines) if line.kind not in (LineKind.BLANK, LineKind.LINK, LineKind.EXTRA)
    ]
    for places in zip(solid, solid[1:], solid[2:], solid[3:], strict=False):
        before, here, dot, after = (lines[place] for place in places)
        is_card = before.kind in (LineKind.TEXT, LineKind.HEADING) and after.kind in (LineKind.DATE, LineKind.AUTHORS)
        if is_card and dot.kind is LineKind.DOT and here.kind is LineKind.TEXT and len(here.text) <= 100:
            lines[places[1]] = _organisation(here.number, here.text.strip())


def _is_wrapped(paragraph: Sequence[Block], line: Block) -> bool:
    """ "Models" as the last word of a wrapped title, or a link to code as a line of a wrapped abstract."""
    may_be_text = line.kind is LineKind.PAGE or (line.kind is LineKind.LINK and arxiv_id(line.url) is None)
    is_at_width = any(40 <= len(one.text) <= 120 for one in (paragraph[0], paragraph[-1]))
    return may_be_text and is_at_width and paragraph[-1].kind is LineKind.TEXT


def _belongs(paragraph: Sequence[Block], line: Block, is_dense: bool) -> bool:
    """Tell whether a line goes on with the paragraph above it."""
    first = paragraph[0]
    if first.kind is LineKind.HEADING:
        return line.text[:1].isspace()
    if len(paragraph) <= 2 and (is_names(line.text) or is_names(first.text)):
        return False  # the authors, between a title and its abstract
    is_title = len(paragraph) == 1 and _is_long(line) and not _is_long(first)  # directly above its unwrapped abstract
    return not is_title and not is_dense


# ----------------------------------------------------------------------------------------------------
# Each line by itself; a line `3 authors · Aug 22` is its pieces.


def _lines(text: str) -> Iterator[Block]:
    after_submitter = False
    for number, raw in enumerate(text.split("\n", MOST_LINES)[:MOST_LINES], 1):
        body = raw.strip()
        told = (_metadata(number, body) or [_short(number, body, raw)]) if len(body) <= LONG_LINE else []
        for line in told or [Block(number, LineKind.TEXT, raw)]:
            if after_submitter and line.kind is LineKind.TEXT:
                line = replace(line, kind=LineKind.PAGE)
            if line.kind is not LineKind.BLANK:
                after_submitter = line.text.casefold() == "submitted by"
            yield line


def _metadata(number: int, body: str) -> list[Block]:
    """Return the pieces of a line that is metadata and nothing else; an empty list for any other line."""
    if whole := _datum(number, body):
        return [whole]
    pieces = [piece.strip() for piece in _PIECES.split(body) if piece.strip()]
    data = [_datum(number, piece) or _organisation(number, piece) for piece in pieces]
    kinds = [datum.kind for datum in data]
    is_metadata = (
        len(data) > 1 and kinds.count(LineKind.ORGANISATION) < 2 and {LineKind.AUTHORS, LineKind.DATE} & set(kinds)
    )
    return data if is_metadata else []


def _datum(number: int, body: str) -> Block | None:
    """Return a count, a date or the authors' line as such."""
    for kind, pattern in _NUMBERS:
        if found := pattern.fullmatch(body):
            return Block(number, kind, body, next((int(count) for count in found.groups() if count), None))
    written = read_date(body) if len(body) <= 60 else None
    return Block(number, LineKind.DATE, body, written) if written else None


def _organisation(number: int, name: str) -> Block:
    return Block(number, LineKind.ORGANISATION, name, clean_line(name))


def _short(number: int, body: str, raw: str) -> Block:
    """Tell apart a line of no more than 200 characters."""
    heading = _HEADING.fullmatch(body)
    inner = heading[1] if heading else body
    if not body:
        return Block(number, LineKind.BLANK, "")
    if inner.casefold().rstrip(".!:") in _PAGE_WORDS or _PAGE_LINE.fullmatch(body):
        return Block(number, LineKind.PAGE, inner)
    if url := _URL.fullmatch(body):
        return Block(number, LineKind.LINK, body, url=url[1])
    if _ABSTRACT.fullmatch(body):
        return Block(number, LineKind.ABSTRACT, body)
    if link := _MARKDOWN_LINK.fullmatch(inner):
        is_extra = not heading and _EXTRA_LINK.fullmatch(link[1].strip())
        return Block(number, LineKind.EXTRA if is_extra else LineKind.HEADING, link[1], url=link[2])
    if heading or _BOLD.fullmatch(body):
        return Block(number, LineKind.HEADING, inner if heading else body[2:-2])
    if not any(char.isalnum() for char in body):
        return Block(number, LineKind.DOT if body in ("·", "•", "|") else LineKind.EXTRA, body)
    return Block(number, LineKind.TEXT, raw)
