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
from itertools import chain, pairwise, zip_longest
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

_LINE = re.compile(
    r"^[ \t]*(?:>[ \t]?){0,9}(?P<mark>#{1,6}[ \t]+|[-*+•‣◦▪–—][ \t]+(?:\[[ xX]\][ \t]+)?"
    r"|\(?(?:\d{1,3}|[a-z])[.)][ \t]+)?(?P<words>.*)$",
    re.M,
)
_RULE = re.compile(r"(?=[^-]*-[^-]*-)[|: \t-]*$|(?=.{3})[ \t]*([*_=])(?:[ \t]|\1)*$")
"""A horizontal rule, or the rule below a table's head."""
_HEADING = re.compile(r"[> \t]*#|[ \t]*(?:\*\*[^*\n]{1,200}\*\*|__[^_\n]{1,200}__):?[ \t]*$")
_ENUMERATOR = re.compile(r"[#*_\s]*\d{1,2}(?:\.\d{1,2})*[.)]\s")
_NUMBER = re.compile(r"(?<![\w.-])\d")
_SMALL_START = re.compile(
    r"(?<![^\s(“\"])(?P<word>[^\W_]{2,40})[.!?][\"”’)]{0,3}\s+(?=[a-z])|[؟।։।‽⁇⁈⁉][\"”’)]{0,3}\s*(?=\w)"
)
"""A sentence's end that an abstract has not: before a small letter, and in signs of other scripts."""
_STOPS, _CLOSERS = ".!?…。！？", ' \t\n"”’)*_»}]'
_QUOTATION = re.compile(r"“[^“”\n]{1,2000}”|(?<!\w)\"[^\"\n]{1,2000}\"(?!\w)")
"""A quotation, which is not cut."""
_BRACKET = re.compile(r"\([^()]{0,200}\)")
_NO_STOPS = str.maketrans(_STOPS + "؟।։‽⁇⁈⁉", "x" * (len(_STOPS) + 7))


def claim_spans(text: str, markers: Sequence[Span], known: Container[str]) -> tuple[Span, ...]:
    """Return the spans of `text` that claim something, in order; every one of `markers` lies in one of them.

    `known` are the stemmed words that a heading may hold: those of what was shown.
    """
    runs = _runs(markers)
    spans: list[Span] = []
    for begin, stop, is_label in _blocks(text):
        inside = [(start - begin, end - begin) for start, end in _within(runs, begin, stop)]
        sentences = [(begin + start, begin + end) for start, end in _sentences(text[begin:stop], inside)]
        for start, end in sentences:
            sentence = text[start:end]
            is_lead_in = sentence.rstrip("*_ ").endswith((":", "："))
            may_be_label = is_lead_in or (is_label and len(sentences) == 1)
            if _within(runs, start, end) or not (may_be_label and _claims_nothing(sentence, known)):
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


def _within(runs: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    return runs[bisect_left(runs, start, key=itemgetter(0)) : bisect_left(runs, end, key=itemgetter(0))]


def _claims_nothing(label: str, known: Container[str]) -> bool:
    """Tell whether a heading or a lead-in only names what follows; of a table's head each cell is looked at."""
    is_whole = label.rstrip(_CLOSERS + "#|").endswith(tuple(_STOPS))
    if is_whole or len(label.split()) > LONGEST_LABEL or _NUMBER.search(_ENUMERATOR.sub("", label, count=1)):
        return False
    return all(len(content_words(cell)) < SHORTEST_CLAIM or is_plain(cell, known) for cell in label.split("|"))


def _blocks(text: str) -> list[tuple[int, int, bool]]:
    """Return (start, end, whether it may be a label) of paragraphs, points, headings and rows, without their marks."""
    blocks: list[tuple[int, int, bool]] = []
    goes_on = False
    lines = [*_LINE.finditer(text)]
    for line, after in zip_longest(lines, lines[1:]):
        is_row, is_heading = line[0].lstrip().startswith("|"), _HEADING.match(line[0])
        if not line[0].strip() or _RULE.match(line[0]):
            goes_on = False
        elif goes_on and not (line["mark"] or is_row or is_heading):
            blocks[-1] = (blocks[-1][0], line.end(), False)
        else:
            is_label = bool(after and _RULE.match(after[0])) if is_row else bool(is_heading)
            blocks.append((line.start("words"), line.end(), is_label))
            goes_on = not (is_row or is_heading)
    return blocks


def _sentences(text: str, runs: Sequence[Span]) -> Iterator[Span]:
    """Cut a block at its sentences' ends; a quotation stays whole, and markers after a full stop go before the cut."""
    masked, trailing = _masked(_QUOTATION.sub(_without_stops, text), runs)
    small = _BRACKET.sub(lambda bracket: bracket[0].translate(_NO_STOPS), masked)
    for start, end in split_sentences(masked):
        cuts = [(start, start)]
        for found in _SMALL_START.finditer(small, start, end):
            if not found["word"] or not (is_abbreviation(found["word"]) or found.start() == cuts[-1][1]):
                cuts.append((found.start() + len(found[0].rstrip()), found.end()))
        for (_, first), (last, _) in pairwise([*cuts, (end, end)]):
            yield first, trailing.get(last, last)


def _masked(text: str, runs: Sequence[Span]) -> tuple[str, dict[int, int]]:
    """Return a block with its markers out of the splitter's way; the ends of those that trail a sentence, by its end.

    A run after a full stop is blank, any other is a word; a run before a word in lower case is the subject of its
    sentence (`[1] shows that …`).
    """
    parts, trailing, position = [], {}, 0
    for start, end in runs:
        before, mask = text[max(0, start - 8) : start], "x"
        if text[end : end + 100].lstrip()[:1].islower():
            mask = "X"
        elif before.rstrip(_CLOSERS).endswith(tuple(_STOPS)):
            mask, trailing[start - len(before) + len(before.rstrip())] = " ", end
        parts += [text[position:start], mask * (end - start)]
        position = end
    return "".join(parts) + text[position:], trailing


def _without_stops(found: re.Match[str]) -> str:
    """Return what is not to be cut, its own full stop before the closing mark apart, with none in it."""
    last = len(found[0][:-1].rstrip(_STOPS))
    return found[0][:last].translate(_NO_STOPS) + found[0][last:]
