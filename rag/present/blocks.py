"""What is mark-up in the text of an answer: paragraphs, lists, headings, and bold, italics and code within a line.

Whatever stands within “quotation marks”, and every title and cited sentence, is what a paper says: a star there is a
star. Not handled: the rest of Markdown, which stays the text that it is; lists within lists, which are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from rag.nouns import EXTRACTIVE, Answer
from rag.present.references import title

Piece = tuple[str, str]
"""A tag (`em`, `strong`, `code` or none), and the words within it."""
Line = tuple[str, tuple[Piece, ...]]
"""The sign that a line began with, such as `-` or `2.`, and what it says."""

_LINE = re.compile(r"[^\n]+")
_PREFIX = re.compile(r"\s*(?:(?P<ul>[-*•])|(?P<ol>\d{1,2})[.)])\s+|\s*(?P<h>#{1,6})\s+|\s*")
_STYLES = re.compile(
    r"`(?P<code>[^`\n]{1,200})`"
    r"|\*\*(?P<strong>(?=\S)[^*\n]{1,300}?(?<=\S))\*\*"
    r"|(?<![*\w\\])\*(?P<em>(?=\S)[^*\n]{1,300}?(?<=[^\s\\]))\*(?![*\w])"
)
_QUOTED = r"„[^„“”\n]*[“”]?|“(?:[^“”\n]|“[^“”\n]*”)*”?"
_SIGN = re.compile(r"[*`]|\[\d")
_NO_SIGN = "\ufdd0"
_MAY_OPEN = re.compile(r"\*\S|`")


def prose(answer: Answer) -> str:
    """Return an answer's text; nothing where its table says the same, quote by quote."""
    cells = " ".join(str(cell) for row in answer.table.rows for cell in row) if answer.table else ""
    told = answer.citations and all(f"[{citation.number}]" in cells for citation in answer.citations)
    return "" if told and answer.reader == EXTRACTIVE else answer.text


def papers_words(answer: Answer) -> tuple[str, ...]:
    """Return the titles and cited sentences that hold what would be mark-up or a marker, the longest first."""
    shown = (passage.paper for passage in answer.evidence)
    papers = (*(citation.paper for citation in answer.citations), *answer.related, *shown)
    quotes = (sentence.quote for citation in answer.citations for sentence in citation.sentences)
    said = dict.fromkeys((*map(title, papers), *(" ".join(quote.split()) for quote in quotes)))
    return tuple(sorted(filter(_SIGN.search, said), key=len, reverse=True))


def lines(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield (kind, start, start of the words, end) of each line; kinds are p, ul, ol, h, and gap for an empty line."""
    at = 0
    for line in _LINE.finditer(text):
        if text[at : line.start()].count("\n") > 1:
            yield "gap", line.start(), line.start(), line.start()
        at = line.end()
        prefix = _PREFIX.match(line[0])
        words = line.start() + (prefix.end() if prefix else 0)
        if words < at:
            yield (prefix and prefix.lastgroup) or "p", line.start(), words, at


def styles(text: str, literal: Sequence[str] = ()) -> Iterator[tuple[str, int, int]]:
    """Yield (tag, start, end) of the pieces of one line in order, stars and ticks left out; the tag may be empty."""
    at = 0
    for match in _STYLES.finditer(_masked(text, literal)):
        tag = match.lastgroup or ""
        if tag == "code" and "`" in text[slice(*match.span(tag))]:
            continue  # a tick that a paper wrote would end it
        yield "", at, match.start()
        yield tag, *match.span(tag)
        at = match.end()
    yield "", at, len(text)


def inline_pieces(text: str, literal: Sequence[str] = ()) -> tuple[Piece, ...]:
    """Return the pieces of one line, each with its tag."""
    return tuple((tag, text[start:end]) for tag, start, end in styles(text, literal) if start < end)


def markup_blocks(text: str, literal: Sequence[str] = ()) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """Yield (kind, lines) of a text: a paragraph, a list or a heading."""
    for kind, run in groupby(lines(text), key=lambda line: line[0]):
        told = tuple(
            (text[start:words].strip(), inline_pieces(text[words:end].rstrip(), literal))
            for _, start, words, end in run
        )
        if kind != "gap":
            yield from ((kind, (line,)) for line in told) if kind == "h" else [(kind, told)]


def settled(text: str) -> str:
    """Return what of a growing text stays as it is: a star or tick in its last line may yet be mark-up."""
    begin = text.rfind("\n") + 1
    line = text[begin:]
    opened = (_MAY_OPEN.search(_masked(line), start, end) for tag, start, end in styles(line) if not tag)
    return text[: min((begin + sign.start() for sign in opened if sign), default=len(text))]


def _masked(text: str, literal: Sequence[str] = ()) -> str:
    """Return text of the same length in which what papers say holds no sign."""
    return re.sub("|".join([*map(re.escape, literal), _QUOTED]), lambda said: _NO_SIGN * len(said[0]), text)
