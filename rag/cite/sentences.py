"""The sentences of an answer that claim something, and what may be said without a source.

Bullets, numbered points, headings, tables, quotations and citation markers are understood. A heading, a lead-in that
ends in a colon and a table's head claim nothing, provided they are short, are no whole sentence, hold neither a number
nor a marker, and bring no words of their own: else a model could hide a claim there. Not handled: nested tables,
sentences across paragraphs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import itemgetter

from rag.base.text.overlap import content_words
from rag.base.text.sentences import is_abbreviation, split_sentences
from rag.base.text.word_lists import word_list

# ----------------------------------------------------------------------------------------------------
# What may be said without a source: words of the trade (`The main results are:`), and words that are known already.
#
# A heading, a lead-in or a question of such words claims nothing; with any other word it may. English words of the
# trade are listed; those of other languages are not, so that more is marked there than must be. Not handled: a
# falsehood put together from known words alone.

SHORTEST_CLAIM = 3
"""Content words from which a heading can say something."""
LONGEST_DENIAL = 4
"""Content words after a `not` that it denies at most."""

_WORDS_OF_THE_TRADE = frozenset(content_words(" ".join(word_list("trade"))))
_DENIAL = re.compile(
    r"\b(?:no|not|none|nothing|never|neither|nor|without|cannot|nobody|unclear|unlike|rather than|instead of"
    r"|contrary to|nicht|nichts|keine?[nmrs]?|statt|anstatt|ne|pas|aucune?|sin|ning[uú]n[ao]?|non|nessun[ao]?|não"
    r"|nenhuma?|niet|geen)\b|n[’']t\b|[没未无不無]|ない|ません|않|없",
    re.I,
)
_CLAUSE_END = re.compile(r"[.,;:!?()—–，。；：]|\bbut\b")


def is_plain(text: str, known: Container[str]) -> bool:
    """Tell whether every content word of `text` is one of the trade or in `known`, where words are stemmed."""
    return all(word in _WORDS_OF_THE_TRADE or word in known for word in content_words(text))


def is_label(text: str, known: Container[str]) -> bool:
    """Tell whether a heading or a lead-in only names what follows; of a table's head each cell is looked at."""
    return all(len(content_words(cell)) < SHORTEST_CLAIM or is_plain(cell, known) for cell in text.split("|"))


def denies(text: str) -> bool:
    """Tell whether `text` says that something is not so, or not there."""
    return _DENIAL.search(text) is not None


def denied_words(text: str) -> frozenset[str]:
    """Return the content words that `text` denies: the first few after each `not`, up to the end of the clause."""
    clauses = (
        _CLAUSE_END.split(text[found.end() : found.end() + 200], maxsplit=1)[0] for found in _DENIAL.finditer(text)
    )
    return frozenset(chain.from_iterable(content_words(clause)[:LONGEST_DENIAL] for clause in clauses))


# ----------------------------------------------------------------------------------------------------

Span = tuple[int, int]

LONGEST_LABEL = 15
"""Words of a heading or a lead-in; a longer one is a claim."""

_LINE = re.compile(r"^.*$", re.M)
_PREFIX = re.compile(
    r"[ \t]*(?:>[ \t]?){0,9}(?P<mark>#{1,6}[ \t]+|[-*+•‣◦▪–—][ \t]+(?:\[[ xX]\][ \t]+)?"
    r"|\(?(?:\d{1,3}|[a-z])[.)][ \t]+)?"
)
_ENUMERATOR = re.compile(r"[#*_\s]*\d{1,2}(?:\.\d{1,2})*[.)]\s")
_BOLD_LINE = re.compile(r"[ \t]*(?:\*\*[^*\n]{1,200}\*\*|__[^_\n]{1,200}__):?[ \t]*")
_NUMBER = re.compile(r"(?<![\w.-])\d")
_SMALL_START = re.compile(
    r"(?<![^\s(“\"])(?P<word>[^\W_]{2,40})[.!?][\"”’)]{0,3}\s+(?=[a-z])|[؟।։።‽⁇⁈⁉][\"”’)]{0,3}\s*(?=\w)"
)
"""A sentence's end that an abstract has not: before a small letter, and in signs of other scripts."""
_LONGEST_BRACKET = 200
_STOPS, _CLOSERS = tuple(".!?…。！？"), ' \t\n"”’)*_»}]'
_QUOTATION = re.compile(r"“[^“”\n]{1,2000}”|(?<!\w)\"[^\"\n]{1,2000}\"(?!\w)")


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    end: int
    is_label: bool = False


