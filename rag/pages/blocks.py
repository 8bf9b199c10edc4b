"""From lines to blocks: the lines of a paragraph glued together, and the organisation's line told from a title.

Not handled: a page without blank lines whose paragraphs are wrapped at some width; only its unwrapped form is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.pages.lines import Kind, Line
from rag.pages.shape import is_names
from rag.text.addresses import arxiv_id

LONG_LINE = 200
"""Characters from which a line cannot be a wrapped one."""


@dataclass(frozen=True, slots=True)
class Block:
    """One line of metadata, or one paragraph: `lines` are its lines as they stood."""

    kind: Kind
    lines: tuple[Line, ...]

    @property
    def first(self) -> Line:
        """The line that the block starts with."""
        return self.lines[0]

    @property
    def text(self) -> str:
        """The block's lines as one text, line ends kept."""
        return "\n".join(line.text for line in self.lines)


def blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of a page in order, without its blank lines."""
    dense = _is_dense(lines)
    glued: list[list[Line]] = []
    open_paragraph = False
    for line in _with_organisations(lines):
        if open_paragraph and not dense and _is_wrapped(glued[-1]) and _may_be_text(line):
            line = replace(line, kind=Kind.TEXT)
        if line.kind is Kind.BLANK:
            open_paragraph = False
        elif open_paragraph and line.kind is Kind.TEXT and _belongs(glued[-1], line, dense):
            glued[-1].append(line)
        else:
            glued.append([line])
            open_paragraph = line.kind in (Kind.TEXT, Kind.HEADING)
    return [Block(paragraph[0].kind, tuple(paragraph)) for paragraph in glued]


def _belongs(paragraph: Sequence[Line], line: Line, dense: bool) -> bool:
    """Tell whether a line goes on with the paragraph above it."""
    if paragraph[0].kind is Kind.HEADING:
        return line.text[:1].isspace()
    if len(paragraph) <= 2 and (is_names(line.text) or is_names(paragraph[0].text)):
        return False  # the authors, between a title and its abstract
    if len(line.text) >= LONG_LINE and len(paragraph) == 1 and len(paragraph[0].text) < LONG_LINE:
        return False  # a title directly above its unwrapped abstract
    return not dense


def _is_wrapped(paragraph: Sequence[Line]) -> bool:
    if paragraph[-1].kind is not Kind.TEXT:
        return False
    return any(40 <= len(line.text) <= 120 for line in (paragraph[0], paragraph[-1]))


def _may_be_text(line: Line) -> bool:
    """ "Models" as the last word of a wrapped title, or a link to code as a line of a wrapped abstract."""
    return line.kind is Kind.PAGE or (line.kind is Kind.LINK and arxiv_id(line.url) is None)


def _is_dense(lines: Sequence[Line]) -> bool:
    """Tell whether the page has lost its blank lines, so that each of its lines is a paragraph of its own."""
    blank = sum(line.kind is Kind.BLANK for line in lines)
    long = sum(len(line.text) >= LONG_LINE for line in lines)
    return long > 0 and blank < 0.1 * len(lines)


def _with_organisations(lines: Sequence[Line]) -> Iterator[Line]:
    """Mark as organisation the short line before a dot and a date, where an abstract stands before it."""
    marked = list(lines)
    solid = [place for place, line in enumerate(lines) if line.kind not in (Kind.BLANK, Kind.LINK, Kind.EXTRA)]
    for before, here, dot, after in zip(solid, solid[1:], solid[2:], solid[3:], strict=False):
        if lines[dot].kind is not Kind.DOT or lines[here].kind is not Kind.TEXT or len(lines[here].text) > 100:
            continue
        is_date = lines[after].kind is Kind.DATE and lines[before].kind in (Kind.TEXT, Kind.HEADING)
        is_card = lines[after].kind is Kind.AUTHORS and lines[before].kind in (Kind.TEXT, Kind.HEADING)
        if is_date or is_card:
            marked[here] = replace(lines[here], kind=Kind.ORGANISATION, text=lines[here].text.strip())
    return iter(marked)
