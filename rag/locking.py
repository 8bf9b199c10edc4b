"""One writer at a time: among the threads of this process, then among processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import LibraryLocked, WorkFailed

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
        try:
            self._acquire(wait, max(0.0, until - time.monotonic()))
            try:
                yield
            finally:
                self._process.release()
        finally:
            self._thread.release()

    def _acquire(self, wait: float, left: float) -> None:
        try:
            self._process.acquire(timeout=left, poll_interval=_LOOK)
        except Timeout as exc:
            raise LibraryLocked(
                f"Another process is writing to {self._folder}, and did not finish within {wait:.0f} s. "
                "Try again later."
            ) from exc
        except OSError as exc:
            raise WorkFailed(f"Cannot write to {self._folder}: {exc.strerror}. Choose another with --library.") from exc
