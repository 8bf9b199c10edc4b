"""Asking: how long retrieval takes, whether it finds what exact search finds, and how much memory it needs."""

from __future__ import annotations

import socket
import statistics
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

from eval.bench.clock import best_round, command, memory, percentile
from eval.bench.corpus import Place, questions
from eval.bench.figures import Figure
from rag.filters import Filters
from rag.indexes.chroma_client import opened
from rag.indexes.draft import MOST_ROWS
from rag.library import Library
from rag.retrieval import fuse
from rag.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DEPTH = 200
"""Papers asked of each index, as retrieval does."""


def retrieval(place: Place) -> list[Figure]:
    """Time whole retrieval and each of its parts."""
    asked = questions()
    with Library.open(place.library, Settings()) as library:
        indexes = library.indexes
        find = partial(library.passages, k=25)
        best_round(find, asked[:20], 1)
        took = best_round(find, asked)
        vectors = [indexes.embed_query(question) for question in asked]
        names = [[p.paper.paper_id for p in find(question)] for question in asked]
        parts = {
            "of it embedding the query": best_round(indexes.embed_query, asked, 2),
            "of it the vectors": best_round(lambda v: indexes.vectors.search(v, _DEPTH), vectors, 2),
            "of it the words": best_round(lambda q: indexes.words.search(q, _DEPTH), asked, 2),
            "of it fetching 25 papers": best_round(library.catalogue.get, names, 2),
        }
    return [
        Figure("retrieval", "median", _ms(took, 0.5), "ms", "< 12"),
        Figure("retrieval", "99th percentile", _ms(took, 0.99), "ms", "< 35"),
        *(Figure("retrieval", what, _ms(times, 0.5), "ms") for what, times in parts.items()),
    ]


def filtered(place: Place) -> list[Figure]:
    """Time retrieval among the later half of the papers, and hold its ten against those of exact search."""
    asked = questions()[:100]
    with Library.open(place.library, Settings()) as library:
        dates = sorted(paper.date for paper in library.catalogue if paper.date)
        half = Filters(since=dates[len(dates) // 2])
        allowed = half.allowed(library.catalogue) or frozenset()
        find = partial(library.passages, k=10, filters=half)
        took = best_round(find, asked, 3)
        right = [_right(library, question, allowed) for question in asked]
        found = [{p.paper.paper_id for p in find(question)} for question in asked]
        theirs = _by_chroma(library, asked[:3], allowed)
        share = best_round(lambda _: half.allowed(library.catalogue), asked[:10], 2)
    held = statistics.mean(len(a & b) / len(b) for a, b in zip(found, right, strict=True) if b)
    return [
        Figure("date filter", "papers let through", len(allowed) / max(1, len(dates))),
        Figure("date filter", "median", _ms(took, 0.5), "ms", "< 80"),
        Figure("date filter", "of it looking up what passes", _ms(share, 0.5), "ms"),
        Figure("date filter", "the right ten that are there", held, "", ">= 0.99"),
        Figure("date filter", "the vectors alone by Chroma's own filter", theirs * 1000, "ms"),
    ]


def recall(place: Place) -> list[Figure]:
    """Hold the vector index's 50 nearest against those of exact search."""
    import numpy as np

    with Library.open(place.library, Settings()) as library:
        names, matrix = _all_vectors(library)
        hits = []
        for question in questions():
            vector = library.indexes.embed_query(question)
            exact = {names[i] for i in np.argsort(-(matrix @ vector))[:50]}
            found = {paper_id for paper_id, _ in library.indexes.vectors.search(vector, 50)}
            hits.append(len(exact & found) / len(exact))
    return [Figure("vectors", "recall@50 against exact search", statistics.mean(hits), "", ">= 0.99")]


def chat(place: Place) -> list[Figure]:
    """Return the memory of the chat page's process after a few questions, and how long an answer takes."""
    from rag.page.server import start

    with Library.open(place.library, Settings()) as library, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        page, _ = start(library, port=port)
        took = best_round(partial(library.ask, settings=Settings(extractive=True)), questions()[:40], 2)
        held = memory("VmRSS")
        page.close(verbose=False)
    return [
        Figure("chat", "resident memory", held, "MiB", "< 1536"),
        Figure("chat", "extractive answer, median", _ms(took, 0.5), "ms"),
    ]


def first(place: Place) -> list[Figure]:
    """Time the first answer of a fresh process."""
    folder = str(place.library)
    took = [command("ask", q, "--extractive", "--library", folder) for q in questions()[:5]]
    return [
        Figure("fresh process", "open and answer the first question", min(took), "s", "< 4"),
        Figure("fresh process", "--help", min(command("--help") for _ in range(5)), "s", "< 0.3"),
    ]


def _ms(times: list[float], share: float) -> float:
    return percentile(times, share) * 1000


def _right(library: Library, question: str, allowed: frozenset[str]) -> set[str]:
    """Return the ten that retrieval over exact lists would give."""
    vector = library.indexes.embed_query(question)
    dense = library.indexes.vectors.among(vector, allowed)[:_DEPTH]
    words = [hit for hit in library.indexes.words.search(question, len(library)) if hit[0] in allowed][:_DEPTH]
    return {paper_id for paper_id, _ in fuse(dense, words)[:10]}


def _by_chroma(library: Library, asked: list[str], allowed: frozenset[str]) -> float:
    """Return the seconds of one query with the filter handed to Chroma, the least of a few."""
    where: Any = {"paper_id": {"$in": sorted(allowed)}}
    vectors = [library.indexes.embed_query(question) for question in asked]
    with _rows(library) as rows:
        return min(best_round(lambda v: rows.query(query_embeddings=[v], n_results=10, where=where), vectors, 1))


def _all_vectors(library: Library) -> tuple[list[str], NDArray[np.float32]]:
    """Return every row's paper and its vector, shape (rows, dimension)."""
    import numpy as np

    names: list[str] = []
    parts = []
    with _rows(library) as rows:
        for offset in range(0, rows.count(), MOST_ROWS):
            page = rows.get(include=["embeddings"], limit=MOST_ROWS, offset=offset)
            names += [row.rpartition("#")[0] for row in page["ids"]]
            parts.append(np.asarray(page["embeddings"], dtype=np.float32))
    return names, np.concatenate(parts)


def _rows(library: Library) -> AbstractContextManager[Any]:
    """Give the embedded collection that counts."""
    return opened(str(library.folder / "chroma" / (library.catalogue.vectors() or "")), "abstracts")
