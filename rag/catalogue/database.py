"""The file `library.db`: connections, transactions, SQLite's errors as ours, and a number that grows with each change.

SQLite's errors leave as ours. Not handled here: what the tables hold.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from rag.base.errors import LibraryDamaged, WorkFailed
from rag.base.text.titles import holds
from rag.catalogue import schema
from rag.catalogue.rows import Unreadable

# ----------------------------------------------------------------------------------------------------
# SQLite's errors as ours: the one module that knows them.

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


def integrity(db: sqlite3.Connection) -> list[str]:
    """Return what SQLite's own check finds wrong in a file, in words; nothing where it is whole."""
    lines = (" ".join(line.split()) for (line,) in db.execute("pragma integrity_check(10)"))
    return [f"SQLite: {line}" for line in lines if line != "ok"]


def _damaged(path: Path, exc: Exception) -> LibraryDamaged:
    """Return the error, without the text of an abstract that may stand in SQLite's."""
    why = " ".join(str(exc).partition(" with text ")[0].split())[:120]
    return LibraryDamaged(f"{path} is damaged ({why}). Save what can still be read with: abstract-qa doctor --repair")


# ----------------------------------------------------------------------------------------------------

_MOST = 12
"""Readings that are kept: the questions of a conversation often have one filter."""
_Found = TypeVar("_Found")


class _Own(threading.local):
    """What a thread has of its own: a connection, and whether a transaction is open, which others do not see."""

    db: sqlite3.Connection | None = None
    within = False


class Database:
    """One SQLite file, its tables made or brought up to date. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own = _Own()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._once: dict[Hashable, tuple[int, Any]] = {}
        with self.reading() as db:
            schema.prepare(db)

    def close(self) -> None:
        """Close every connection."""
        self._close(set(self._connections))
        self._own = _Own()

    def read(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        """Return the rows that a query gives."""
        with self.reading() as db:
            return db.execute(sql, values).fetchall()

    def column(self, sql: str, *values: object) -> list[str]:
        """Return the one column that a query gives."""
        return [value for (value,) in self.read(sql, *values)]

    def number(self, sql: str, *values: object) -> int:
        """Return the one number that a query gives."""
        return int(self.read(sql, *values)[0][0])

    def noted(self, key: str) -> int:
        """Return the number that is noted under a key; 0 where there is none."""
        return self.number("select coalesce(max(cast(value as integer)), 0) from meta where key = ?", key)

    def once(self, asked: Hashable, read: Callable[[], _Found]) -> _Found:
        """Return what `read` gives for `asked`, or gave since the last change. It must not be changed."""
        if self._own.within:
            return read()
        generation, known = self.generation(), self._once.get(asked)
        found: _Found = known[1] if known and known[0] == generation else read()
        self._once = dict([*list(self._once.items())[1 - _MOST :], (asked, (generation, found))])
        return found

    def generation(self) -> int:
        """Return a number that grows with every change, whoever made it."""
        return self.noted("generation")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection; WorkFailed or LibraryDamaged where SQLite fails."""
        with mapped(self.path):
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing, and other processes told by a new generation.

        Within another one of this thread it is a part of that.
        """
        with self.reading() as db:
            if self._own.within:
                yield db
                return
            with self._transaction(db):
                before = db.total_changes
                yield db
                if db.total_changes > before:
                    db.execute(
                        "insert into meta values ('generation', '1')"
                        " on conflict do update set value = cast(value as integer) + 1"
                    )
                db.execute("commit")

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Let this thread's changes within be seen by itself, then undo them all."""
        with self.reading() as db, self._transaction(db):
            yield

    @contextmanager
    def _transaction(self, db: sqlite3.Connection) -> Iterator[None]:
        """Begin a transaction that is undone unless the block commits it."""
        db.execute("begin immediate")
        self._own.within = True
        full = False
        try:
            yield
        except sqlite3.OperationalError:
            full = True
            raise
        finally:
            self._own.within = False
            if db.in_transaction:
                db.execute("rollback")
            if full:  # what was undone still takes room in the log
                with suppress(sqlite3.Error):
                    db.execute("pragma wal_checkpoint(truncate)")

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection; those of threads that have ended are closed."""
        if self._own.db is None:
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            db.execute("pragma synchronous = full")
            db.create_function("holds", 2, holds, deterministic=True)
            self._own.db = self._connections[threading.current_thread()] = db
            self._close({thread for thread in list(self._connections) if not thread.is_alive()})
        return self._own.db

    def _close(self, threads: set[threading.Thread]) -> None:
        """Close the connections of these threads."""
        for thread in threads:
            if db := self._connections.pop(thread, None):
                db.close()
