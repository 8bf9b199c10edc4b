"""Damage of `library.db`: what is found by reading every row, and what can still be saved into a new file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from itertools import groupby, islice
from pathlib import Path

from rag.catalogue import rows
from rag.catalogue.database import Database, integrity
from rag.catalogue.duplicates import DECISION, decision_from_row, insert
from rag.catalogue.regroup import regroup
from rag.catalogue.rows import COLUMNS, Row
from rag.nouns import Format, Paper, Record, Sighting

# ----------------------------------------------------------------------------------------------------
# Is what `library.db` holds what was written? Every row is read, and held against its hash, columns and sources.
#
# SQLite's own check knows pages and indexes of tables, and nothing of a letter that became another one. Not handled:
# what a person may have changed in the file on purpose and consistently.

_DERIVED = ("meta", "aliases", "people", "names", "leaving", "files")
_TOLD = ("title", "date", "organisation", "url", "doi", "arxiv_id", "upvotes", "comments", "withdrawn", "authors")
"""What a paper has word for word from one of its records, where it has it; so has it its abstract, or a withdrawal."""


def faults(db: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong in the file, each as the words of a line; nothing where all is as it was written.

    Yields what SQLite raises on the way as the last one.
    """
    try:
        yield from integrity(db)
        yield from _of_sightings(db)
        yield from _of_papers(db)
        yield from _of_the_rest(db)
    except (sqlite3.Error, rows.Unreadable) as exc:
        yield f"a table cannot be read ({exc})"


def _of_sightings(db: sqlite3.Connection) -> Iterator[str]:
    for number, *row in db.execute(f"select id, {COLUMNS} from sightings"):
        paper_id, page, _, digest, *_, body = row
        if not rows.is_whole(digest, body):
            yield f"what {page} tells of {paper_id} is not as it was written"
        elif rows.sighting_row(paper_id, rows.sighting_from_text(body))[:-1] != tuple(row[:-1]):
            yield f"row {number} of what pages tell does not fit its own text"


