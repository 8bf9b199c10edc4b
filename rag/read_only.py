"""A library that may not be written is read through a copy in the temporary folder, which goes when it is closed.

SQLite's log, Chroma and tantivy all write even when they only read, so nothing less than a copy will do for a disk or
folder that is read-only. Not handled: what others write to the library after it was copied.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from rag.errors import WorkFailed

_DATABASE = "library.db"
_CONVERSATIONS = "conversations.db"
_PARTS = (_DATABASE, _CONVERSATIONS, "names.db", "words", "chroma", "lock")


def copy_if_locked(folder: Path) -> TemporaryDirectory[str] | None:
    """Return a copy of the library in `folder` where it may not be written; None where it may, or where there is none.

    WorkFailed where the copy cannot be made.
    """
    if not (folder / _DATABASE).is_file() or all(map(_may_write, (folder, *(folder / part for part in _PARTS)))):
        return None
    try:
        copy = TemporaryDirectory(prefix="abstract-qa-", ignore_cleanup_errors=True)
        _copy(folder, Path(copy.name))
    except (OSError, shutil.Error) as exc:
        raise WorkFailed(
            f"{folder} cannot be written, and could not be copied to a temporary folder to be read ({exc}). Give "
            "yourself write permission on it, or free some space for temporary files."
        ) from exc
    return copy


def refusal(folder: Path) -> WorkFailed:
    """Return the error of writing to a library that may only be read."""
    return WorkFailed(
        f"Cannot write to {folder}: it can only be read. Give yourself write permission on it and all in it, or choose "
        "another folder with --library."
    )


def _may_write(path: Path) -> bool:
    return not path.exists() or os.access(path, os.W_OK)


def _copy(folder: Path, target: Path) -> None:
    for database in (_DATABASE, _CONVERSATIONS):
        if (folder / database).is_file():
            _copy_database(folder / database, target / database)
    if (folder / "names.db").is_file():
        shutil.copyfile(folder / "names.db", target / "names.db")
    for part in ("words", "chroma"):
        if (folder / part).is_dir():
            shutil.copytree(folder / part, target / part, copy_function=shutil.copyfile)
    for path in target.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)  # copytree gives folders the mode of their originals


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database while others may be writing to it; by its files where SQLite cannot even read it in place."""
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
    except sqlite3.Error:
        for side in ("", "-wal", "-journal"):
            if (part := source.with_name(source.name + side)).is_file():
                shutil.copyfile(part, target.with_name(target.name + side))
