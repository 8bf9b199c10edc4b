"""Which of the papers read are quoted, and which of their sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.nouns import Paper, Query
from rag.readers.extractive.asking import asks_for_papers, asks_for_several
from rag.readers.extractive.candidates import Candidate
from rag.readers.extractive.likeness import folded, names, stems, title_parts

_LIKELY, _LIKELY_TOO = 0.3, 0.15
"""Relevance from which a further paper is quoted beside the best, and the same where several are asked for: about half
of the F1 that is to be had, which is where the expected F1 is best (Lipton, Elkan and Naryanaswamy, 2014)."""
_MOST_PAPERS = 8
_AT_LARGE = "about describe explain find findings good outline result results summarise summarize summary tell well"
"""Words with which people ask for a paper as such."""
_ENOUGH = 0.9
"""Sum of probabilities up to which further sentences are quoted beside the likeliest: one that is likely enough stands
alone."""
_FAINT = 0.05
"""Probability below which a sentence is not worth reading."""
_ROOM = 8
"""Sentences that a reader takes in from several papers together; from one paper, half of it."""
_COMMON = 2
"""A name that more papers hold than this tells none of them from the others."""


def chosen_papers(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the papers to quote, best first: the likely ones, of those under discussion if any, and those named."""
    ranked = sorted(candidates, key=lambda c: (c.paper.paper_id not in query.named, -c.log_odds))
    discussed = [c for c in ranked if c.paper.paper_id in query.focus]
    likely = _LIKELY_TOO if asks_for_several(query.question) else _LIKELY
    fits = [c.meant if asks_for_papers(query.question) else c.relevance for c in discussed or ranked]
    chosen = [c for i, c in enumerate(discussed or ranked) if i == 0 or fits[i] >= likely][:_MOST_PAPERS]
    for holders in _named(query.question, ranked):
        if not any(c in chosen for c in holders):
            chosen.append(holders[0])
    return chosen


def asks_at_large(query: Query, candidates: Sequence[Candidate]) -> bool:
    """Tell whether a question names a paper and asks nothing in particular of it: any of its sentences answers."""
    asked_for = stems(query.question) - stems(_AT_LARGE)
    return any(c.paper.paper_id in query.named and asked_for <= stems(c.paper.title) for c in candidates)


def names_several(question: str, candidates: Sequence[Candidate]) -> bool:
    """Tell whether a question names two papers or more, which are then what it is about."""
    return len({holders[0].place for holders in _named(question, candidates)}) > 1


def chosen_sentences(candidate: Candidate, papers: int) -> list[int]:
    """Return the sentences of a paper to quote, the likeliest first, where `papers` papers are quoted in all."""
    most = min(_ROOM // 2, max(1, _ROOM // papers))
    picked: list[int] = []
    belief = 0.0
    for index, probability in candidate.sentences[:most]:
        if belief >= _ENOUGH or (picked and probability < _FAINT):
            break
        picked.append(index)
        belief += probability
    return picked


def _named(question: str, ranked: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Yield for each thing that the question names the papers it can be the name of, where they are few."""
    words = stems(question)
    for name, proper in names(question):
        holders = [c for c in ranked if _holds(c.paper, name, proper)]
        if 0 < len(holders) <= _COMMON:
            yield holders
    yield from ([c] for c in ranked if any(part <= words for part in title_parts(c.paper.title)))


def _holds(paper: Paper, name: str, proper: bool) -> bool:
    """Tell whether a paper holds a name; one that is only a capitalised word must stand in the title."""
    return name in folded(f"{paper.title} {paper.abstract}" if proper else paper.title)
