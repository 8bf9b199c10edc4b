"""How far each paper stands out on a subject, by how well the search found it and how much of the words it holds.

What is usual is the lower half of those found: most papers of a library are on something else. Not handled: libraries
on one subject alone, of which the better half is taken to be on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from rag.nouns import Paper, Passage
from rag.readers.extractive.likeness import asked, stems

_KNOWN = 0.7
"""Likeness from which a word of the library is taken to be the one that was meant."""
_NEAR = 0.33
"""Cosine of the nearest paper below which a subject is foreign if the library has none of its words."""

_SAME = 0.86
"""Share of letters in common, in order, from which two words are one, inflected or misspelt."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Ranking:
    """Papers with how far each stands out, as a part of how far the best one does, best first.

    `is_foreign`: no paper is near in meaning to the subject, and the library does not have its words. `strange` are the
    words of the subject that no paper has, where they are half of it.
    """

    papers: tuple[tuple[float, Paper], ...]
    is_foreign: bool
    strange: tuple[str, ...] = ()


def rank(topic: str, passages: Sequence[Passage]) -> Ranking:
    """Return the ranking of `passages`, found for `topic` in the whole library."""
    documents = [stems(f"{p.paper.title}\n{p.paper.abstract}") for p in passages]
    words = asked(topic, documents)
    scores = [p.score + words.coverage(document) for p, document in zip(passages, documents, strict=True)]
    usual = _lower_half(scores)
    room = max(max(scores, default=0.0) - usual, 1e-9)
    standings = [((score - usual) / room, p.paper) for score, p in zip(scores, passages, strict=True)]
    unknown = sum(weight for _, likeness, weight in words.words if likeness < _KNOWN) / (words.total or 1.0)
    nearest = max((p.similarity or 0.0 for p in passages), default=0.0)
    ranked = sorted(standings, key=lambda item: (-item[0], item[1].paper_id))
    return Ranking(tuple(ranked), nearest < _NEAR * unknown, _strange(topic, passages))


def _strange(topic: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return the content words of `topic` that stand in no paper, not even inflected otherwise or misspelt.

    Only where they are half of its words or more: of a long description some word is always another.
    """
    held = {word for p in passages for word in _WORD.findall(f"{p.paper.title} {p.paper.abstract}".casefold())}
    words = [word for word in _WORD.findall(topic) if stems(word)]
    strange = [word for word in words if not get_close_matches(word.casefold(), held, 1, _SAME)]
    return tuple(strange) if 2 * len(strange) >= len(words) else ()


def _lower_half(values: Sequence[float]) -> float:
    """Return the mean of the lower half."""
    half = sorted(values)[: max(1, len(values) // 2)]
    return sum(half) / len(half) if values else 0.0
