"""The sentences of papers held against a question, and against what it asks beside a paper's title.

A sentence is met in two ways: as a whole in the context of its abstract, by the cosine with the question, and word by
word, each word of the question with the nearest of the sentence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.embedder.contextual import Contextual
from rag.nouns import Paper
from rag.readers.extractive.asking import (
    asks_for_metadata,
    asks_for_quantity,
    holds_quantity,
    metadata_words,
    tells_background,
    tells_contribution,
    tells_where,
)
from rag.readers.extractive.likeness import asked, beside_title, stems
from rag.readers.extractive.offering import offers
from rag.readers.extractive.orders import is_planted

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Matrix = NDArray[float32]

_WEIGHTS = (-7.88, 14.43, 0.24, 3.54, -4.45, -1.76, 0.98, -3.74)
"""Of a sentence's two measures, its mass of the question's words, whether it has the number that is asked for, whether
it opens the abstract, whether it tells what others did, where papers are asked for whether it tells what this one
offers, and whether it only tells where something can be had: a conditional logit, fitted by `python -m eval fit`. The
first is below 0 since what is most like all of the abstract repeats its subject."""
_PLANTED = -6.0
"""The same for what reads like an order to whoever answers: set, not fitted."""
_RECORD = 0.3
"""The cosine that a metadata line counts as having with a question for a field that it holds."""
_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Compared:
    """A paper's sentences, from the first: cosines with the question (`whole`) in their context, and how near the words
    come (`words`) that it has beside the title, in the mean; `meets` is the best cosine with these words together,
    among the sentences with the kind of thing that is asked for, and what the metadata line counts as."""

    whole: tuple[float, ...]
    words: tuple[float, ...]
    meets: float

    @property
    def best(self) -> float:
        """How near the words come to the sentence that has them best."""
        return max(self.words, default=0.0)


def compare(question: str, papers: Sequence[Paper], contextual: Contextual) -> list[Compared]:
    """Return the sentences of each paper compared with the question."""
    read = contextual.pieces(question)
    spoken = [(stems(word[0]), read.within(*word.span())) for word in _WORD.finditer(question)]
    content = [(own, places) for own, places in spoken if own and places]
    pieces = _unit(read.vectors)
    rests = [beside_title(question, paper.title) for paper in papers]
    vectors = {rest: _pooled(contextual.pieces(rest).vectors) for rest in dict.fromkeys([question, *rests])}
    found = []
    for paper, rest, sentences in zip(papers, rests, contextual.sentences(papers), strict=True):
        kept = stems(rest)
        words = [places for own, places in content if own & kept] or [places for _, places in content]
        pooled = [_pooled(sentence) for sentence in sentences]
        kinds = [offers(question, paper.title, paper.sentence(i)) for i in range(1, len(pooled) + 1)]
        met = [kind * float(vector @ vectors[rest]) for kind, vector in zip(kinds, pooled, strict=True)]
        found.append(
            Compared(
                tuple(float(vector @ vectors[question]) for vector in pooled),
                tuple(_nearness(pieces, words, sentence) for sentence in sentences),
                max([_record(question, paper), *met]),
            )
        )
    return found


def _pooled(pieces: Matrix) -> Matrix:
    """Return the mean of word pieces at length 1, shape (dimension,); zeros where there is none."""
    return _unit(pieces.sum(axis=0))


def _unit(vectors: Matrix) -> Matrix:
    """Return vectors at length 1; one of zeros as it is."""
    import numpy as np

    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Matrix = vectors / np.maximum(length, np.finfo(np.float32).tiny)
    return unit


def _nearness(question: Matrix, words: Sequence[list[int]], sentence: Matrix) -> float:
    """Return the mean over words of the question of the cosine of their pieces with the nearest of a sentence."""
    import numpy as np

    if not words or not len(sentence):
        return 0.0
    nearest = (question @ _unit(sentence).T).max(axis=1)
    return float(np.mean([nearest[places].mean() for places in words]))


def _record(question: str, paper: Paper) -> float:
    return _RECORD if asks_for_metadata(question, paper.metadata_line()) else 0.0


def ranked(question: str, paper: Paper, compared: Compared, *, several: bool) -> tuple[tuple[int, float], ...]:
    """Return pairs of a sentence and the probability that it is the one that answers, the best first."""
    rows = measured(question, paper, compared, several=several)
    logits = [
        sum(weight * value for weight, value in zip(_WEIGHTS, row, strict=True))
        + _PLANTED * is_planted(paper.sentence(i))
        for i, row in enumerate(rows)
    ]
    first = 0 if asks_for_metadata(question, paper.metadata_line()) or len(rows) == 1 else 1
    return tuple(sorted(enumerate(_softmax(logits[first:]), first), key=lambda pair: (-pair[1], pair[0])))


def measured(question: str, paper: Paper, compared: Compared, *, several: bool) -> list[tuple[float, ...]]:
    """Return for the metadata line and each sentence what it is ranked by, in the order of the weights.

    The metadata line, which stands in no context, is as near as the nearest sentence.
    """
    texts = [paper.sentence(i) for i in range(len(paper.sentences) + 1)]
    documents = [stems(metadata_words(texts[0])) | stems(texts[0]), *(stems(text) for text in texts[1:])]
    words, number = asked(question, documents), asks_for_quantity(question)
    whole, near = ([max(values, default=0.0), *values] for values in (compared.whole, compared.words))
    return [
        (
            whole[i],
            near[i],
            words.mass(documents[i]),
            float(number and holds_quantity(text)),
            float(i == 1),
            float(tells_background(text)),
            float(several and tells_contribution(text)),
            float(tells_where(text, question)),
        )
        for i, text in enumerate(texts)
    ]


def _softmax(logits: Sequence[float]) -> list[float]:
    powers = [math.exp(x - max(logits)) for x in logits]
    return [power / sum(powers) for power in powers]
