"""The vectors, in Chroma: embedded in the library's folder, or on a server by URL.

A row is a chunk; its id is `paper_id#n`. Embedded, every change is a new snapshot, read back before it counts, since
Chroma does not say when a disk did not take what it wrote; on a server changes are made in place. llama-index's own
Chroma store is not used here: importing it costs every question in a fresh process over a second, it writes with
`add`, which keeps the old text of an id it has, and its scores are `exp(-distance)` and no cosines.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from rag.base.errors import WorkFailed, translated_errors
from rag.index.chroma_client import Collection, open_collection, opened
from rag.index.snapshots import MOST_ROWS, Snapshots, VectorWriter, damaged, discard, parts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]


_ON_SERVER = "on a Chroma server"
"""What the catalogue says in place of a snapshot's name."""
_SAME = 1e-3

_Found = TypeVar("_Found")


class Vectors:
    """The chunks' vectors of one library."""

    def __init__(
        self,
        folder: Path,
        url: str | None,
        library: str,
        published: Callable[[], str | None],
        patience: float,
    ) -> None:
        """Keep them in `folder`, or at `url` under the library's id; `published` tells which snapshot counts.

        `patience`: seconds that the server at `url` is waited for.
        """
        self._snapshots, self._url, self._published = Snapshots(folder), url, published
        self._collection = f"abstracts-{library}" if url else "abstracts"
        self._patience = patience
        self._guard = threading.Lock()
        self._current: Collection | None = None

    # ------------------------------------------------------------------ writing

    @contextmanager
    def writing(self) -> Iterator[VectorWriter]:
        """Give a draft that begins as what is published; it has a name when the block ends, and is gone if it fails."""
        if self._url:
            with translated_errors(self._failed), opened(self._url, self._collection, self._patience) as rows:
                yield (draft := VectorWriter(rows))
            draft.name = _ON_SERVER
            return
        self._place()
        with translated_errors(self._unwritten):
            folder = self._snapshots.begin(self._published())
        try:
            with translated_errors(self._unwritten):
                with opened(str(folder), self._collection) as rows:
                    yield (draft := VectorWriter(rows))
                with opened(str(folder), self._collection) as rows:
                    draft.verify(rows)
                draft.name = self._snapshots.seal(folder)
        except BaseException:
            discard(folder)
            raise

    def drop(self) -> None:
        """Delete all vectors: on a server the rows; in a folder the next sweep does, once no snapshot counts."""
        if self._url:
            with translated_errors(self._failed), opened(self._url, self._collection, self._patience) as rows:
                while ids := rows.get(include=[], limit=MOST_ROWS)["ids"]:
                    rows.delete(ids=ids)

    def sweep(self) -> None:
        """Delete the snapshots that no longer count."""
        if not self._url:
            self._snapshots.sweep(self._published())

    # ------------------------------------------------------------------ reading

    def search(self, vector: Matrix, n: int) -> list[tuple[str, float]]:
        """Return the papers of the `n` rows nearest to `vector`, shape (dimension,), as (paper_id, cosine)."""

        def nearest(rows: Any) -> list[tuple[str, float]]:
            # Where there are fewer rows than asked for, all come; to count them first would double the time.
            found = rows.query(query_embeddings=[vector], n_results=n, include=["distances"])
            return best_per_paper(zip(found["ids"][0], (1.0 - d for d in found["distances"][0]), strict=True))

        return self._ask(nearest, [])

    def among(self, vector: Matrix, paper_ids: Iterable[str]) -> list[tuple[str, float]]:
        """Return all of `paper_ids` by exact cosine with `vector`, best first."""
        rows, vectors = self._rows_of(paper_ids)
        return best_per_paper(zip(rows, (vectors @ vector).tolist(), strict=True)) if rows else []

    def by_paper(self, paper_ids: Iterable[str]) -> dict[str, Matrix]:
        """Return the unit vector of each of `paper_ids` that has one, shape (dimension,): the mean of its chunks'."""
        import numpy as np

        total: dict[str, Matrix] = {}
        for row, vector in sorted(zip(*self._rows_of(paper_ids), strict=True), key=lambda pair: pair[0]):
            total[paper_of(row)] = total.get(paper_of(row), 0.0) + vector
        return {paper_id: vector / np.linalg.norm(vector) for paper_id, vector in total.items()}

    def _rows_of(self, paper_ids: Iterable[str]) -> tuple[list[str], Matrix]:
        """Return the ids of the rows of papers, and their vectors, shape (rows, dimension)."""
        import numpy as np

        wanted = list(paper_ids)
        nothing: tuple[list[str], Matrix] = [], np.zeros((0, 0), dtype=np.float32)

        def read(rows: Any) -> tuple[list[str], Matrix]:
            found = [rows.get(where={"paper_id": {"$in": part}}, include=["embeddings"]) for part in parts(wanted)]
            held = [np.asarray(part["embeddings"], dtype=np.float32) for part in found if part["ids"]]
            return ([row for part in found for row in part["ids"]], np.concatenate(held)) if held else nothing

        return self._ask(read, nothing)

    def count(self) -> int:
        """Return the number of rows."""
        return self._ask(lambda rows: int(rows.count()), 0)

    def paper_ids(self) -> set[str]:
        """Return the ids of all papers that have rows here."""
        return self._ask(lambda rows: {paper_of(row) for part in _in_parts(rows) for row in part["ids"]}, set())

    def faults(self) -> list[str]:
        """Return what is wrong with the rows, in words: each vector has length 1, and its file is sound."""
        import numpy as np

        def wrong(rows: Any) -> list[str]:
            found: list[str] = []
            for part in _in_parts(rows, "embeddings"):
                lengths = np.linalg.norm(np.asarray(part["embeddings"], dtype=np.float32), axis=1)
                off = [row for row, length in zip(part["ids"], lengths, strict=True) if not abs(length - 1) < _SAME]
                found += [f"the vector of {paper_of(row)} is not as it was written" for row in off]
            return found

        place = self._place()
        told = [] if place is None or self._url else self._snapshots.faults(Path(place).name)
        return told or self._ask(wrong, [])

    def close(self) -> None:
        """Let go of the collection, once nobody uses it any more; the next user opens it anew."""
        with self._guard:
            self._replace(None)

    # ------------------------------------------------------------------ within

    def _ask(self, work: Callable[[Any], _Found], nothing: _Found) -> _Found:
        """Return what `work` finds in the published rows; one that is replaced meanwhile is asked again."""
        while True:
            place = self._place()
            if place is None:
                return nothing
            try:
                with translated_errors(self._failed), self._rows(place) as rows:
                    return work(rows)
            except WorkFailed:
                if self._place() == place:
                    raise

    def _place(self) -> str | None:
        """Return where the published vectors lie; None: there are none yet. Refuses what lies elsewhere."""
        name = self._published()
        if name is None:
            return None
        if (name == _ON_SERVER) != bool(self._url):
            there, now = ("on a Chroma server", "not set") if name == _ON_SERVER else ("in its folder", "set")
            raise WorkFailed(
                f"The vectors of this library lie {there}, and RAG_CHROMA_URL is {now}. Change that, or build them "
                "anew with: abstract-qa doctor --repair"
            )
        return self._url or str(self._snapshots.folder / name)

    @contextmanager
    def _rows(self, place: str) -> Iterator[Any]:
        """Give the collection in `place`, shared by all threads; it stays open as long as it is used here."""
        with self._guard:
            if self._current is None or self._current.place != place:
                if not self._url:
                    self._snapshots.checked(Path(place).name)
                self._replace(open_collection(place, self._collection, self._patience))
            held = cast(Collection, self._current)
            held.holders += 1
        try:
            yield held.rows
        finally:
            with self._guard:
                held.let_go()

    def _replace(self, fresh: Collection | None) -> None:
        if self._current is not None:
            self._current.let_go()
        self._current = fresh

    def _failed(self, exc: BaseException) -> WorkFailed:
        """Return our error for what Chroma raises while it reads, or on a server."""
        if self._url:
            return WorkFailed(
                f"The Chroma server at {self._url} did not do its work: {exc}. Check that it runs, or allow it more "
                "time with RAG_TIMEOUT."
            )
        folder = self._snapshots.folder
        if "disk is full" in str(exc):
            return WorkFailed(f"The disk that holds {folder} is full. Free some space there, and ask again.")
        return damaged(folder / (self._published() or ""), str(exc))

    def _unwritten(self, exc: BaseException) -> WorkFailed:
        """Return our error for what Chroma and the disk raise while a draft is written."""
        free = shutil.disk_usage(self._snapshots.folder.parent).free >> 20
        return WorkFailed(
            f"The vectors could not be written to {self._snapshots.folder} ({exc}); {free:,} MiB are free there. "
            "Free some space and run this again; what the library held before is safe."
        )


def _in_parts(rows: Any, *include: str) -> Iterator[Any]:
    """Yield all rows, a part at a time, with their ids and what else is to be included."""
    for offset in range(0, rows.count(), MOST_ROWS):
        yield rows.get(include=list(include), limit=MOST_ROWS, offset=offset)


def best_per_paper(scored: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return (paper_id, score) with each paper's best chunk, best first, ties by id."""
    best: dict[str, float] = {}
    for row, score in scored:
        paper_id = paper_of(row)
        best[paper_id] = max(score, best.get(paper_id, -1.0))
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))


def paper_of(row: str) -> str:
    """Return the `paper_id` in a row's id."""
    return row.rpartition("#")[0]
