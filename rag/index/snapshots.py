"""Folders of vectors that are never changed once they are sealed; the catalogue says which one counts.

Chroma rewrites its files in place. A process that is killed then, or a disk that is full, leaves files that a later
process reads wrongly, or that end it with a fault of memory, and neither can be caught. So a writer works on a copy,
seals it with the size and checksum of every file, and only then does the catalogue name it; a reader opens nothing
whose seal is broken. Not handled: a disk that loses what it said was written.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.base.errors import LibraryDamaged
from rag.catalogue.database import integrity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]


# ----------------------------------------------------------------------------------------------------
# Rows of Chroma while they are written, and whether the disk took them.

MOST_ROWS = 5000
"""Chroma takes at most 5,461 rows at once."""


class VectorWriter:
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
            part = slice(start, start + MOST_ROWS)
            told = [{"paper_id": paper_id} for paper_id, _ in chunks[part]]
            self._rows.add(ids=ids[part], embeddings=vectors[part], metadatas=told)
        self._written.update(zip(ids, vectors, strict=True))

    def delete(self, paper_ids: Sequence[str]) -> None:
        """Drop all rows of these papers."""
        for part in parts(paper_ids):
            present = self._rows.get(where={"paper_id": {"$in": part}}, include=[])["ids"]
            for rows in parts(present):
                self._rows.delete(ids=rows)
                for row in rows:
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


# ----------------------------------------------------------------------------------------------------

_SEAL = "seal.json"
_DATABASE = "chroma.sqlite3"
"""Even readers write to this one, so it has no checksum; SQLite looks after it."""
_WRITTEN_OUT = "index_metadata.pickle"
_PIECE = 1 << 20


class Snapshots:
    """The snapshots below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, current: str | None) -> Path:
        """Return a new folder to write to: a copy of the current snapshot, or an empty one."""
        self.sweep(current)
        draft = self.folder / secrets.token_hex(6)  # never a name that a reader may still know
        draft.mkdir(parents=True)
        if current is not None:
            _copy(self.checked(current), draft)
        return draft

    def seal(self, draft: Path) -> str:
        """Have the draft's files on the disk for good, note what they are, and return the snapshot's name."""
        written = {str(path.relative_to(draft)): _fingerprint(path, keep=True) for path in _files(draft)}
        with (draft / _SEAL).open("w", encoding="utf-8") as file:
            json.dump(written, file)
            file.flush()
            os.fsync(file.fileno())
        return draft.name

    def checked(self, name: str) -> Path:
        """Return the folder of a snapshot whose files are as they were sealed, or raise LibraryDamaged."""
        folder = self.folder / name
        try:
            sealed = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
            found = {str(path.relative_to(folder)): _fingerprint(path) for path in _files(folder)}
        except (OSError, ValueError) as exc:
            raise damaged(folder, f"it cannot be read: {exc}") from exc
        if found != sealed:
            changed = sorted(name for name in {*found, *sealed} if found.get(name) != sealed.get(name))
            raise damaged(folder, f"not as it was written: {', '.join(changed)}")
        return folder

    def faults(self, name: str) -> list[str]:
        """Return what SQLite finds wrong with a snapshot's database, which has no checksum, in words."""
        try:
            with closing(sqlite3.connect(self.folder / name / _DATABASE)) as db:
                return integrity(db)
        except sqlite3.Error as exc:
            return [f"SQLite: {exc}"]

    def sweep(self, current: str | None) -> None:
        """Delete all but the current snapshot; who still reads another one looks again."""
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name != current:
                discard(path)


def discard(path: Path) -> None:
    """Delete a file or folder, as far as the system lets it be deleted; the next sweep tries again."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def damaged(folder: Path, why: str) -> LibraryDamaged:
    """Return the error that names the command which mends the vectors."""
    return LibraryDamaged(f"The vector index in {folder} is damaged ({why}). Mend it with: abstract-qa doctor --repair")


def _files(folder: Path) -> list[Path]:
    """Return the files that a seal covers, in order: those of a graph of neighbours that was written out.

    Until it is (Chroma does so every 1,000 rows) all that counts is in the database, and readers overwrite the rest.
    """
    if not (folder / _DATABASE).is_file():
        raise FileNotFoundError(f"{_DATABASE} is missing")
    return sorted(path for written in folder.glob(f"*/{_WRITTEN_OUT}") for path in written.parent.iterdir())


def _copy(source: Path, target: Path) -> None:
    """Copy a snapshot; its database while others may be writing to it."""
    for path in _files(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    try:
        with closing(sqlite3.connect(source / _DATABASE)) as old, closing(sqlite3.connect(target / _DATABASE)) as new:
            old.backup(new)
    except sqlite3.OperationalError:  # such as a full disk
        raise
    except sqlite3.DatabaseError as exc:
        raise damaged(source, str(exc)) from exc


def _fingerprint(path: Path, *, keep: bool = False) -> list[int]:
    """Return a file's size and CRC-32; with `keep`, have it on the disk first."""
    size = crc = 0
    with path.open("r+b" if keep else "rb") as file:
        if keep:
            os.fsync(file.fileno())
        while piece := file.read(_PIECE):
            size, crc = size + len(piece), zlib.crc32(piece, crc)
    return [size, crc]
