"""Sightings into the catalogue: those that are new or told otherwise, and those saved from a damaged file.

Not handled here: how sightings become papers (`regroup`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path

from rag.catalogue import identity, rows
from rag.catalogue.damage import (
    DECISION_COLUMNS,
    readable_decisions,
    readable_papers,
    readable_sightings,
    reading,
)
from rag.catalogue.database import Database
from rag.catalogue.regroup import Added, Places, among, regroup, store_sighting
from rag.catalogue.rows import COLUMNS, Row
from rag.nouns import Format, Paper, Record, Sighting

_BATCH = 500
"""Sightings restored in one transaction."""


def add(db: sqlite3.Connection, sightings: Sequence[Sighting]) -> Added:
    """Store `sightings` and merge them into papers, within the caller's transaction.

    What is returned tells of their own papers alone; others may change with them, such as one that loses a record.
    """
    latest = {(s.page, identity.sighting_key(s.record)): s for s in sightings}
    latest = {place: _with_last_abstract(db, place, sighting) for place, sighting in latest.items()}
    stored = _stored(db, list(latest))
    same = {place for place, s in latest.items() if stored.get(place, ("",))[0] == rows.record_hash(s.record)}
    changed = [place for place in latest if place not in same]
    for page, key in changed:
        store_sighting(db, latest[page, key])
    touched = regroup(db, changed) if changed else Added((), (), ())
    told = {paper_id for _, paper_id in _stored(db, list(latest)).values()}
    new, updated = ([p for p in ids if p in told] for ids in (touched.new, touched.updated))
    unchanged = told.difference(new, updated)
    return Added(tuple(new), tuple(updated), tuple(sorted(unchanged)), touched.warnings)


@dataclass(frozen=True, slots=True)
class Lost:
    """What could not be saved of a paper: all, or where `saved` what the `pages` told; `title` is empty if unknown."""

    paper_id: str
    title: str
    pages: tuple[str, ...]
    saved: bool


def restore(database: Database, damaged: Path) -> list[Lost]:
    """Store what can still be read of a damaged file; return what could not be saved. Papers keep their ids.

    A sighting that is no longer what its hash says is left out; if none of a paper's is left, the paper stands for it.
    """
    with reading(damaged) as old:
        decisions, papers = readable_decisions(old), readable_papers(old)
        broken: dict[str, list[Row]] = {}
        with database.writing() as db:
            db.executemany(f"insert into decisions ({DECISION_COLUMNS}) values (?, ?, ?, ?)", decisions)
        _restore(database, _whole(readable_sightings(old), broken))
    held = {paper_id for (paper_id,) in database.read("select paper_id from papers")}
    lone = {name: paper for name, (_, paper) in papers.items() if paper and name not in held}
    _restore(database, (_stand_in(paper, broken.get(name, [])) for name, paper in lone.items()))
    titles = {name: title for name, (title, _) in papers.items()}
    told = {name: tuple(sorted({str(row[1]) for row in rows_})) for name, rows_ in broken.items()}
    names = dict.fromkeys([*(name for name in titles if name not in held | set(lone)), *told])
    return [Lost(name, titles.get(name, ""), told.get(name, ()), name in held | set(lone)) for name in names]


def _whole(found: Iterable[Row], broken: dict[str, list[Row]]) -> Iterator[Row]:
    """Yield the sightings that are as they were written, and put the others into `broken`, by paper."""
    for row in found:
        if rows.is_whole(row[3], row[-1]):
            yield rows.sighting_row(str(row[0]), rows.sighting_from_text(str(row[-1])))
        else:
            broken.setdefault(str(row[0]), []).append(row)


def _restore(database: Database, whole: Iterator[Row]) -> None:
    while batch := list(islice(whole, _BATCH)):
        with database.writing() as db:
            marks = ", ".join("?" * len(batch[0]))
            db.executemany(f"insert or ignore into sightings ({COLUMNS}) values ({marks})", batch)
            regroup(db, [(str(row[1]), str(row[2])) for row in batch])


def _stand_in(paper: Paper, broken: Sequence[Row]) -> Row:
    """Return the row of a sighting that tells what the paper tells, in the place of the first that is broken."""
    told = {f.name: getattr(paper, f.name) for f in fields(Record) if hasattr(paper, f.name)}
    own_id = str(broken[0][4]) if broken and broken[0][4] else None
    record = Record(**told, own_id=own_id)
    page = str(broken[0][1]) if broken else next(iter(paper.pages), "")
    return rows.sighting_row(paper.paper_id, Sighting(page, Format.JSONL, record))


def _with_last_abstract(db: sqlite3.Connection, place: tuple[str, str], sighting: Sighting) -> Sighting:
    """Return a sighting that tells of a withdrawal alone with the abstract that stood in its place before."""
    record = sighting.record
    if record.withdrawn is None or record.abstract:
        return sighting
    found = db.execute("select body from sightings where page = ? and key = ?", place).fetchone()
    before = rows.sighting_from_text(found[0]).record if found else record
    kept = replace(
        record,
        abstract=before.abstract,
        abstract_is_summary=before.abstract_is_summary,
        original=before.original,
    )
    return replace(sighting, record=kept) if before.abstract else sighting


def _stored(db: sqlite3.Connection, places: Places) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (hash, paper_id) of what is already stored at each (page, key)."""
    found = {}
    for page in {page for page, _ in places}:
        keys = [key for where, key in places if where == page]
        sql = "select key, hash, paper_id from sightings where page = ? and key in"
        found.update({(page, key): (digest, paper_id) for key, digest, paper_id in among(db, sql, keys, page)})
    return found
