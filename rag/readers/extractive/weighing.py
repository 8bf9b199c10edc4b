"""Each paper weighed against a question, and within it each sentence: the features that the reader decides by.

All is measured within the passages, against the lower half of those read: they are about the same subject and most
likely do not answer. So no feature depends on how large the library is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.cite.overlap import content_words
from rag.embedder import Embedder
from rag.nouns import Paper, Passage, Query
from rag.readers.extractive.asking import (
    asks_for_quantity,
    asks_for_several,
    holds_quantity,
    metadata_words,
    tells_background,
)
from rag.readers.extractive.likeness import asked, folded, names

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_ONE, _MANY = 8, 14
"""Papers whose sentences are read: where a question is about one thing, and where it asks for several papers."""
_COSINE, _WORDS, _NUMBER, _OPENING, _BACKGROUND = 3.0, 0.57, 2.1, -3.4, -2.0
"""Weights of a sentence's cosine with the question, its mass of the question's words, whether it has the number that is
asked for, whether it opens the abstract, and whether it tells what others did: a conditional logit, fitted on questions
with known evidence."""
_COVERAGE = 0.5
"""What covering all of a question's words counts beside a cosine of 1."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One paper: `place` among those shown, from 1; `score` to rank by; `features` to judge its relevance by.

    `sentences` are pairs (index, probability that it is the one that answers, if one does), the best first.
    """

    place: int
    paper: Paper
    score: float
    quality: float
    features: tuple[float, ...]
    sentences: tuple[tuple[int, float], ...]


def weigh(query: Query, passages: Sequence[Passage], embedder: Embedder) -> list[Weighed]:
    """Return the first papers weighed against the question, best first; a tie goes to the better passage."""
    several = asks_for_several(query.question)
    read = passages[: _MANY if several else _ONE]
    cosines = _cosines(query, read, embedder)
    words = asked(query.standalone, [stems(_text(p.paper)) for p in passages])
    best = [max(row[1:], default=0.0) for row in cosines]
    quality = [
        (p.similarity or 0.0) + b + _COVERAGE * words.coverage(stems(_text(p.paper)))
        for p, b in zip(read, best, strict=True)
    ]
    score = [p.score + b for p, b in zip(read, best, strict=True)]
    absent = [_share_absent(names(query.standalone), p.paper) for p in read]
    fused = [p.score for p in read]
    weighed = [
        Weighed(
            place=i + 1,
            paper=p.paper,
            score=score[i],
            quality=quality[i],
            features=(
                quality[i],
                quality[i] - _lower_half(quality),
                fused[i] - _lower_half(fused),
                max(score) - score[i],
                float(several),
                float(several) * (max(score) - score[i]),
                absent[i],
            ),
            sentences=_sentences(query.question, p.paper, cosines[i]),
        )
        for i, p in enumerate(read)
    ]
    return sorted(weighed, key=lambda w: -w.score)


def _cosines(query: Query, read: Sequence[Passage], embedder: Embedder) -> list[list[float]]:
    """Return for each paper the cosine of the question with each of its sentences, the metadata line first."""
    texts = [p.paper.sentence(i) for p in read for i in range(len(p.paper.sentences) + 1)]
    flat: NDArray[float32] = embedder.embed(texts) @ embedder.embed_query(query.question)
    values, start, rows = flat.tolist(), 0, []
    for p in read:
        rows.append(values[start : start + len(p.paper.sentences) + 1])
        start += len(p.paper.sentences) + 1
    return rows


def _sentences(question: str, paper: Paper, cosines: Sequence[float]) -> tuple[tuple[int, float], ...]:
    """Return the sentences of `paper` with their probabilities, best first."""
    texts = [metadata_words(paper.sentence(0)), *(paper.sentence(i) for i in range(1, len(cosines)))]
    documents = [stems(text) for text in texts]
    words, number = asked(question, documents), asks_for_quantity(question)
    logits = [
        _COSINE * cosine
        + _WORDS * words.mass(document)
        + _NUMBER * (number and holds_quantity(text))
        + _OPENING * (index == 1)
        + _BACKGROUND * tells_background(text)
        for index, (text, document, cosine) in enumerate(zip(texts, documents, cosines, strict=True))
    ]
    first = 0 if words.mass(documents[0]) or len(texts) == 1 else 1
    return tuple(sorted(enumerate(_softmax(logits[first:]), first), key=lambda pair: (-pair[1], pair[0])))


def _softmax(logits: Sequence[float]) -> list[float]:
    powers = [math.exp(x - max(logits)) for x in logits]
    return [power / sum(powers) for power in powers]


def _lower_half(values: Iterable[float]) -> float:
    """Return the mean of the lower half."""
    ordered = sorted(values)
    half = ordered[: max(1, len(ordered) // 2)]
    return sum(half) / len(half)


def _share_absent(asked_for: Sequence[str], paper: Paper) -> float:
    """Return the share of the question's names that the paper does not hold."""
    text = folded(_text(paper))
    return sum(name not in text and name.rstrip("s") not in text for name in asked_for) / max(1, len(asked_for))


@lru_cache(maxsize=5_000)
def stems(text: str) -> frozenset[str]:
    """Return the stems of `text`; kept, since the same papers come up again and again in a conversation."""
    return frozenset(content_words(text))


def _text(paper: Paper) -> str:
    return f"{paper.title}\n{paper.abstract}"
