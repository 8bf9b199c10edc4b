"""Sightings into the catalogue: those that are new or told otherwise, and those saved from a damaged file.

Not handled here: how sightings become papers (`regroup`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from rag.catalogue import identity, rows
from rag.catalogue.database import Database
from rag.catalogue.regroup import Added, regroup, store_sighting
from rag.catalogue.salvage import COLUMNS, DECISION_COLUMNS, Row
from rag.catalogue.touched import Places, among
from rag.nouns import Sighting

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
        store_sighting(db, key, latest[page, key])
    touched = regroup(db, changed) if changed else Added((), (), ())
    told = {paper_id for _, paper_id in _stored(db, list(latest)).values()}
    new, updated = ([p for p in ids if p in told] for ids in (touched.new, touched.updated))
    unchanged = told.difference(new, updated)
    return Added(tuple(new), tuple(updated), tuple(sorted(unchanged)), touched.warnings)


def restore(database: Database, found: Iterable[Row], decisions: Sequence[Row]) -> int:
    """Store rows of `sightings` and `decisions` that were saved from a damaged file; return how many sightings.

    Papers keep their ids. A sighting that is no longer what its hash says is left out.
    """
    with database.writing() as db:
        db.executemany(f"insert into decisions ({DECISION_COLUMNS}) values (?, ?, ?, ?)", decisions)
    kept, whole = 0, (row for row in found if rows.is_whole(row[3], row[-1]))
    while batch := list(islice(whole, _BATCH)):
        with database.writing() as db:
            marks = ", ".join("?" * len(batch[0]))
            db.executemany(f"insert or ignore into sightings ({COLUMNS}) values ({marks})", batch)
            regroup(db, [(str(row[1]), str(row[2])) for row in batch])
        kept += len(batch)
    return kept


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
