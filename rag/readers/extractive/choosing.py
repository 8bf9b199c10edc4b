"""Which papers answer, with how much confidence, and which of their sentences to quote."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rag.nouns import Paper, Query
from rag.readers.extractive.asking import asks_for_several
from rag.readers.extractive.likeness import folded, names, stems, title_parts
from rag.readers.extractive.weighing import Weighed

_RELEVANT = (4.32, -4.39, 1.97, -1.24, -1.92, 1.24, -3.73)
"""A logistic regression of "this paper answers" on `Weighed.features`, the intercept last, fitted on questions over 127
papers, some with the paper that answers taken away: `python -m eval fit`."""
_ANSWERED = (0.26, 4.29, 0.85, -1.28, -0.93)
"""The same of "the question is answered" on the log-odds of the most relevant paper and its `answering`, fitted on
these and on questions that a paper's abstract leaves open."""
_LIKELY, _LIKELY_TOO = 0.3, 0.15
"""Relevance from which a further paper is quoted beside the best, and the same where several are asked for: about half
of the F1 that is to be had, which is where the expected F1 is best (Lipton, Elkan and Naryanaswamy, 2014)."""
_MOST_PAPERS = 8
_AT_LARGE = "about describe explain find findings good outline result results summarise summarize summary tell well"
"""Words with which people ask for a paper as such."""
_HELD = 0.9
"""Sentences are quoted until one of them is the one that answers with this probability, as far as there is room."""
_FAINT = 0.05
"""Probability below which a sentence is not worth reading."""
_ROOM = 8
"""Sentences that a reader takes in from several papers together; from one paper, half of it."""
_COMMON = 2
"""A name that more papers hold than this tells none of them from the others."""


def relevance(paper: Weighed) -> float:
    """Return the probability that `paper` answers, if any does."""
    return _probability(_RELEVANT, paper.features)


def confidence(weighed: Sequence[Weighed]) -> float:
    """Return the probability that the papers answer the question; 0 without papers."""
    if not weighed:
        return 0.0
    best = max(weighed, key=relevance)
    odds = relevance(best) / (1.0 - relevance(best))
    return _probability(_ANSWERED, (math.log(odds), *best.answering))


def _probability(coefficients: Sequence[float], features: Sequence[float]) -> float:
    *slopes, intercept = coefficients
    return 1.0 / (1.0 + math.exp(-intercept - sum(c * x for c, x in zip(slopes, features, strict=True))))


def chosen_papers(query: Query, weighed: Sequence[Weighed]) -> list[Weighed]:
    """Return the papers to quote, best first: the likely ones, of those under discussion if any, and those named."""
    ranked = sorted(weighed, key=lambda w: (w.paper.paper_id not in query.named, -relevance(w)))
    discussed = [w for w in ranked if w.paper.paper_id in query.focus]
    likely = _LIKELY_TOO if asks_for_several(query.question) else _LIKELY
    chosen = [w for i, w in enumerate(discussed or ranked) if i == 0 or relevance(w) >= likely][:_MOST_PAPERS]
    for holders in _named(query.question, ranked):
        if not any(w in chosen for w in holders):
            chosen.append(holders[0])
    return chosen


def asks_at_large(query: Query, weighed: Sequence[Weighed]) -> bool:
    """Tell whether a question names a paper and asks nothing in particular of it: any of its sentences answers."""
    asked_for = stems(query.question) - stems(_AT_LARGE)
    return any(w.paper.paper_id in query.named and asked_for <= stems(w.paper.title) for w in weighed)


def names_several(question: str, weighed: Sequence[Weighed]) -> bool:
    """Tell whether a question names two papers or more, which are then what it is about."""
    return len({holders[0].place for holders in _named(question, weighed)}) > 1


def _named(question: str, ranked: Sequence[Weighed]) -> Iterator[list[Weighed]]:
    """Yield for each thing that the question names the papers it can be the name of, where they are few."""
    words = stems(question)
    for name, proper in names(question):
        holders = [w for w in ranked if _holds(w.paper, name, proper)]
        if 0 < len(holders) <= _COMMON:
            yield holders
    yield from ([w] for w in ranked if any(part <= words for part in title_parts(w.paper.title)))


def _holds(paper: Paper, name: str, proper: bool) -> bool:
    """Tell whether a paper holds a name; one that is only a capitalised word must stand in the title."""
    return name in folded(f"{paper.title} {paper.abstract}" if proper else paper.title)


def chosen_sentences(paper: Weighed, papers: int) -> list[int]:
    """Return the sentences of `paper` to quote, the best first, where `papers` papers are quoted in all."""
    most = min(_ROOM // 2, max(1, _ROOM // papers))
    picked: list[int] = []
    belief = 0.0
    for index, probability in paper.sentences[:most]:
        if picked and probability < _FAINT:
            break
        picked.append(index)
        belief += probability
        if belief >= _HELD:
            break
    return picked
