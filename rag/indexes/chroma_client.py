"""Chroma clients that can be replaced while others are still asking.

An open embedded client never sees what other processes write, so it is opened anew when the catalogue has moved on.
Chroma keeps one system per spelling of a path in a process; each client here gets a spelling of its own (`/.` adds
nothing to a path), so that the new one is new, and the old one is closed when its last user has finished.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_spellings: set[str] = set()
_guard = threading.Lock()


@dataclass
class _Handle:
    client: Any
    spelling: str | None
    rows: Any = None
    users: int = 0
    retired: bool = False


class ChromaClient:
    """The collection of one library, opened when first used."""

    def __init__(self, folder: Path, url: str | None, collection: str, index: dict[str, Any]) -> None:
        self.folder, self.url = folder, url
        self._collection, self._index = collection, index
        self._lock = threading.Lock()
        self._current: _Handle | None = None

    @contextmanager
    def rows(self) -> Iterator[Any]:
        """Give the collection, which stays open at least as long as it is used here."""
        with self._lock:
            if self._current is None:
                self._current = self._open()
            handle = self._current
            handle.users += 1
        try:
            yield handle.rows
        finally:
            with self._lock:
                handle.users -= 1
                _close_if_idle(handle)

    def retire(self) -> None:
        """Have the next user open a new client; close this one when nobody uses it any more."""
        with self._lock:
            if self._current is not None:
                self._current.retired = True
                _close_if_idle(self._current)
            self._current = None

    def drop(self) -> None:
        """Delete the collection; the next user begins an empty one."""
        with self.rows():
            handle = self._current
            if handle is not None:
                handle.client.delete_collection(self._collection)
        self.retire()

    def _open(self) -> _Handle:
        client, spelling = self._connect()
        rows = client.get_or_create_collection(self._collection, embedding_function=None, configuration=self._index)
        return _Handle(client, spelling, rows)

    def _connect(self) -> tuple[Any, str | None]:
        import chromadb
        from chromadb.config import Settings

        quiet = Settings(anonymized_telemetry=False)
        if not self.url:
            spelling = _own_spelling(self.folder)
            return chromadb.PersistentClient(spelling, settings=quiet), spelling
        address = urlsplit(self.url)
        ssl = address.scheme == "https"
        port = address.port or (443 if ssl else 8000)
        return chromadb.HttpClient(host=address.hostname or "127.0.0.1", port=port, ssl=ssl, settings=quiet), None


def _own_spelling(folder: Path) -> str:
    """Return the shortest spelling of a path that no open client of this process has."""
    with _guard:
        spelling = str(folder)
        while spelling in _spellings:
            spelling += "/."
        _spellings.add(spelling)
        return spelling


def _close_if_idle(handle: _Handle) -> None:
    if handle.retired and not handle.users and handle.client is not None:
        handle.client.close()
        handle.client = None
        if handle.spelling:
            with _guard:
                _spellings.discard(handle.spelling)
