"""The folder of a library: made when missing, locked for writing, read through a copy where it cannot be written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from filelock import FileLock, Timeout

from rag.base.errors import LibraryLocked, LibraryMissing, WorkFailed

# ----------------------------------------------------------------------------------------------------
# One writer at a time: among the threads of this process, then among processes.

_LOOK = 0.005
"""Seconds between two looks at the lock: who writes again and again lets go of it for no longer."""


class WriterLock:
    """The lock of one library's folder; the system lets go of it when a process dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = threading.Lock()
        self._process = FileLock(folder / "lock", thread_local=False)

    @contextmanager
    def held(self, wait: float) -> Iterator[None]:
        """Hold the lock, after waiting for it at most so many seconds; raise LibraryLocked where that is not enough."""
        until = time.monotonic() + wait
        if not self._thread.acquire(timeout=wait):
            raise LibraryLocked("This library is being written to. Wait until that is done, then try again.")
        with ExitStack() as held:
            held.callback(self._thread.release)
            try:
                self._process.acquire(timeout=max(0.0, until - time.monotonic()), poll_interval=_LOOK)
            except Timeout as exc:
                raise LibraryLocked(
                    f"Another process is writing to {self._folder}, and did not finish within {wait:.0f} s. "
                    "Try again later."
                ) from exc
            except OSError as exc:
                said = f"Cannot write to {self._folder}: {exc.strerror}. Choose another with --library."
                raise WorkFailed(said) from exc
            held.callback(self._process.release)
            yield


# ----------------------------------------------------------------------------------------------------
# A library that may not be written is read through a copy in the temporary folder, which goes when it is closed.
#
# SQLite's log, Chroma and tantivy all write even when they only read, so nothing less than a copy will do for a disk
# or folder that is read-only. Not handled: what others write to the library after it was copied.

_DATABASE = "library.db"
_PARTS = (_DATABASE, "conversations.db", "questions.json", "words", "chroma", "lock")


def copy_if_locked(folder: Path) -> TemporaryDirectory[str] | None:
    """Return a copy of the library in `folder` where it may not be written; None where it may, or where there is none.

    WorkFailed where the copy cannot be made.
    """
    places = [place for place in (folder, *(folder / part for part in _PARTS)) if place.exists()]
    if not (folder / _DATABASE).is_file() or all(os.access(place, os.W_OK) for place in places):
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


def _copy(folder: Path, target: Path) -> None:
    for source in (folder / part for part in _PARTS):
        if source.is_dir():
            shutil.copytree(source, target / source.name, copy_function=shutil.copyfile)
        elif source.suffix == ".db" and source.is_file():
            _copy_database(source, target / source.name)
        elif source.suffix == ".json" and source.is_file():
            shutil.copyfile(source, target / source.name)
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


# ----------------------------------------------------------------------------------------------------
_WAIT = 60.0
"""Seconds that a second writer waits for the first."""


class Folder:
    """One library's folder, on which there is one writer at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = WriterLock(path)
        self._copy = copy_if_locked(path)

    @classmethod
    def open(cls, path: Path, *, create: bool) -> Folder:
        """Return the folder of a library, made when missing (unless `create` is false: LibraryMissing)."""
        if not create and not (path / "library.db").is_file():
            raise LibraryMissing(
                f"There is no library in {path}. Make one with: abstract-qa add PAGE --library {path} "
                "(`sample:` in the place of PAGE: three sample pages)"
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise WorkFailed(f"Cannot make the folder {path}: {exc.strerror}. Choose another with --library.") from exc
        return cls(path)

    @property
    def place(self) -> Path:
        """Where its files are used: in the folder, or in a copy of it."""
        return Path(self._copy.name) if self._copy else self.path

    @property
    def is_copied(self) -> bool:
        """Whether its files are used in a copy, which goes when it is closed."""
        return self._copy is not None

    def writing(self, wait: float = _WAIT) -> AbstractContextManager[None]:
        """Hold the lock, after at most `wait` seconds (else LibraryLocked); WorkFailed where it may only be read."""
        if self._copy:
            raise WorkFailed(
                f"Cannot write to {self.path}: it can only be read. Give yourself write permission on it and all in "
                "it, or choose another folder with --library."
            )
        return self._lock.held(wait)

    def close(self) -> None:
        """Let go of the copy, if there is one."""
        if self._copy:
            self._copy.cleanup()
