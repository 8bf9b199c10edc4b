"""Which papers, and which and how many of their sentences, are quoted: each is read for how likely it answers.

The learned selector reads question, title and abstract together; how far the search let a paper stand out and which of
the question's names it lacks say the rest. A paper is measured against the others that are read, so that no feature
depends on how large the library is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.base.text.instructions import is_planted
from rag.base.text.languages import in_english
from rag.base.text.names import fold, holds_name, names_asked_for
from rag.base.text.overlap import stems, title_parts
from rag.intent.vocabulary import (
    asks_for_metadata,
    asks_for_papers,
    asks_for_several,
    counts_what_is_asked,
    defines_what_is_asked,
)
from rag.models.cross_encoders import AnswerSelector, SentenceScores
from rag.nouns import Paper, Passage, Query

_ONE, _MANY = 8, 14
"""Papers that are read: where a question is about one thing, and where it asks for several papers."""
_LEFT = 0.1
"""What is left of the doubt about a sentence that says what a thing is, or how many there are, where that is asked."""
_TOLD = 1.5
"""The least log-odds of a paper whose record has the field asked for, or that says what the thing asked for is."""
_LOW, _FEW = 0.12, 1
"""Score of a paper that has nothing to do with a question, and the papers that it weighs as much as."""
_WORTH = 0.5
"""Share of the best paper's score in the search below which a paper is not read."""
_RELEVANT = (0.76, 8.0, -23.28, -1.49, 1.26, -3.49)
"""A logistic regression of "this paper answers" on `Candidate.features`, the intercept last, fitted on questions over
127 papers and over ten thousand, some with the paper that answers taken away: `python -m eval fit`."""
_MEANT = (13.39, -34.75, -1.46, 0.43, -1.5)
"""The same of "this paper is what is asked about", whether or not its abstract says, on the features of the search."""
_ANSWERED = (-0.07, 0.78, -1.47, 2.19, 0.41, 1.55, -0.84)
"""The same of "the question is answered" on the log-odds of the likeliest paper and its `answering`, fitted on these
and on questions that a paper's abstract leaves open."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One paper as read: `place` among those shown, from 1; `features`, to judge by whether it answers.

    `answering` are those by which it is judged whether the question is answered at all. `sentences` are pairs (index,
    probability that it answers), the likeliest first; index 0 is the metadata line.
    """

    place: int
    paper: Paper
    features: tuple[float, ...]
    answering: tuple[float, ...]
    sentences: tuple[tuple[int, float], ...]
    log_odds: float
    """Of the paper answering, if any does."""
    meant: float
    """The probability that the paper is what is asked about, whether or not its abstract answers."""

    @property
    def relevance(self) -> float:
        """The probability that the paper answers, if any does."""
        return _probability(self.log_odds)

    @property
    def counts(self) -> bool:
        """Whether its likeliest sentence has a number of what is counted in the question."""
        return self.answering[-1] > 0


def read_candidates(query: Query, passages: Sequence[Passage], selector: AnswerSelector) -> list[Candidate]:
    """Return the first papers read for the question, in the order of `passages`."""
    question = in_english(query.question)
    several = asks_for_several(query.question)
    scores = [passage.score for passage in passages[:_MANY]]
    best = max(scores, default=0.0)
    few = len({*query.focus, *query.named}) + 1  # papers under discussion, which are in front, are all read
    near = enumerate(passages[: _MANY if several else _ONE], start=1)
    kept = [(place, passage) for place, passage in near if place <= few or passage.score >= _WORTH * best]
    readings = selector.read(question, [passage.paper for _, passage in kept])
    lower = sorted(scores)[: len(scores) // 2]  # drawn towards what is usual the more, the fewer there are
    usual = (sum(lower) + _FEW * _LOW) / (len(lower) + _FEW)
    proper = [name for name, is_proper in names_asked_for(query.standalone) if is_proper]
    found = []
    for (place, passage), reading in zip(kept, readings, strict=True):
        paper, cosine = passage.paper, passage.similarity or 0.0
        text = f"{paper.title}\n{paper.abstract}"
        absent = sum(not holds_name(text, name) for name in proper) / max(1, len(proper))
        sentences, log_odds = _told(query.question, paper, reading)
        features = (log_odds, passage.score - usual, best - passage.score, absent, cosine)
        counts = counts_what_is_asked(question, paper.sentence(sentences[0][0]))
        answering = (log_odds, absent, cosine, float(several), 0.0 if counts is None else 1.0 if counts else -1.0)
        judged = _weighted(_RELEVANT, features), _probability(_weighted(_MEANT, features[1:]))
        found.append(Candidate(place, paper, features, answering, sentences, *judged))
    return found


def likeliest(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the paper that most likely answers."""
    return max(candidates, key=lambda candidate: candidate.log_odds, default=None)


def confidence(question: str, candidates: Sequence[Candidate]) -> float:
    """Return the probability that the papers answer the question; 0 without papers.

    Where papers on a subject are asked for, one that is meant is an answer.
    """
    best = likeliest(candidates)
    if best is None:
        return 0.0
    if asks_for_papers(question):
        return max(candidate.meant for candidate in candidates)
    return _probability(_weighted(_ANSWERED, (best.log_odds, *best.answering)))


def _told(question: str, paper: Paper, reading: SentenceScores) -> tuple[tuple[tuple[int, float], ...], float]:
    """Return the sentences with their probabilities, and the log-odds that the paper answers, its record included.

    As read, but for orders, definitions and numbers that are asked for; a record that is asked for is the first.
    """
    probable: list[tuple[int, float]] = []
    is_recorded, is_told = asks_for_metadata(question, paper.metadata_line()), False
    for index, read in enumerate(reading.sentences, start=1):
        sentence = paper.sentence(index)
        defines = defines_what_is_asked(question, sentence)
        is_told = is_told or defines
        likely = defines or counts_what_is_asked(question, sentence)
        probability = 0.0 if is_planted(sentence) else 1.0 - _LEFT * (1.0 - read) if likely else read
        probable.append((index, probability))
    record = [(0, 1.0)] if is_recorded or not probable else []
    log_odds = max(reading.log_odds, _TOLD) if is_recorded or is_told else reading.log_odds
    return (*record, *sorted(probable, key=lambda pair: (-pair[1], pair[0]))), log_odds


def _weighted(coefficients: Sequence[float], features: Sequence[float]) -> float:
    *slopes, intercept = coefficients
    return intercept + sum(slope * value for slope, value in zip(slopes, features, strict=True))


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))


# ----------------------------------------------------------------------------------------------------
# Which of the papers read are quoted, and which of their sentences.

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
    read = [c for c in ranked if c.paper.paper_id in query.focus] or ranked
    likely = _LIKELY_TOO if asks_for_several(query.question) else _LIKELY
    fits = [c.meant if asks_for_papers(query.question) else c.relevance for c in read]
    chosen = [c for i, c in enumerate(read) if i == 0 or fits[i] >= likely][:_MOST_PAPERS]
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
    for name, proper in names_asked_for(question):
        # one that is only a capitalised word must stand in the title
        texts = (fold(f"{c.paper.title} {c.paper.abstract}" if proper else c.paper.title) for c in ranked)
        holders = [c for c, text in zip(ranked, texts, strict=True) if name in text]
        if 0 < len(holders) <= _COMMON:
            yield holders
    words = stems(question)
    yield from ([c] for c in ranked if any(part <= words for part in title_parts(c.paper.title)))