def _of_papers(db: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with papers, one by one, each beside the records that it is made of."""
    sql = (
        "select p.paper_id, p.title, p.date, p.author_count, p.text_hash, p.body, s.body from papers p"
        " left join sightings s on s.paper_id = p.paper_id order by p.number"
    )
    for (paper_id, *columns, digest, body), found in groupby(db.execute(sql), key=lambda row: row[:6]):
        try:
            paper = rows.whole_paper(digest, body)
        except rows.Unreadable:
            yield f"the paper {paper_id} is not as it was written"
            continue
        if [paper.paper_id, paper.title, paper.date, paper.author_count] != [paper_id, *columns]:
            yield f"the row of the paper {paper_id} does not fit its own text"
        with suppress(rows.Unreadable):  # said of the sighting
            records = [rows.sighting_from_text(told).record for *_, told in found if told is not None]
            if not records:
                yield f"of the paper {paper_id} it is not known where it was seen"
            elif name := _untold(paper, records):
                yield f"the {name.replace('_', ' ')} of the paper {paper_id} is none that a page told"
    for (paper_id,) in db.execute("select paper_id from sightings except select paper_id from papers"):
        yield f"what pages tell of {paper_id} has no paper"


def _untold(paper: Paper, records: Sequence[Record]) -> str | None:
    """Return the name of a field that none of the records has so; None where each is told."""
    for name in _TOLD:
        if getattr(paper, name) not in (None, (), "", *(getattr(record, name) for record in records)):
            return name
    told = {text for record in records for text in (record.abstract, record.withdrawn)}
    return "abstract" if paper.abstract and paper.abstract not in told else None


def _of_the_rest(db: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with decisions, and with what is noted beside papers; what cannot be read raises."""
    for number, *row in db.execute(f"select number, {DECISION} from decisions"):
        try:
            decision_from_row(row)
        except rows.Unreadable:
            yield f"decision {number} about duplicates cannot be read"
    for table in _DERIVED:
        for _ in db.execute(f"select * from {table}"):
            pass
    for key, value in db.execute("select key, value from meta where key in ('generation', 'latest')"):
        if not str(value).isdecimal():
            yield f"the number noted as {key} is none"
    for (alias,) in db.execute("select alias from aliases where paper_id not in (select paper_id from papers)"):
        yield f"the name {alias} is of no paper"


# ----------------------------------------------------------------------------------------------------
# What can still be read of a damaged `library.db`, into a new one; the damaged file is kept beside it.
#
# Sightings, and what a person decided, are looked for: papers follow from them. A paper itself stands for its
# sightings where none of them can be read. Not handled: a file whose first page is gone, of which nothing can be
# read.

_BATCH = 500
"""Sightings restored in one transaction."""
_LEAP, _MISSES = 1000, 2_000_000
"""Row numbers tried in vain before the end is believed to be reached: beyond what the file says is the last, and
before that, for it may be damaged too."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What could not be saved of a paper: all, or where `saved` what the `pages` told; `title` is empty if unknown."""

    paper_id: str
    title: str
    pages: tuple[str, ...]
    saved: bool


def set_aside(path: Path) -> Path:
    """Rename a damaged database, with what belongs to it, and return its new name."""
    number = next(n for n in range(1, 1000) if not path.with_name(f"{path.name}.damaged-{n}").exists())
    aside = path.with_name(f"{path.name}.damaged-{number}")
    for side in ("", "-wal", "-shm"):
        if (part := path.with_name(path.name + side)).exists():
            part.rename(aside.with_name(aside.name + side))
    return aside


@contextmanager
def lenient_connection(damaged: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a damaged file, in which a letter that is none is read as a question mark."""
    with closing(sqlite3.connect(damaged)) as db:
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        yield db


def readable_rows(db: sqlite3.Connection, table: str, columns: str) -> Iterator[Row]:
    """Yield the rows of a table, in the order of their numbers, that can still be read."""
    number = last = missed = 0
    with suppress(sqlite3.Error):
        last = db.execute(f"select max(rowid) from {table}").fetchone()[0] or 0
    while missed < (_MISSES if number < last else _LEAP):
        number, missed, row = number + 1, missed + 1, None
        with suppress(sqlite3.Error):
            row = db.execute(f"select {columns} from {table} where rowid = ?", (number,)).fetchone()
        if row is not None:
            missed = 0
            yield row


def restore(database: Database, damaged: Path) -> list[Lost]:
    """Store what can still be read of a damaged file; return what could not be saved. Papers keep their ids.

    A sighting that is no longer what its hash says is left out; if none of a paper's is left, the paper stands for it.
    """
    titles: dict[str, str] = {}
    papers: dict[str, Paper] = {}
    broken: dict[str, list[Row]] = {}
    with lenient_connection(damaged) as old:
        with database.writing() as db:
            for row in readable_rows(old, "decisions", DECISION):
                with suppress(rows.Unreadable):
                    insert(db, decision_from_row(row))
        for paper_id, title, digest, body in readable_rows(old, "papers", "paper_id, title, text_hash, body"):
            titles[str(paper_id)] = str(title)
            with suppress(rows.Unreadable):
                papers[str(paper_id)] = rows.whole_paper(digest, body)
        _store(database, _whole(readable_rows(old, "sightings", COLUMNS), broken))
    held = {paper_id for (paper_id,) in database.read("select paper_id from papers")}
    lone = papers.keys() - held
    _store(database, (_stand_in(papers[name], broken.get(name, [])) for name in sorted(lone)))
    told = {name: tuple(sorted({str(row[1]) for row in found})) for name, found in broken.items()}
    names = dict.fromkeys([*(name for name in titles if name not in held | lone), *told])
    return [Lost(name, titles.get(name, ""), told.get(name, ()), name in held | lone) for name in names]


def _whole(found: Iterable[Row], broken: dict[str, list[Row]]) -> Iterator[Row]:
    """Yield the sightings that are as they were written, and put the others into `broken`, by paper."""
    for row in found:
        if rows.is_whole(row[3], row[-1]):
            yield rows.sighting_row(str(row[0]), rows.sighting_from_text(str(row[-1])))
        else:
            broken.setdefault(str(row[0]), []).append(row)


def _store(database: Database, whole: Iterator[Row]) -> None:
    while batch := list(islice(whole, _BATCH)):
        with database.writing() as db:
            marks = ", ".join("?" * len(batch[0]))
            db.executemany(f"insert or ignore into sightings ({COLUMNS}) values ({marks})", batch)
            regroup(db, [(str(row[1]), str(row[2])) for row in batch])


def _stand_in(paper: Paper, broken: Sequence[Row]) -> Row:
    """Return the row of a sighting that tells what the paper tells, in the place of the first that is broken."""
    told = {f.name: getattr(paper, f.name) for f in fields(Record) if hasattr(paper, f.name)}
    own_id = str(broken[0][4]) if broken and broken[0][4] else None
    page = str(broken[0][1]) if broken else next(iter(paper.pages), "")
    return rows.sighting_row(paper.paper_id, Sighting(page, Format.JSONL, Record(**told, own_id=own_id)))
