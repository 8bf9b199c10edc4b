"""The file `library.db`: a connection for each thread, transactions, and a number that grows with every change.

SQLite's errors leave as ours. Not handled here: what the tables hold.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from rag.catalogue import schema
from rag.catalogue.failures import mapped
from rag.catalogue.remembered import Remembered

_Found = TypeVar("_Found")


class Database:
    """One SQLite file, its tables made or brought up to date. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._remembered = Remembered()
        with self.reading() as db:
            schema.prepare(db)

    def close(self) -> None:
        """Close every connection."""
        self._close(set(self._connections))
        self._local = threading.local()

    def read(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        """Return the rows that a query gives."""
        with self.reading() as db:
            return db.execute(sql, values).fetchall()

    def number(self, sql: str, *values: object) -> int:
        """Return the one number that a query gives."""
        return int(self.read(sql, *values)[0][0])

    def read_once(self, asked: Hashable, read: Callable[[], _Found]) -> _Found:
        """Return what `read` gives for `asked`, or gave since the last change. It must not be changed."""
        return read() if self._rehearses() else self._remembered.get(asked, self.generation(), read)

    def generation(self) -> int:
        """Return a number that grows with every change, whoever made it."""
        found = self.read("select value from meta where key = 'generation'")
        return int(found[0][0]) if found else 0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection; WorkFailed or LibraryDamaged where SQLite fails."""
        with mapped(self.path):
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing, and other processes told by a new generation."""
        with self.reading() as db:
            if self._rehearses():
                yield db
                return
            db.execute("begin immediate")
            before = db.total_changes
            try:
                yield db
                if db.total_changes > before:
                    db.execute(
                        "insert into meta values ('generation', '1')"
                        " on conflict do update set value = cast(value as integer) + 1"
                    )
            except BaseException:
                db.execute("rollback")
                raise
            db.execute("commit")

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Let this thread's changes within be seen by itself, then undo them all."""
        with self.reading() as db:
            db.execute("begin immediate")
            self._local.rehearsing = True
            try:
                yield
            finally:
                self._local.rehearsing = False
                db.execute("rollback")

    def _rehearses(self) -> bool:
        return bool(getattr(self._local, "rehearsing", False))

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection; those of threads that have ended are closed."""
        if (db := getattr(self._local, "db", None)) is None:
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            db.execute("pragma synchronous = full")
            self._local.db = db
            self._close({thread for thread in list(self._connections) if not thread.is_alive()})
            self._connections[threading.current_thread()] = db
        connection: sqlite3.Connection = db
        return connection

    def _close(self, threads: set[threading.Thread]) -> None:
        """Close the connections of these threads."""
        for thread in threads:
            if db := self._connections.pop(thread, None):
                db.close()
