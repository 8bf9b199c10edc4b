"""Asking: how long retrieval takes and a person waits, whether it finds what exact search finds, and memory."""

from __future__ import annotations

import socket
import statistics
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.base.settings import Settings
from rag.catalogue.filters import Filters
from rag.index.chroma_client import opened
from rag.index.snapshots import MOST_ROWS
from rag.index.vectors import best_per_paper, paper_of
from rag.intake import SAMPLE
from rag.library import Library
from rag.retrieve.search import fuse

from .clock import best_round, command, memory
from .corpus import Place, questions
from .figures import Figure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


# ----------------------------------------------------------------------------------------------------
# How long a person waits with the sample library: fresh processes, and a warm one.


def waiting(folder: Path, runs: int = 5) -> list[Figure]:
    """Return the medians, with a library made in `folder`."""
    pages = [str(path) for path in SAMPLE]
    asked, where = questions(), ("--library", str(folder))
    figures = [
        Figure("fresh process", "--help", statistics.median(command("--help") for _ in range(runs)), "s", "< 0.3"),
        Figure("fresh process", "add of the three sample pages", command("add", *pages, *where), "s"),
        Figure("fresh process", "the same again", command("add", *pages, *where), "s"),
    ]
    answers = [command("ask", question, "--extractive", *where) for question in asked[:runs]]
    figures.append(Figure("fresh process", "first answer", statistics.median(answers), "s"))
    with Library.open(folder, Settings()) as library:
        library.ask("warm up")
        for what, work in (("answer", library.ask), ("search", library.search)):
            figures.append(Figure("open library", what, best_round(work, asked[:40], 2).wall(), "ms"))
    return figures


# ----------------------------------------------------------------------------------------------------

_DEPTH = 200
"""Papers asked of each index, as retrieval does."""
_MOST_IDS = 30_000
"""Chroma refuses a filter by more ids (too many SQL variables)."""


def retrieval(place: Place) -> list[Figure]:
    """Time whole retrieval and each of its parts."""
    asked = questions()
    with Library.open(place.library, Settings()) as library:
        indexes = library.indexes
        find = partial(library.passages, k=25)
        best_round(find, asked[:20], 1)
        took = best_round(find, asked)
        vectors = [indexes.embedding.query(question) for question in asked]
        names = [[p.paper.paper_id for p in find(question)] for question in asked]
        parts = {
            "of it embedding the query": best_round(indexes.embedding.query, asked, 2),
            "of it the vectors": best_round(lambda v: indexes.vectors.search(v, _DEPTH), vectors, 2),
            "of it the words": best_round(lambda q: indexes.words.search(q, _DEPTH), asked, 2),
            "of it fetching 25 papers": best_round(library.catalogue.get, names, 2),
        }
    return [
        Figure("retrieval", "median", took.wall(), "ms", "< 12"),
        Figure("retrieval", "99th percentile", took.wall(0.99), "ms", "< 35"),
        Figure("retrieval", "median of processor time", took.cpu(), "ms"),
        Figure("retrieval", "99th percentile of processor time", took.cpu(0.99), "ms"),
        *(Figure("retrieval", what, times.wall(), "ms") for what, times in parts.items()),
    ]


def filtered(place: Place) -> list[Figure]:
    """Time retrieval among the later half of the papers, and hold its ten against those of exact search."""
    asked = questions()[:100]
    with Library.open(place.library, Settings()) as library:
        dates = sorted(paper.date for paper in library.catalogue if paper.date)
        half = _half(dates)
        allowed = half.allowed(library.catalogue) or frozenset()
        find = partial(library.passages, k=10, filters=half)
        took = best_round(find, asked, 3)
        right = _right(library, asked, allowed)
        found = [{p.paper.paper_id for p in find(question)} for question in asked]
        theirs = _by_chroma(library, asked[:3], allowed)
        share = best_round(lambda n: _half(dates, n).allowed(library.catalogue), range(10), 2)
    held = statistics.mean(len(a & b) / len(b) for a, b in zip(found, right, strict=True) if b)
    return [
        Figure("date filter", "papers let through", len(allowed) / max(1, len(dates))),
        Figure("date filter", "median", took.wall(), "ms", "< 80"),
        Figure("date filter", "median of processor time", took.cpu(), "ms"),
        Figure("date filter", "first question with a filter: looking up what passes", share.wall(), "ms"),
        Figure("date filter", "the right ten that are there", held, "", ">= 0.99"),
        Figure("date filter", "the vectors alone by Chroma's own filter, of 30,000 ids at most", theirs, "ms"),
    ]


def recall(place: Place) -> list[Figure]:
    """Hold the vector index's 50 nearest against those of exact search."""
    import numpy as np

    with Library.open(place.library, Settings()) as library:
        names, matrix = all_vectors(library)
        hits = []
        for question in questions():
            vector = library.indexes.embedding.query(question)
            exact = {paper_of(names[i]) for i in np.argsort(-(matrix @ vector))[:50]}
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
        Figure("chat", "extractive answer, median", took.wall(), "ms"),
    ]


def first(place: Place) -> list[Figure]:
    """Time the first answer of a fresh process."""
    folder = str(place.library)
    took = [command("ask", q, "--extractive", "--library", folder) for q in questions()[:5]]
    return [
        Figure("fresh process", "open and answer the first question", min(took), "s", "< 4"),
        Figure("fresh process", "--help", min(command("--help") for _ in range(5)), "s", "< 0.3"),
    ]


def _half(dates: Sequence[str], shift: int = 0) -> Filters:
    """Return the filter that lets the later half through, `shift` papers more: one that was not asked before."""
    return Filters(since=dates[max(0, len(dates) // 2 - shift * len(dates) // 200)])


def _right(library: Library, asked: Sequence[str], allowed: frozenset[str]) -> list[set[str]]:
    """Return the ten that retrieval over exact lists would give, for each question."""
    names, matrix = all_vectors(library)
    right = []
    for question in asked:
        cosines = zip(names, (matrix @ library.indexes.embedding.query(question)).tolist(), strict=True)
        dense = best_per_paper((row, cosine) for row, cosine in cosines if paper_of(row) in allowed)[:_DEPTH]
        words = [hit for hit in library.indexes.words.search(question, len(library)) if hit[0] in allowed][:_DEPTH]
        right.append({paper_id for paper_id, _ in fuse(dense, words)[:10]})
    return right


def _by_chroma(library: Library, asked: list[str], allowed: frozenset[str]) -> float:
    """Return the milliseconds of a query with the filter handed to Chroma, the least of a few."""
    where: Any = {"paper_id": {"$in": sorted(allowed)[:_MOST_IDS]}}
    vectors = [library.indexes.embedding.query(question) for question in asked]
    with _rows(library) as rows:
        return best_round(lambda v: rows.query(query_embeddings=[v], n_results=10, where=where), vectors, 1).wall(0)


def all_vectors(library: Library) -> tuple[list[str], NDArray[np.float32]]:
    """Return every row's name and its vector, shape (rows, dimension)."""
    import numpy as np

    names: list[str] = []
    parts = []
    with _rows(library) as rows:
        for offset in range(0, rows.count(), MOST_ROWS):
            page = rows.get(include=["embeddings"], limit=MOST_ROWS, offset=offset)
            names += page["ids"]
            parts.append(np.asarray(page["embeddings"], dtype=np.float32))
    return names, np.concatenate(parts)


def _rows(library: Library) -> AbstractContextManager[Any]:
    """Give the embedded collection that counts."""
    return opened(str(library.folder / "chroma" / (library.catalogue.meta("vectors") or "")), "abstracts")