def claim_spans(text: str, markers: Sequence[Span], known: Container[str]) -> tuple[Span, ...]:
    """Return the spans of `text` that claim something, in order; every one of `markers` lies in one of them.

    `known` are the stemmed words that a heading may hold: those of what was shown.
    """
    runs = _runs(markers)
    spans: list[Span] = []
    for block in _blocks(text):
        sentences = list(_sentences(text, block, runs))
        for start, end in sentences:
            may_be_label = (block.is_label and len(sentences) == 1) or text[start:end].rstrip("*_ ").endswith(
                (":", "：")
            )
            has_marker = bisect_left(runs, start, key=itemgetter(0)) < bisect_left(runs, end, key=itemgetter(0))
            if has_marker or not (may_be_label and _claims_nothing(text[start:end], known)):
                spans.append((start, end))
    return tuple(spans)


def _runs(markers: Sequence[Span]) -> list[Span]:
    """Return markers that touch each other as one span."""
    runs: list[Span] = []
    for start, end in markers:
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def _claims_nothing(label: str, known: Container[str]) -> bool:
    is_whole = label.rstrip(_CLOSERS + "#|").endswith(_STOPS)
    is_short = len(label.split()) <= LONGEST_LABEL and not _NUMBER.search(_ENUMERATOR.sub("", label, count=1))
    return is_short and not is_whole and is_label(label, known)


def _blocks(text: str) -> Iterator[_Block]:
    """Cut `text` into paragraphs, points, headings and table rows, without their bullets and marks."""
    current: _Block | None = None
    lines = [*(line.span() for line in _LINE.finditer(text)), (len(text), len(text))]
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


def _sentences(text: str, block: _Block, runs: Sequence[Span]) -> Iterator[Span]:
    """Cut a block at its sentences' ends; a quotation stays whole, and markers after a full stop go before the cut."""
    inside = runs[bisect_left(runs, block.start, key=itemgetter(0)) : bisect_left(runs, block.end, key=itemgetter(0))]
    masked, trailing = _masked(text, block, inside)
    quotations = [found.span() for found in _QUOTATION.finditer(text, block.start, block.end)]
    start: int | None = None
    spans = [
        (block.start + first, block.start + last)
        for sentence in split_sentences(masked)
        for first, last in _cut_before_small_letters(masked, sentence)
    ]
    for (first, last), (following, _) in pairwise([*spans, (block.end, block.end)]):
        start = first if start is None else start
        if not _is_quoted(last, following, quotations):
            yield start, trailing.get(_skip_space(text, last, block.end), last)
            start = None


def _cut_before_small_letters(text: str, sentence: Span) -> Iterator[Span]:
    """Cut a sentence further; what stands in a short bracket stays whole."""
    start, end = sentence
    looked, depth = start, 0
    for found in _SMALL_START.finditer(text, start, end):
        if found["word"] and (is_abbreviation(found["word"]) or found.start() == start):
            continue
        depth += text.count("(", looked, found.start()) - text.count(")", looked, found.start())
        looked = found.start()
        if depth <= 0 or text.find(")", looked, min(end, looked + _LONGEST_BRACKET)) < 0:
            yield start, found.start() + len(found[0].rstrip())
            start = found.end()
    yield start, end


def _masked(text: str, block: _Block, runs: Sequence[Span]) -> tuple[str, dict[int, int]]:
    """Return a block with its markers out of the splitter's way, and the runs that trail a sentence, start to end.

    A run after a full stop is blank, any other is a word; a run before a word in lower case is the subject of its
    sentence (`[1] shows that …`).
    """
    parts, trailing, position = [], {}, block.start
    for start, end in runs:
        following = _skip_space(text, end, block.end)
        is_subject = following < block.end and text[following].islower()
        ends_sentence = text[max(block.start, start - 8) : start].rstrip(_CLOSERS).endswith(_STOPS)
        if ends_sentence and not is_subject:
            trailing[start] = end
        mask = " " if start in trailing else "X" if is_subject else "x"
        parts += [text[position:start], mask * (end - start)]
        position = end
    return "".join(parts) + text[position : block.end], trailing


def _skip_space(text: str, position: int, limit: int) -> int:
    while position < limit and text[position].isspace():
        position += 1
    return position


def _is_quoted(end: int, following: int, quotations: Sequence[Span]) -> bool:
    """Tell whether the cut between `end` and `following` would go through a quotation."""
    index = bisect_left(quotations, end, key=itemgetter(0)) - 1
    return index >= 0 and following < quotations[index][1]
