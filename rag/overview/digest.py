"""The digest of a library: papers by month, by page and by subject, what came last, and a map.

Not handled: libraries beyond `MOST` papers, of which the ones added last are grouped; the digest says how many.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from rag.catalogue import Catalogue
from rag.index import Indexes
from rag.models.embedder import Embedder
from rag.nouns import Paper
from rag.nouns.presenting import jsonable
from rag.overview.map import Point, islands
from rag.overview.subjects import Topic, subjects

MOST = 20_000
"""Papers that are grouped."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What is in a library. `map` has each grouped paper's place on a plane, in [0, 1], and the number of its topic."""

    papers: int
    undated: int
    by_month: tuple[tuple[str, int], ...]
    by_page: tuple[tuple[str, int], ...]
    topics: tuple[Topic, ...]
    latest: tuple[Paper, ...]
    map: tuple[Point, ...]

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
    import numpy as np

    papers = list(catalogue)
    months = Counter(paper.date[:7] for paper in papers if paper.date and len(paper.date) >= 7)
    new = set(catalogue.latest())
    held = indexes.vectors.by_paper(paper.paper_id for paper in papers[-MOST:])
    grouped = [paper for paper in papers if paper.paper_id in held]
    vectors = np.stack([held[paper.paper_id] for paper in grouped]) if grouped else np.zeros((0, 1), np.float32)
    topics, groups = subjects(grouped, vectors, embedder) if grouped else ((), [])
    numbers = {paper.paper_id: number for number, topic in enumerate(topics, start=1) for paper in topic.papers}
    return Digest(
        papers=len(papers),
        undated=sum(paper.date is None for paper in papers),
        by_month=tuple(sorted(months.items())),
        by_page=tuple(catalogue.pages().items()),
        topics=topics,
        latest=tuple(paper for paper in papers if paper.paper_id in new),
        map=tuple((p, x, y, numbers[p.paper_id]) for p, (x, y) in zip(grouped, islands(vectors, groups), strict=True)),
    )


def _topic(number: int, topic: Topic) -> dict[str, Any]:
    papers = [paper.named() for paper in topic.papers]
    sentence = {**papers[0], **jsonable(topic.sentence)}
    return {"number": number, "words": list(topic.words), "papers": papers, "sentence": sentence}
