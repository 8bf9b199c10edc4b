"""The vector index's settings: what its graph takes to write, and what a search finds and takes at several widths.

The library's own vectors are written anew with each setting; no text is embedded but the questions. The settings in
use are those of `rag.index.chroma_client`.
"""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rag.base.settings import Settings
from rag.library import Library

from .asking import all_vectors
from .clock import best_round, spent
from .corpus import Place, questions
from .figures import Figure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

_GRAPHS = ((16, 200), (20, 200), (32, 200), (20, 300), (32, 400))
"""(neighbours of a row, rows looked at while one is written)."""
_WIDTHS = (500, 1000, 1500)
"""Rows looked at by a search."""
_BATCH = 256
_DEPTH, _K = 200, 50


def graph(place: Place) -> list[Figure]:
    """Measure each setting over the vectors of the library."""
    import numpy as np

    with Library.open(place.library, Settings()) as library:
        names, matrix = all_vectors(library)
        asked = [library.indexes.embedding.query(question) for question in questions()]
    exact = [{names[i] for i in np.argsort(-(matrix @ vector))[:_K]} for vector in asked]
    folder = place.folder / "graph"
    figures = []
    for neighbours, construction in _GRAPHS:
        shutil.rmtree(folder, ignore_errors=True)
        what = f"{neighbours} neighbours, {construction} looked at"
        index = {"space": "cosine", "max_neighbors": neighbours, "ef_construction": construction}
        with _rows(str(folder), index) as rows:
            took = spent(lambda rows=rows: _write(rows, names, matrix))  # type: ignore[misc]
        figures.append(Figure("graph", f"{what}: processor time to write it", took.cpu, "s"))
        figures += [one for width in _WIDTHS for one in _searched(str(folder), index, width, asked, exact, what)]
    shutil.rmtree(folder, ignore_errors=True)
    return figures


def _write(rows: Any, names: Sequence[str], matrix: Matrix) -> None:
    for start in range(0, len(names), _BATCH):
        rows.add(ids=list(names[start : start + _BATCH]), embeddings=matrix[start : start + _BATCH])


def _searched(
    folder: str, index: dict[str, Any], width: int, asked: Sequence[Matrix], exact: Sequence[set[str]], what: str
) -> list[Figure]:
    """Return recall and time of searches that look at `width` rows."""
    with _rows(folder, index) as rows:
        rows.modify(configuration={"hnsw": {"ef_search": width}})
    with _rows(folder, index) as rows:

        def find(vector: Matrix) -> list[str]:
            found: list[str] = rows.query(query_embeddings=[vector], n_results=_DEPTH, include=["distances"])["ids"][0]
            return found

        took = best_round(find, asked, 2)
        held = [len(gold & set(find(vector)[:_K])) / len(gold) for vector, gold in zip(asked, exact, strict=True)]
    return [
        Figure("graph", f"{what}: recall@{_K} of a search that looks at {width}", statistics.mean(held)),
        Figure("graph", f"{what}: processor time of a search that looks at {width}", took.cpu(), "ms"),
    ]


@contextmanager
def _rows(folder: str, index: dict[str, Any]) -> Iterator[Any]:
    """Give the collection in `folder` through a client of its own, so that its settings are read anew."""
    import chromadb

    client: Any = chromadb.PersistentClient(folder)
    yield client.get_or_create_collection("graph", embedding_function=None, configuration={"hnsw": index})
    client.close()
