"""SQLite's errors as ours: the one module that knows them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.catalogue.rows import Unreadable
from rag.errors import LibraryDamaged, WorkFailed

_DAMAGE = re.compile(r"malformed|decode to UTF-8|no such (?:table|column|index|function)|corrupt|schema")
"""What SQLite calls an error of operation, and is one of the file."""


@contextmanager
def mapped(path: Path) -> Iterator[None]:
    """Turn the errors of using the database at `path` into WorkFailed or LibraryDamaged."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        said = str(exc)
        if _DAMAGE.search(said):
            raise _damaged(path, exc) from exc
        if "readonly" in said or "unable to open" in said:
            raise WorkFailed(f"Cannot write to {path.parent}: {said}. Choose another folder with --library.") from exc
        if "full" in said or "disk I/O" in said:
            raise WorkFailed(
                f"The disk took no more of {path} ({said}). Free some space there and run this again; what the library "
                "held before is safe."
            ) from exc
        raise WorkFailed(f"{path} could not be used: {said}.") from exc
    except (sqlite3.DatabaseError, Unreadable) as exc:
        raise _damaged(path, exc) from exc


def _damaged(path: Path, exc: Exception) -> LibraryDamaged:
    """Return the error, without the text of an abstract that may stand in SQLite's."""
    why = " ".join(str(exc).partition(" with text ")[0].split())[:120]
    return LibraryDamaged(f"{path} is damaged ({why}). Save what can still be read with: abstract-qa doctor --repair")
