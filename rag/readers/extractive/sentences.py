"""The sentences of papers held against a question, and against what it asks beside a paper's title."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rag.embedder import Embedder
from rag.nouns import Paper
from rag.readers.extractive.asking import (
    asks_for_quantity,
    holds_quantity,
    metadata_words,
    tells_background,
    tells_contribution,
)
from rag.readers.extractive.likeness import asked, beside_title, folded, names, stems
from rag.readers.extractive.orders import is_planted

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_REST, _NEXT, _WORDS, _NUMBER, _OPENING, _BACKGROUND, _OFFERS = 5.65, 3.43, 0.55, 2.86, -3.32, -2.48, 1.52
"""Weights of a sentence's cosine with what is asked beside the title, the cosine of the question with the better of its
neighbours, its mass of the question's words, whether it has the number that is asked for, whether it opens the
abstract, whether it tells what others did, and, where papers are asked for, whether it tells what this one offers: a
conditional logit, fitted on questions with known evidence."""
_PLANTED = -6.0
"""The same for what reads like an order to whoever answers: set, not fitted."""
_RECORD = 0.5
"""The cosine that a metadata line counts as having with a question for a field that it holds."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Cosines of a paper's sentences, from the first, with the question (`whole`) and with its `rest` beside the title.

    `meets` is the best of the rest, among the sentences with a number where one is asked for; `record` what the
    metadata line counts as; `elsewhere` holds the best of the same rest in each other paper.
    """

    whole: tuple[float, ...]
    rest: tuple[float, ...]
    meets: float
    record: float
    elsewhere: tuple[float, ...]

    @property
    def best(self) -> float:
        """The cosine of the sentence nearest to the question."""
        return max(self.whole, default=0.0)

    @property
    def best_rest(self) -> float:
        """The same with the rest of the question, the metadata line included."""
        return max((self.record, *self.rest))


def compare(question: str, papers: Sequence[Paper], embedder: Embedder) -> list[Compared]:
    """Return the sentences of each paper compared with the question."""
    texts = [_sentences(paper) for paper in papers]
    titles = " ".join(folded(paper.title) for paper in papers)
    named = [name for name, is_proper in names(question) if is_proper and name in titles]
    rests = [beside_title(question, paper.title, named) for paper in papers]
    asked_for = list(dict.fromkeys([question, *rests]))
    vectors = embedder.embed([*asked_for, *(text for paper in texts for text in paper)])
    cosines: NDArray[float32] = vectors[len(asked_for) :] @ vectors[: len(asked_for)].T
    rows = iter(cosines.tolist())
    tables = [list(islice(rows, len(paper))) for paper in texts]
    places = [asked_for.index(rest) for rest in rests]
    best = [[max(column, default=0.0) for column in zip(*table, strict=True)] for table in tables]
    return [
        Compared(
            tuple(row[0] for row in table),
            rest := tuple(row[place] for row in table),
            _meets(question, paper, rest),
            _record(question, paper),
            tuple(other[place] for j, other in enumerate(best) if j != i and other),
        )
        for i, (paper, table, place) in enumerate(zip(papers, tables, places, strict=True))
    ]


def _meets(question: str, paper: Paper, rest: Sequence[float]) -> float:
    if asks_for_quantity(question):
        rest = [cosine for cosine, text in zip(rest, _sentences(paper), strict=True) if holds_quantity(text)]
    return max(max(rest, default=0.0), _record(question, paper))


def _record(question: str, paper: Paper) -> float:
    return _RECORD if stems(metadata_words(paper.metadata_line())) & stems(question) else 0.0


def ranked(question: str, paper: Paper, compared: Compared, *, several: bool) -> tuple[tuple[int, float], ...]:
    """Return pairs of a sentence and the probability that it is the one that answers, the best first."""
    texts = [paper.metadata_line(), *_sentences(paper)]
    fields = stems(metadata_words(texts[0]))
    documents = [fields | stems(texts[0]), *(stems(text) for text in texts[1:])]
    words, number = asked(question, documents), asks_for_quantity(question)
    rest, beside = [compared.record, *compared.rest], [compared.best, *_neighbours(compared.whole)]
    logits = [
        _REST * rest[i]
        + _NEXT * beside[i]
        + _WORDS * words.mass(documents[i])
        + _NUMBER * (number and holds_quantity(text))
        + _OPENING * (i == 1)
        + _BACKGROUND * tells_background(text)
        + _OFFERS * (several and tells_contribution(text))
        + _PLANTED * is_planted(text)
        for i, text in enumerate(texts)
    ]
    first = 0 if fields & stems(question) or len(texts) == 1 else 1
    return tuple(sorted(enumerate(_softmax(logits[first:]), first), key=lambda pair: (-pair[1], pair[0])))


def _neighbours(cosines: Sequence[float]) -> list[float]:
    """Return for each place the better of the values before and after it."""
    return [max((*cosines[max(0, i - 1) : i], *cosines[i + 1 : i + 2]), default=0.0) for i in range(len(cosines))]


def _softmax(logits: Sequence[float]) -> list[float]:
    powers = [math.exp(x - max(logits)) for x in logits]
    return [power / sum(powers) for power in powers]


def _sentences(paper: Paper) -> list[str]:
    return [paper.sentence(i) for i in range(1, len(paper.sentences) + 1)]
