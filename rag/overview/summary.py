"""The digest of a library: papers by month, by page and by subject, what came last, and a map.

Subjects are groups of the papers' vectors; each has its telling words and one sentence, cited from its central paper.
Not handled: libraries beyond `MOST` papers, of which the ones added last are grouped; the digest says how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.catalogue import Catalogue
from rag.index import Indexes
from rag.models.embedder import Embedder
from rag.nouns import CitedSentence, Paper
from rag.nouns.presenting import jsonable
from rag.overview.clusters import centre, clusters, group_count, islands
from rag.overview.words import telling_words

if TYPE_CHECKING:
    from rag.overview.clusters import Matrix

MOST = 20_000
"""Papers that are grouped."""
_NAMED, _WORDS = 2, 6
"""Telling words in the name of a subject, and all that are told."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of papers: its telling words, its papers from the centre outwards, and a sentence of the first."""

    words: tuple[str, ...]
    papers: tuple[Paper, ...]
    sentence: CitedSentence

    @property
    def name(self) -> str:
        """Its first words, as it is called on the map and above a list."""
        return ", ".join(self.words[:_NAMED])


@dataclass(frozen=True, slots=True)
class Digest:
    """What is in a library. `map` has each grouped paper's place on a plane, in [0, 1], and the number of its topic."""

    papers: int
    undated: int
    by_month: tuple[tuple[str, int], ...]
    by_page: tuple[tuple[str, int], ...]
    topics: tuple[Topic, ...]
    latest: tuple[Paper, ...]
    map: tuple[tuple[Paper, float, float, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the digest as the JSON object of the command line; topics count from 1."""
        return {
            "papers": self.papers,
            "undated": self.undated,
            "by_month": [{"month": month, "papers": count} for month, count in self.by_month],
            "by_page": [{"page": page, "papers": count} for page, count in self.by_page],
            "topics": [_topic(number, topic) for number, topic in enumerate(self.topics, start=1)],
            "latest": [paper.named() for paper in self.latest],
            "map": [{**paper.named(), "x": x, "y": y, "topic": topic} for paper, x, y, topic in self.map],
        }


def digest(catalogue: Catalogue, indexes: Indexes, embedder: Embedder) -> Digest:
    """Return the digest of the papers of `catalogue`, made anew only when they have changed."""
    return catalogue.once("digest", lambda: _made(catalogue, indexes, embedder))


def _made(catalogue: Catalogue, indexes: Indexes, embedder: Embedder) -> Digest:
    papers = list(catalogue)
    months = Counter(paper.date[:7] for paper in papers if paper.date and len(paper.date) >= 7)
    new = set(catalogue.latest())
    topics, places = _topics(papers[-MOST:], indexes, embedder)
    return Digest(
        papers=len(papers),
        undated=sum(paper.date is None for paper in papers),
        by_month=tuple(sorted(months.items())),
        by_page=tuple(catalogue.pages().items()),
        topics=topics,
        latest=tuple(paper for paper in papers if paper.paper_id in new),
        map=places,
    )


def _topics(
    papers: Sequence[Paper], indexes: Indexes, embedder: Embedder
) -> tuple[tuple[Topic, ...], tuple[tuple[Paper, float, float, int], ...]]:
    """Return the subjects, the largest first, and the map."""
    import numpy as np

    held = indexes.vectors.by_paper(paper.paper_id for paper in papers)
    grouped = [paper for paper in papers if paper.paper_id in held]
    if not grouped:
        return (), ()
    vectors = np.stack([held[paper.paper_id] for paper in grouped])
    labels = np.asarray(clusters(vectors, group_count(len(grouped))))
    order = sorted(set(labels.tolist()), key=lambda label: (-int((labels == label).sum()), label))
    members = [np.flatnonzero(labels == label).tolist() for label in order]
    words = telling_words([[grouped[i] for i in of] for of in members], _WORDS)
    topics = tuple(_central(grouped, vectors, of, w, embedder) for of, w in zip(members, words, strict=True))
    numbers = {int(label): number for number, label in enumerate(order, start=1)}
    flat = islands(vectors, labels.tolist())
    return topics, tuple((p, x, y, numbers[int(n)]) for p, (x, y), n in zip(grouped, flat, labels, strict=True))


def _central(
    papers: Sequence[Paper], vectors: Matrix, members: Sequence[int], words: tuple[str, ...], embedder: Embedder
) -> Topic:
    """Return a subject: its papers from the centre outwards, and the sentence of the first that is nearest to it."""
    middle = centre(vectors[members])
    near = sorted(members, key=lambda i: (-float(vectors[i] @ middle), papers[i].paper_id))
    first = papers[near[0]]
    texts = [first.sentence(i) for i in range(1, len(first.sentences) + 1)]
    best = int((embedder.embed(texts) @ middle).argmax()) + 1 if texts else 0
    start, end = first.sentences[best - 1] if best else (None, None)
    return Topic(words, tuple(papers[i] for i in near), CitedSentence(best, start, end, first.sentence(best)))


def _topic(number: int, topic: Topic) -> dict[str, Any]:
    papers = [paper.named() for paper in topic.papers]
    sentence = {**papers[0], **jsonable(topic.sentence)}
    return {"number": number, "words": list(topic.words), "papers": papers, "sentence": sentence}
