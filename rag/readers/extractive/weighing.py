"""Each paper weighed against a question: the features that the reader decides by, and its sentences ranked.

A paper is measured against the others that are read, since they are about the same subject and most likely do not
answer; where these are few, against what is usual. So no feature depends on how large the library is. Not handled:
abstracts of a hundred sentences, which are read whole and take their time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.embedder.contextual import Contextual
from rag.nouns import Paper, Passage, Query
from rag.readers.extractive.asking import asks_for_several
from rag.readers.extractive.likeness import Asked, asked, holds_name, names, stems
from rag.readers.extractive.sentences import Compared, compare, ranked

_ONE, _MANY = 8, 14
"""Papers whose sentences are read: where a question is about one thing, and where it asks for several papers."""
_WORTH = 0.6
"""Share of the best paper's score in the search below which a paper is not read."""
_FOUND = 3.0
"""What the score of the search counts, in ranking, beside how near the words come to the best sentence."""
_ABSENT = 4
"""The place of the share of absent names among the features."""
_UNRANKED = 200
"""The rank that a paper counts as having where an index did not return it."""
_COVERAGE = 0.5
"""What covering all of a question's words counts beside a cosine of 1."""
_USUAL, _WEIGHT = 0.65, 2
"""Quality of a paper that does not answer, and the papers that it weighs as much as."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One paper: `place` among those shown, from 1; `quality`, how well it fits; `features` to judge its relevance by;
    `answering`, to judge by whether it says what is asked of it.

    `sentences` are pairs (index, probability that it is the one that answers, if one does), the best first.
    """

    place: int
    paper: Paper
    quality: float
    features: tuple[float, ...]
    answering: tuple[float, ...]
    sentences: tuple[tuple[int, float], ...]


def weigh(query: Query, passages: Sequence[Passage], contextual: Contextual) -> list[Weighed]:
    """Return the first papers weighed against the question, in the order of `passages`."""
    several = asks_for_several(query.question)
    read = _worth_reading(query, passages[: _MANY if several else _ONE])
    compared = compare(query.question, [p.paper for p in read], contextual)
    words = asked(query.standalone, [stems(_text(p.paper)) for p in passages])
    quality = [_quality(p, c, words) for p, c in zip(read, compared, strict=True)]
    features = _features(query, read, compared, quality, several=several)
    return [
        Weighed(
            passages.index(p) + 1,
            p.paper,
            quality[i],
            features[i],
            (compared[i].meets, float(several), features[i][_ABSENT]),
            ranked(query.question, p.paper, compared[i], several=several),
        )
        for i, p in enumerate(read)
    ]


def _worth_reading(query: Query, passages: Sequence[Passage]) -> Sequence[Passage]:
    """Return the papers that the search did not find far worse than its best; those under discussion are in front."""
    least = _WORTH * max((p.score for p in passages), default=0.0)
    few = len({*query.focus, *query.named})
    return [p for i, p in enumerate(passages) if i <= few or p.score >= least]


def _quality(passage: Passage, compared: Compared, words: Asked) -> float:
    return (passage.similarity or 0.0) + compared.best + _COVERAGE * words.coverage(stems(_text(passage.paper)))


def _features(
    query: Query, read: Sequence[Passage], compared: Sequence[Compared], quality: Sequence[float], *, several: bool
) -> list[tuple[float, ...]]:
    """Return for each paper how far its quality stands out, how far it ranks below the first (again by itself where
    several are asked for, which is the feature before), names it lacks, and how both indexes rank it."""
    score = [_FOUND * p.score + c.best for p, c in zip(read, compared, strict=True)]
    behind = [max(score) - own for own in score]
    usual = _usual(sorted(quality)[: len(quality) // 2])
    proper = [name for name, is_proper in names(query.standalone) if is_proper]
    return [
        (
            quality[i] - usual,
            behind[i],
            float(several),
            several * behind[i],
            _share_absent(proper, p.paper),
            1.0 / (p.dense_rank or _UNRANKED) + 1.0 / (p.lexical_rank or _UNRANKED),
        )
        for i, p in enumerate(read)
    ]


def _usual(values: Sequence[float]) -> float:
    """Return the mean of `values`, drawn towards what is usual the more, the fewer they are."""
    return (sum(values) + _WEIGHT * _USUAL) / (len(values) + _WEIGHT)


def _share_absent(asked_for: Sequence[str], paper: Paper) -> float:
    """Return the share of the question's names that the paper does not hold."""
    return sum(not holds_name(_text(paper), name) for name in asked_for) / max(1, len(asked_for))


def _text(paper: Paper) -> str:
    return f"{paper.title}\n{paper.abstract}"
