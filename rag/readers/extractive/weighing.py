"""Each paper weighed against a question, and within it each sentence: the features that the reader decides by.

All is measured within the passages, against the lower half of those read: they are about the same subject and most
likely do not answer. So no feature depends on how large the library is. Not handled: abstracts of a hundred sentences,
which are read whole and take their time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rag.embedder import Embedder
from rag.nouns import Paper, Passage, Query
from rag.readers.extractive.asking import (
    asks_for_quantity,
    asks_for_several,
    gives_orders,
    holds_quantity,
    metadata_words,
    tells_background,
)
from rag.readers.extractive.likeness import asked, folded, names, stems

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_ONE, _MANY = 8, 14
"""Papers whose sentences are read: where a question is about one thing, and where it asks for several papers."""
_COSINE, _WORDS, _NUMBER, _OPENING, _BACKGROUND = 3.0, 0.57, 2.1, -3.4, -2.0
"""Weights of a sentence's cosine with the question, its mass of the question's words, whether it has the number that is
asked for, whether it opens the abstract, and whether it tells what others did: a conditional logit, fitted on questions
with known evidence."""
_PLANTED = -6.0
"""The same for what reads like an order to whoever answers: set, not fitted."""
_FOUND = 2.0
"""What the score of the search counts, in ranking, beside the cosine of the best sentence."""
_UNRANKED = 200
"""The rank that a paper counts as having where an index did not return it."""
_COVERAGE = 0.5
"""What covering all of a question's words counts beside a cosine of 1."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One paper: `place` among those shown, from 1; `quality`, how well it fits; `features` to judge its relevance by.

    `sentences` are pairs (index, probability that it is the one that answers, if one does), the best first.
    """

    place: int
    paper: Paper
    quality: float
    features: tuple[float, ...]
    sentences: tuple[tuple[int, float], ...]


def weigh(query: Query, passages: Sequence[Passage], embedder: Embedder) -> list[Weighed]:
    """Return the first papers weighed against the question, in the order of `passages`."""
    several = asks_for_several(query.question)
    read = passages[: _MANY if several else _ONE]
    cosines = _cosines(query, read, embedder)
    best = [max(row[1:], default=0.0) for row in cosines]
    words = asked(query.standalone, [stems(_text(p.paper)) for p in passages])
    quality = [
        (p.similarity or 0.0) + likeness + _COVERAGE * words.coverage(stems(_text(p.paper)))
        for p, likeness in zip(read, best, strict=True)
    ]
    features = _features(query, read, best, quality, several=several)
    return [
        Weighed(i + 1, p.paper, quality[i], features[i], _sentences(query.question, p.paper, cosines[i]))
        for i, p in enumerate(read)
    ]


def _features(
    query: Query, read: Sequence[Passage], best: Sequence[float], quality: Sequence[float], *, several: bool
) -> list[tuple[float, ...]]:
    """Return for each paper its quality, how far that stands out, how far the paper ranks below the first (again by
    itself where several are asked for, which is the feature before), names it lacks, and how both indexes rank it."""
    score = [_FOUND * p.score + likeness for p, likeness in zip(read, best, strict=True)]
    behind = [max(score) - own for own in score]
    usual = _lower_half(quality)
    proper = [name for name, is_proper in names(query.standalone) if is_proper]
    return [
        (
            quality[i],
            quality[i] - usual,
            behind[i],
            float(several),
            several * behind[i],
            _share_absent(proper, p.paper),
            1.0 / (p.dense_rank or _UNRANKED) + 1.0 / (p.lexical_rank or _UNRANKED),
        )
        for i, p in enumerate(read)
    ]


def _cosines(query: Query, read: Sequence[Passage], embedder: Embedder) -> list[list[float]]:
    """Return for each paper the cosine of the question with each of its sentences; its metadata line counts as 0."""
    texts = [p.paper.sentence(i) for p in read for i in range(1, len(p.paper.sentences) + 1)]
    if not texts:
        return [[0.0] for _ in read]
    flat: NDArray[float32] = embedder.embed(texts) @ embedder.embed_query(query.question)
    values = iter(flat.tolist())
    return [[0.0, *islice(values, len(p.paper.sentences))] for p in read]


def _sentences(question: str, paper: Paper, cosines: Sequence[float]) -> tuple[tuple[int, float], ...]:
    """Return the sentences of `paper` with their probabilities, best first."""
    texts = [paper.sentence(index) for index in range(len(cosines))]
    fields = stems(metadata_words(texts[0]))
    documents = [fields | stems(texts[0]), *(stems(text) for text in texts[1:])]
    words, number = asked(question, documents), asks_for_quantity(question)
    logits = [
        _COSINE * cosine
        + _WORDS * words.mass(document)
        + _NUMBER * (number and holds_quantity(text))
        + _OPENING * (index == 1)
        + _BACKGROUND * tells_background(text)
        + _PLANTED * gives_orders(text)
        for index, (text, document, cosine) in enumerate(zip(texts, documents, cosines, strict=True))
    ]
    first = 0 if fields & stems(question) or len(texts) == 1 else 1
    return tuple(sorted(enumerate(_softmax(logits[first:]), first), key=lambda pair: (-pair[1], pair[0])))


def _softmax(logits: Sequence[float]) -> list[float]:
    powers = [math.exp(x - max(logits)) for x in logits]
    return [power / sum(powers) for power in powers]


def _lower_half(values: Sequence[float]) -> float:
    """Return the mean of the lower half."""
    ordered = sorted(values)
    half = ordered[: max(1, len(ordered) // 2)]
    return sum(half) / len(half)


def _share_absent(asked_for: Sequence[str], paper: Paper) -> float:
    """Return the share of the question's names that the paper does not hold."""
    text = folded(_text(paper))
    return sum(name not in text and name.rstrip("s") not in text for name in asked_for) / max(1, len(asked_for))


def _text(paper: Paper) -> str:
    return f"{paper.title}\n{paper.abstract}"
