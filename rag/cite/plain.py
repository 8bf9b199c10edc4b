"""What may be said without a source: words of the trade (`The main results are:`), and words that are known already.

A heading, a lead-in or a question of such words claims nothing; with any other word it may. English words of the trade
are listed; those of other languages are not, so that more is marked there than must be. Not handled: a falsehood put
together from known words alone.
"""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import chain

from rag.cite.overlap import content_words

SHORTEST_CLAIM = 3
"""Content words from which a heading can say something."""
LONGEST_DENIAL = 4
"""Content words after a `not` that it denies at most."""

_TRADE = """
    abstract accuracy address advantage aim answer approach area argue article ask aspect author background baseline
    benchmark bullet case category challenge claim comparison compare conclusion consider context contribution cost
    corpus cover data dataset date deal definition describe detail difference differ disadvantage discuss evaluation
    evidence example experiment explain explicit explicitly fact feature find finding focus following gain general
    goal group implication improvement include information interpretation introduction item key kind known language
    large least library limitation limit list main mean measure mention method metric model most motivation name new
    next note number object observation open option order organisation organization other outcome overview page paper
    part performance point possible present problem propose publication publish purpose question reason reference
    related relevant remark report research response result role say scope score section setting several short show
    shown similarity size small source state statement strength study subject such suggest summary support table task
    term test title topic trend type use value way weakness work write written year
    come outright close closest speak record read turn
    all any both different each first last many second single some third two three four five six seven one
    hello hi thanks thank welcome please help glad happy like want try tell know instead available contain provide
    give given specify indicate enough sufficient directly anything something nothing anyone someone unclear
    unfortunately sorry however today
"""
_WORDS_OF_THE_TRADE = frozenset(content_words(_TRADE))
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
