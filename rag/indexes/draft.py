"""Rows of Chroma while they are written, and whether the disk took them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

MOST_ROWS = 5000
"""Chroma takes at most 5,461 rows at once."""


class Draft:
    """Vectors while they are written. `name` is theirs once they are safe; before that nobody reads them."""

    def __init__(self, rows: Any) -> None:
        self.name = ""
        self._rows = rows
        self._written: dict[str, Matrix] = {}

    def replace(self, paper_ids: Sequence[str], chunks: Sequence[tuple[str, int]], vectors: Matrix) -> None:
        """Drop all rows of `paper_ids`, then write `chunks` (paper_id, n) with `vectors`, shape (chunks, dimension)."""
        self.delete(paper_ids)
        ids = [f"{paper_id}#{n}" for paper_id, n in chunks]
        for start in range(0, len(chunks), MOST_ROWS):
            self._rows.add(
                ids=ids[start : start + MOST_ROWS],
                embeddings=vectors[start : start + MOST_ROWS],
                metadatas=[{"paper_id": paper_id} for paper_id, _ in chunks[start : start + MOST_ROWS]],
            )
        self._written.update(zip(ids, vectors, strict=True))

    def delete(self, paper_ids: Sequence[str]) -> None:
        """Drop all rows of these papers."""
        for part in parts(paper_ids):
            present = self._rows.get(where={"paper_id": {"$in": part}}, include=[])["ids"]
            for start in range(0, len(present), MOST_ROWS):
                self._rows.delete(ids=present[start : start + MOST_ROWS])
            for row in present:
                self._written.pop(row, None)

    def verify(self, rows: Any) -> None:
        """Raise ValueError unless `rows`, read from the disk, hold every vector that was written."""
        import numpy as np

        for ids in parts(list(self._written)):
            found = rows.get(ids=ids, include=["embeddings"])
            read = dict(zip(found["ids"], found["embeddings"], strict=True))
            if len(read) < len(ids) or not all(np.allclose(read[i], self._written[i], atol=1e-3) for i in ids):
                raise ValueError("what was written could not be read back")


def parts(ids: Sequence[str]) -> Iterator[list[str]]:
    """Yield the ids in parts that one query of Chroma takes."""
    for start in range(0, len(ids), 1000):
        yield list(ids[start : start + 1000])
