"""The sentences of an answer that claim something, as spans of its text.

Bullets, numbered points, headings, tables, quotations and citation markers are understood. A heading, a lead-in that
ends in a colon and a table's head claim nothing, provided they are short and hold neither a number nor a marker:
else a model could hide a claim there. Not handled: nested tables, sentences across paragraphs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]

LONGEST_LABEL = 15
"""Words of a heading or a lead-in; a longer one is a claim."""

_PREFIX = re.compile(
    r"[ \t]*(?:>[ \t]?){0,9}(?P<mark>#{1,6}[ \t]+|[-*+•‣◦▪–—][ \t]+(?:\[[ xX]\][ \t]+)?"
    r"|\(?(?:\d{1,3}|[a-z])[.)][ \t]+)?"
)
_ENUMERATOR = re.compile(r"[#*_\s]*\d{1,2}(?:\.\d{1,2})*[.)]\s")
_BOLD_LINE = re.compile(r"[ \t]*(?:\*\*[^*\n]{1,200}\*\*|__[^_\n]{1,200}__):?[ \t]*")
_NUMBER = re.compile(r"(?<![\w.-])\d")
_STOP = re.compile(r"(?:[.!?…]+|[。！？]+)[)\"'”’»*_）」』]*")
_QUOTATION = re.compile(r"“[^“”\n]{1,2000}”|(?<!\w)\"[^\"\n]{1,2000}\"(?!\w)")
_NO_STOP = re.compile(
    r"\b(?i:e\.g|i\.e|al|cf|vs|fig|figs|eq|eqs|approx|resp|dr|prof|mr|mrs|ms|jr|ca|viz|incl|z\.b|p\.ej|[A-Z](?:\.[A-Z])+)\Z"
)


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    end: int
    is_label: bool = False


def claim_spans(text: str, markers: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans of `text` that claim something, in order; every one of `markers` lies in one of them."""
    spans: list[Span] = []
    starts = [start for start, _ in markers]
    for block in _blocks(text):
        sentences = list(_sentences(text, block, markers, starts))
        for start, end in sentences:
            is_label = (block.is_label and len(sentences) == 1) or text[start:end].rstrip("*_ ").endswith((":", "："))
            holds_marker = bisect_right(starts, end - 1) > bisect_right(starts, start - 1)
            if holds_marker or not (is_label and _claims_nothing(text[start:end])):
                spans.append((start, end))
    return tuple(spans)


def _claims_nothing(label: str) -> bool:
    return len(label.split()) <= LONGEST_LABEL and not _NUMBER.search(_ENUMERATOR.sub("", label, count=1))


def _blocks(text: str) -> Iterator[_Block]:
    """Cut `text` into paragraphs, points, headings and table rows, without their bullets and marks."""
    current: _Block | None = None
    lines = [*_lines(text), (len(text), len(text))]
    for (start, end), following in pairwise(lines):
        line = text[start:end]
        if current and not _starts_block(line):
            current = _Block(current.start, end)
            continue
        if current:
            yield current
        current = None
        if not line.strip() or _is_rule(line):
            continue
        prefix = _PREFIX.match(line)
        begin = start + (prefix.end() if prefix else 0)
        if line.lstrip().startswith("|"):
            yield _Block(begin, end, is_label=_is_rule(text[slice(*following)]))
        elif _is_heading(line):
            yield _Block(begin, end, is_label=True)
        else:
            current = _Block(begin, end)
    if current:
        yield current


def _starts_block(line: str) -> bool:
    """Tell whether `line` ends the paragraph before it."""
    prefix = _PREFIX.match(line)
    is_point = bool(prefix and prefix["mark"])
    return is_point or not line.strip() or line.lstrip().startswith("|") or _is_heading(line) or _is_rule(line)


def _is_heading(line: str) -> bool:
    return line.lstrip("> \t").startswith("#") or _BOLD_LINE.fullmatch(line) is not None


def _is_rule(line: str) -> bool:
    """Tell whether `line` is a horizontal rule or the rule below a table's head."""
    signs = set(line) - {" ", "\t"}
    return (line.count("-") > 1 and signs <= set("|:-")) or (len(signs) == 1 and signs <= set("*_=") and len(line) > 2)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _sentences(text: str, block: _Block, markers: Sequence[Span], starts: Sequence[int]) -> Iterator[Span]:
    """Cut a block at its sentences' ends; a quotation stays whole, and markers after a full stop go before the cut."""
    quotations = [found.span() for found in _QUOTATION.finditer(text, block.start, block.end)]
    start = block.start
    for stop in _STOP.finditer(text, block.start, block.end):
        if stop.start() < start or _is_inside(stop.start(), stop.end(), quotations):
            continue
        end = _after_markers(text, stop.end(), block.end, markers, starts)
        if _is_end(text, stop, end, block.end):
            yield from _trimmed(text, start, end)
            start = end
    yield from _trimmed(text, start, block.end)


def _is_inside(start: int, end: int, quotations: Sequence[Span]) -> bool:
    index = bisect_left(quotations, start, key=lambda span: span[0]) - 1
    return index >= 0 and end < quotations[index][1]


def _after_markers(text: str, end: int, limit: int, markers: Sequence[Span], starts: Sequence[int]) -> int:
    """Return the end of the run of markers after `end`, unless it begins the next sentence (`[1] shows that …`)."""
    position = _skip_blanks(text, end, limit)
    index = bisect_right(starts, position - 1)
    after = end
    while index < len(markers) and markers[index][0] == position:
        after = markers[index][1]
        position = _skip_blanks(text, after, limit)
        index += 1
    if after > end and position < limit and text[position] in ".。":
        after = position + 1
        position = _skip_blanks(text, after, limit)
    return end if position < limit and text[position].islower() else after


def _skip_blanks(text: str, position: int, limit: int) -> int:
    while position < limit and text[position] in " \t":
        position += 1
    return position


def _is_end(text: str, stop: re.Match[str], end: int, limit: int) -> bool:
    """Tell whether the stop ends a sentence: no abbreviation, no decimal point, nothing small after it."""
    if end >= limit or stop[0][0] in "。！？":
        return True
    if not text[end].isspace() and end == stop.end():
        return False
    if stop[0][0] != ".":
        return True
    if _NO_STOP.search(text[max(0, stop.start() - 12) : stop.start()]):
        return False
    following = _skip_blanks(text, end, limit)
    return following >= limit or end > stop.end() or not text[following].islower()


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if any(char.isalnum() for char in text[start:end]):
        yield start, end
