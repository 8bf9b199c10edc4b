"""The sentences by which papers are on a subject: with its words, near it in meaning, and about the paper itself.

Not what answers a question (that is the extractive reader's business), but what shows that a paper belongs on a list.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.embedder import Embedder
from rag.nouns import Paper
from rag.readers.extractive.asking import tells_background
from rag.readers.extractive.likeness import asked, stems
from rag.readers.extractive.orders import is_planted

_READ = 3
"""Sentences of a paper, those with most of the words, that are compared in meaning."""
_BACKGROUND = 0.15
"""What a sentence on what others did counts less."""


def bearing(topic: str, papers: Sequence[Paper], most: int, embedder: Embedder) -> list[tuple[int, ...]]:
    """Return for each paper up to `most` of its sentences, in their order; none where its abstract has none."""
    told = [[paper.sentence(i) for i in range(1, len(paper.sentences) + 1)] for paper in papers]
    words = asked(topic, [stems(text) for texts in told for text in texts])
    merits = [[words.coverage(stems(text)) - _shortcoming(text) for text in texts] for texts in told]
    read = [sorted(range(len(merit)), key=lambda i: (-merit[i], i))[: max(_READ, most)] for merit in merits]
    wanted = [told[place][i] for place, indices in enumerate(read) for i in indices]
    cosines = iter((embedder.embed(wanted) @ embedder.embed_query(topic)).tolist() if wanted else ())
    ranked = [
        sorted((-(merits[place][i] + next(cosines)), i + 1) for i in indices) for place, indices in enumerate(read)
    ]
    return [tuple(sorted(index for _, index in best[:most])) for best in ranked]


def _shortcoming(sentence: str) -> float:
    """Return what a sentence loses that is on others' work, or that reads like an order to whoever answers."""
    return _BACKGROUND * tells_background(sentence) + is_planted(sentence)
