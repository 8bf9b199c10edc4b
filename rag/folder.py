"""The folder of a library: made when missing, locked for writing, read through a copy where it cannot be written."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from rag.errors import LibraryMissing, WorkFailed
from rag.locking import WriterLock
from rag.read_only import copy_if_locked, refusal

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
            raise LibraryMissing(f"There is no library in {path}. Make one with: abstract-qa add PAGE --library {path}")
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
            raise refusal(self.path)
        return self._lock.held(wait)

    def close(self) -> None:
        """Let go of the copy, if there is one."""
        if self._copy:
            self._copy.cleanup()
