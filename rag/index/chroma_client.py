"""The only module that opens Chroma: its settings (HNSW graph), and clients that can be replaced while others ask.

An open embedded client never sees what others write; here a place that is written to gets a new name, and a reader of
the old one goes on undisturbed until its last user has finished.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rag.base.timeouts import in_time

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
class Collection:
    """A collection that is open until the last who holds it lets go."""

    place: str
    client: Any
    rows: Any
    holders: int = 1

    def let_go(self) -> None:
        """Hold it no longer."""
        self.holders -= 1
        if not self.holders:
            _close(self.client)


@contextmanager
def opened(place: str, collection: str, patience: float = 60.0) -> Iterator[Any]:
    """Give the collection in `place` through a client of its own; who opens it next looks as far as its size wants."""
    held = open_collection(place, collection, patience)
    try:
        yield held.rows
        wanted = searched(held.rows.count())
        if held.rows.configuration["hnsw"]["ef_search"] != wanted:
            held.rows.modify(configuration={"hnsw": {"ef_search": wanted}})
    finally:
        held.let_go()


def searched(rows: int) -> int:
    """Return how many neighbours a search among `rows` looks at, in steps of 50."""
    return max(_SEARCH, 50 * math.ceil(_SEARCH_OF_ROOT * math.sqrt(rows) / 50))


def open_collection(place: str, collection: str, patience: float) -> Collection:
    """Return the collection in `place`, a folder or a server's address that is waited for `patience` seconds."""
    client = _connect(place, patience)
    try:
        rows = client.get_or_create_collection(collection, embedding_function=None, configuration=_INDEX)
    except BaseException:
        _close(client)
        raise
    return Collection(place, client, rows)


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
