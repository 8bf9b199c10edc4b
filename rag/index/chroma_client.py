"""The only module that opens Chroma: its settings (HNSW graph), and clients that can be replaced while others ask.

An open embedded client never sees what others write; here a place that is written to gets a new name, and a reader of
the old one goes on undisturbed until its last user has finished.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rag.base.waiting import in_time

_SEARCH = 200
"""Neighbours that a search looks at, at least: as many papers as retrieval asks for."""
_SEARCH_OF_ROOT = 4.4
"""Times the square root of the rows: neighbours looked at. Questions lie far from all abstracts (cosine .45 with the
nearest; an abstract's first sentence .69), so that it takes 1,000 of 75,000 to find .990 of the 50 nearest."""
_INDEX = {"hnsw": {"space": "cosine", "ef_search": _SEARCH, "ef_construction": 200, "max_neighbors": 20}}
"""Quick to write and not slow to ask: the table in eval/BENCH.md."""
_guard = threading.Lock()
"""Chroma counts a process's clients of a folder, which share a system; it does not keep one thread from opening what
another closes."""


@dataclass
class _Handle:
    place: str
    client: Any
    rows: Any
    users: int = 0
    retired: bool = False

    def close_if_idle(self) -> None:
        if self.retired and not self.users and self.client is not None:
            _close(self.client)
            self.client = None


class ChromaReader:
    """One collection, wherever it lies at the moment, opened when first used and shared by all threads."""

    def __init__(self, collection: str, admit: Callable[[str], object], patience: float) -> None:
        """`admit` is called with a place before it is opened, and raises where it must not be.

        `patience`: seconds that a server is waited for.
        """
        self._collection, self._admit, self._patience = collection, admit, patience
        self._lock = threading.Lock()
        self._current: _Handle | None = None

    @contextmanager
    def rows(self, place: str) -> Iterator[Any]:
        """Give the collection in `place`, a folder or a server's address; it stays open as long as it is used here."""
        with self._lock:
            if self._current is None or self._current.place != place:
                self._admit(place)
                fresh = _open(place, self._collection, self._patience)
                self._retire()
                self._current = fresh
            handle = self._current
            handle.users += 1
        try:
            yield handle.rows
        finally:
            with self._lock:
                handle.users -= 1
                handle.close_if_idle()

    def close(self) -> None:
        """Let go of the collection when nobody uses it any more; the next user opens it anew."""
        with self._lock:
            self._retire()

    def _retire(self) -> None:
        if self._current is not None:
            self._current.retired = True
            self._current.close_if_idle()
        self._current = None


@contextmanager
def opened(place: str, collection: str, patience: float = 60.0) -> Iterator[Any]:
    """Give the collection in `place` through a client of its own; who opens it next looks as far as its size wants."""
    handle = _open(place, collection, patience)
    try:
        yield handle.rows
        wanted = searched(handle.rows.count())
        if handle.rows.configuration["hnsw"]["ef_search"] != wanted:
            handle.rows.modify(configuration={"hnsw": {"ef_search": wanted}})
    finally:
        handle.retired = True
        handle.close_if_idle()


def searched(rows: int) -> int:
    """Return how many neighbours a search among `rows` looks at, in steps of 50."""
    return max(_SEARCH, 50 * math.ceil(_SEARCH_OF_ROOT * math.sqrt(rows) / 50))


def _open(place: str, collection: str, patience: float) -> _Handle:
    client = _connect(place, patience)
    try:
        rows = client.get_or_create_collection(collection, embedding_function=None, configuration=_INDEX)
    except BaseException:
        _close(client)
        raise
    return _Handle(place, client, rows)


def _close(client: Any) -> None:
    with _guard:
        client.close()


def _connect(place: str, patience: float) -> Any:
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    address = urlsplit(place)
    if address.scheme not in ("http", "https"):
        with _guard:
            return chromadb.PersistentClient(place, settings=quiet)
    ssl = address.scheme == "https"
    port = address.port or (443 if ssl else 8000)

    def connecting() -> Any:
        return chromadb.HttpClient(host=address.hostname or "127.0.0.1", port=port, ssl=ssl, settings=quiet)

    # Chroma's client waits for ever, and asks the server before it can be told otherwise.
    client = in_time(connecting, patience)
    client._server._session.timeout = patience
    return client
