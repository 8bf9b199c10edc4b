"""Which papers answer, with how much confidence, and which of their sentences to quote."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.nouns import Query
from rag.readers.extractive.likeness import folded, names
from rag.readers.extractive.weighing import Weighed

_COEFFICIENTS, _INTERCEPT = (1.6, 1.75, 5.75, -2.95, 1.5, 1.45, -1.5), -4.45
"""A logistic regression of "this paper answers" on the features of `Weighed`, fitted on questions over 127 papers, a
third of them with the paper that answers taken away; over 9,989 papers it ranks and thresholds alike."""
_LIKELY = 0.3
"""Probability from which a second paper is quoted beside the first: about half of the F1 that is to be had, which is
where an answer by F1 is best (Lipton, Elkan and Naryanaswamy, 2014)."""
_MOST_PAPERS = 8
_HELD = 0.7
"""Sentences are quoted until one of them is the one that answers with this probability, up to `_MOST_SENTENCES`."""
_MOST_SENTENCES = 3
_COMMON = 2
"""A name that more papers hold than this tells none of them from the others."""


def relevance(paper: Weighed) -> float:
    """Return the probability that `paper` answers."""
    logit = _INTERCEPT + sum(c * x for c, x in zip(_COEFFICIENTS, paper.features, strict=True))
    return 1.0 / (1.0 + math.exp(-logit))


def chosen_papers(query: Query, weighed: Sequence[Weighed]) -> list[Weighed]:
    """Return the papers to quote, best first: the likely ones, those under discussion, and one for each rare name."""
    ranked = sorted(weighed, key=lambda w: -relevance(w))
    discussed = [w for w in ranked if w.paper.paper_id in query.focus]
    ranked = discussed or ranked
    chosen = [w for i, w in enumerate(ranked) if i == 0 or relevance(w) >= _LIKELY][:_MOST_PAPERS]
    for name in names(query.question):
        holders = [w for w in ranked if name in folded(f"{w.paper.title} {w.paper.abstract}")]
        if 0 < len(holders) <= _COMMON and not any(w in chosen for w in holders):
            chosen.append(holders[0])
    return chosen


def chosen_sentences(paper: Weighed, papers: int) -> list[int]:
    """Return the sentences of `paper` to quote, the best first, where `papers` papers are quoted in all."""
    most = 1 if papers > 2 else _MOST_SENTENCES
    picked, belief = [], 0.0
    for index, probability in paper.sentences[:most]:
        picked.append(index)
        belief += probability
        if belief >= _HELD:
            break
    return picked
