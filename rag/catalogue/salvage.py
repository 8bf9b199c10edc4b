"""What can still be read of a damaged `library.db`, into a new one; the damaged file is kept beside it.

Sightings, and what a person decided, are looked for: papers follow from them. A paper itself stands for its sightings
where none of them can be read. Not handled: a file whose first page
is gone, of which nothing can be read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rag.catalogue.rows import Unreadable, paper_if_whole
from rag.catalogue.touched import decision_from_row
from rag.nouns import Paper

_SIDES = ("", "-wal", "-shm")
_LEAP = 1000
"""Row numbers tried in vain before the end is believed to be reached, where the last one is not known."""
_MISSES = 2_000_000
"""Row numbers tried in vain, whatever the file says is the last: that may be damaged too."""
COLUMNS = "paper_id, page, key, hash, own_id, arxiv_id, title_key, body"
DECISION_COLUMNS = "verdict, one, other, names"

Row = tuple[str | None, ...]


def set_aside(path: Path) -> Path:
    """Rename a damaged database, with what belongs to it, and return its new name."""
    number = next(n for n in range(1, 1000) if not path.with_name(f"{path.name}.damaged-{n}").exists())
    aside = path.with_name(f"{path.name}.damaged-{number}")
    for side in _SIDES:
        if (part := path.with_name(path.name + side)).exists():
            part.rename(aside.with_name(aside.name + side))
    return aside


@contextmanager
def reading(damaged: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a damaged file, in which a letter that is none is read as a question mark."""
    with closing(sqlite3.connect(damaged)) as db:
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        yield db


def readable_sightings(db: sqlite3.Connection) -> Iterator[Row]:
    """Yield the rows of `sightings`, in the order of `COLUMNS` and of adding, that can still be read."""
    yield from readable_rows(db, "sightings", COLUMNS)


def readable_papers(db: sqlite3.Connection) -> dict[str, tuple[str, Paper | None]]:
    """Return the title of each paper that can still be read, by id, and the paper itself if it is whole."""
    found = {}
    for paper_id, title, digest, body in readable_rows(db, "papers", "paper_id, title, text_hash, body"):
        found[str(paper_id)] = (str(title), paper_if_whole(digest, body))
    return found


def readable_rows(db: sqlite3.Connection, table: str, columns: str) -> Iterator[Row]:
    """Yield the rows of a table, in the order of their numbers, that can still be read."""
    number, last, missed = 0, _last(db, table), 0
    while number < last and missed < _MISSES:
        number, missed = number + 1, missed + 1
        try:
            row = db.execute(f"select {columns} from {table} where rowid = ?", (number,)).fetchone()
        except sqlite3.Error:
            continue
        if row is not None:
            last, missed = max(last, number + _LEAP), 0
            yield row


def readable_decisions(db: sqlite3.Connection) -> list[Row]:
    """Return the rows of `decisions`, in the order of `DECISION_COLUMNS` and of deciding, that can still be read."""
    found: list[Row] = []
    with suppress(sqlite3.Error):
        for row in db.execute(f"select {DECISION_COLUMNS} from decisions order by number"):
            with suppress(Unreadable):
                decision_from_row(row)
                found.append(row)
    return found


def _last(db: sqlite3.Connection, table: str) -> int:
    """Return a row number that is surely beyond the last one that can be read, or 0 where nothing can."""
    try:
        return int(db.execute(f"select max(rowid) from {table}").fetchone()[0] or 0) + 1
    except (sqlite3.Error, ValueError, TypeError):
        pass
    try:
        db.execute("select 1 from sqlite_master").fetchone()
    except sqlite3.Error:
        return 0
    return _LEAP
