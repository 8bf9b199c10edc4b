"""Each paper read for a question: which of its sentences answer, and how likely it is that the paper does.

The learned selector reads question, title and abstract together; how far the search let a paper stand out and which of
the question's names it lacks say the rest. A paper is measured against the others that are read, so that no feature
depends on how large the library is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.base.text.instructions import is_planted
from rag.base.text.languages import in_english
from rag.base.text.names import holds_name, names_asked_for
from rag.intent.vocabulary import (
    asks_for_metadata,
    asks_for_papers,
    asks_for_several,
    counts_what_is_asked,
    defines_what_is_asked,
)
from rag.models.cross_encoders import AnswerSelector, Reading
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

    @property
    def counts(self) -> bool:
        """Whether its likeliest sentence has a number of what is counted in the question."""
        return self.answering[-1] > 0

    @property
    def log_odds(self) -> float:
        """The log-odds that the paper answers, if any does."""
        return _weighted(_RELEVANT, self.features)

    @property
    def relevance(self) -> float:
        """The probability that the paper answers, if any does."""
        return _probability(self.log_odds)

    @property
    def meant(self) -> float:
        """The probability that the paper is what is asked about, whether or not its abstract answers."""
        return _probability(_weighted(_MEANT, self.features[1:]))


def read_candidates(query: Query, passages: Sequence[Passage], selector: AnswerSelector) -> list[Candidate]:
    """Return the first papers read for the question, in the order of `passages`."""
    question = in_english(query.question)
    several = asks_for_several(query.question)
    kept = _worth_reading(query, passages[: _MANY if several else _ONE])
    readings = selector.read(question, [passage.paper for passage in kept])
    scores = [passage.score for passage in passages[:_MANY]]
    lower = sorted(scores)[: len(scores) // 2]  # drawn towards what is usual the more, the fewer there are
    usual = (sum(lower) + _FEW * _LOW) / (len(lower) + _FEW)
    best = max(scores, default=0.0)
    proper = [name for name, is_proper in names_asked_for(query.standalone) if is_proper]
    found = []
    for passage, reading in zip(kept, readings, strict=True):
        paper, near = passage.paper, passage.similarity or 0.0
        text = f"{paper.title}\n{paper.abstract}"
        absent = sum(not holds_name(text, name) for name in proper) / max(1, len(proper))
        sentences, log_odds = _told(query.question, paper, reading)
        features = (log_odds, passage.score - usual, best - passage.score, absent, near)
        counts = counts_what_is_asked(question, paper.sentence(sentences[0][0]))
        answering = (log_odds, absent, near, float(several), 0.0 if counts is None else 1.0 if counts else -1.0)
        found.append(Candidate(passages.index(passage) + 1, paper, features, answering, sentences))
    return found


def confidence(question: str, candidates: Sequence[Candidate]) -> float:
    """Return the probability that the papers answer the question; 0 without papers.

    Where papers on a subject are asked for, one that is meant is an answer.
    """
    if not candidates:
        return 0.0
    if asks_for_papers(question):
        return max(candidate.meant for candidate in candidates)
    best = max(candidates, key=lambda candidate: candidate.log_odds)
    return _probability(_weighted(_ANSWERED, (best.log_odds, *best.answering)))


def _worth_reading(query: Query, passages: Sequence[Passage]) -> Sequence[Passage]:
    """Return the papers that the search did not find far worse than its best; those under discussion are in front."""
    least = _WORTH * max((passage.score for passage in passages), default=0.0)
    few = len({*query.focus, *query.named})
    return [passage for i, passage in enumerate(passages) if i <= few or passage.score >= least]


def _told(question: str, paper: Paper, reading: Reading) -> tuple[tuple[tuple[int, float], ...], float]:
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
