"""SQLite's errors as ours: the one module that knows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import LibraryDamaged, WorkFailed


@contextmanager
def mapped(path: Path) -> Iterator[None]:
    """Turn the errors of using the database at `path` into WorkFailed or LibraryDamaged."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        said = str(exc)
        if "readonly" in said or "unable to open" in said:
            raise WorkFailed(f"Cannot write to {path.parent}: {said}. Choose another folder with --library.") from exc
        if "full" in said or "disk I/O" in said:
            raise WorkFailed(
                f"The disk took no more of {path} ({said}). Free some space there and run this again; what the library "
                "held before is safe."
            ) from exc
        raise WorkFailed(f"{path} could not be used: {said}.") from exc
    except sqlite3.DatabaseError as exc:
        raise LibraryDamaged(
            f"{path} is damaged ({exc}). Save what can still be read with: abstract-qa doctor --repair"
        ) from exc
