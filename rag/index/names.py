"""The names that papers bear or mention, in SQLite, so that a question's name is found whatever its spelling.

Derived from the catalogue as the other two indexes are. Not handled: more than one slip in a name.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from string import ascii_lowercase

from rag.base.errors import LibraryDamaged, WorkFailed
from rag.base.text.names import LONGEST, names_in
from rag.nouns import Paper

_TABLES = """
create table if not exists names (
    name text not null, paper_id text not null, in_title integer not null, primary key (name, paper_id)
) without rowid;
create index if not exists names_paper on names (paper_id);
"""
_LEAST_MISSPELT = 5
"""Letters of a name from which one slip is forgiven."""


class Names:
    """The names of one library. Safe to use from several threads and beside other processes."""

    def __init__(self, path: Path) -> None:
        self._path, self._guard = path, threading.Lock()

    @cached_property
    def _db(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        db.executescript(_TABLES)
        return db

    def replace(self, papers: Iterable[Paper], leaving: Iterable[str] = ()) -> None:
        """Write the names of `papers` in the place of what stood under their ids, and drop those of `leaving`."""
        with self._transaction() as db:
            _drop(db, leaving)
            for paper in papers:
                _drop(db, [paper.paper_id])
                db.executemany("insert or ignore into names values (?, ?, ?)", _rows(paper))

    def papers(self, name: str, *, in_title: bool = False) -> tuple[str, ...]:
        """Return the ids of the papers with this folded name, in their titles where that is asked."""
        found = self._read(
            "select paper_id from names where name = ? and in_title >= ? order by paper_id", name, int(in_title)
        )
        return tuple(paper_id for (paper_id,) in found)

    def near(self, name: str) -> str | None:
        """Return the one name a slip away from this folded one: a letter more, less, another, or two exchanged."""
        if not _LEAST_MISSPELT <= len(name) <= LONGEST:
            return None
        near = [other for other in slips(name) if other[0] == name[0]]
        marks = ", ".join("?" * len(near))
        found = self._read(f"select distinct name from names where name in ({marks})", *near)
        return found[0][0] if len(found) == 1 else None

    def is_empty(self) -> bool:
        """Tell whether no name is held."""
        return not self._read("select 1 from names limit 1")

    def rebuild(self, papers: Iterable[Paper]) -> None:
        """Hold the names of `papers` and no others; a file that cannot be read is begun anew."""
        try:
            with self._transaction() as db:
                db.execute("delete from names")
        except LibraryDamaged:
            self.close()
            for side in ("", "-journal"):
                self._path.with_name(self._path.name + side).unlink(missing_ok=True)
        self.replace(papers)

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        if db := self.__dict__.pop("_db", None):
            db.close()

    def _read(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        with self._transaction() as db:
            return db.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction, and turn SQLite's errors into ours."""
        failed = f"The names in {self._path} could not be used"
        try:
            with self._guard, self._db as db:
                yield db
        except sqlite3.OperationalError as exc:
            raise WorkFailed(f"{failed} ({exc}). Free some space there and run this again.") from exc
        except sqlite3.DatabaseError as exc:
            raise LibraryDamaged(f"{failed} ({exc}). Mend it with: abstract-qa doctor --repair") from exc


def _drop(db: sqlite3.Connection, paper_ids: Iterable[str]) -> None:
    db.executemany("delete from names where paper_id = ?", ((paper_id,) for paper_id in paper_ids))


def _rows(paper: Paper) -> list[tuple[str, str, int]]:
    titled = names_in(paper.title, "")
    return [(name, paper.paper_id, int(name in titled)) for name in sorted(names_in(paper.title, paper.abstract))]


def slips(name: str) -> set[str]:
    """Return what one edit makes of a name: a letter more, less or another, or two exchanged (Damerau, 1964).

    Digits are never slips: GPT-3 and GPT-4 are two names.
    """
    halves = [(name[:place], name[place:]) for place in range(len(name) + 1)]
    made = {head + tail[1:] for head, tail in halves if tail}
    made |= {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    made |= {head + letter + rest for head, tail in halves for letter in ascii_lowercase for rest in (tail, tail[1:])}
    return {other for other in made if other != name and _digits(other) == _digits(name)}


def _digits(name: str) -> list[str]:
    return [char for char in name if char.isdigit()]
