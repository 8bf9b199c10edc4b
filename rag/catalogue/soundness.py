"""Is what `library.db` holds what was written? Every row is read, and held against its hash, columns and sources.

SQLite's own check knows pages and indexes of tables, and nothing of a letter that became another one. Not handled: what
a person may have changed in the file on purpose and consistently.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from rag.catalogue import identity, rows
from rag.catalogue.salvage import COLUMNS, DECISION_COLUMNS
from rag.catalogue.touched import decision_from_row
from rag.nouns import Paper, Record

_MOST_LINES = 10
_OTHERS = ("meta", "aliases", "people", "leaving", "files")
_TOLD = ("title", "date", "organisation", "url", "doi", "arxiv_id", "upvotes", "comments", "withdrawn")
"""What a paper has word for word from one of its records, where it has it."""


def faults(db: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong in the file, each as the words of a line; nothing where all is as it was written.

    Yields what SQLite raises on the way as the last one.
    """
    try:
        lines = [line for (line,) in db.execute(f"pragma integrity_check({_MOST_LINES})")]
        yield from ("SQLite: " + " ".join(line.split()) for line in lines if line != "ok")
        yield from _of_sightings(db)
        yield from _of_papers(db)
        yield from _of_decisions(db)
        yield from _of_the_rest(db)
    except (sqlite3.Error, rows.Unreadable) as exc:
        yield f"a table cannot be read ({exc})"


def _of_sightings(db: sqlite3.Connection) -> Iterator[str]:
    for number, *row in db.execute(f"select id, {COLUMNS} from sightings"):
        paper_id, page, key, digest, *ids, body = row
        if not rows.is_whole(digest, body):
            yield f"what {page} tells of {paper_id} is not as it was written"
            continue
        sighting = rows.sighting_from_text(body)
        record = sighting.record
        told = [record.own_id, record.arxiv_id, identity.title_key(record)]
        if [page, key, *ids] != [sighting.page, identity.sighting_key(record), *told]:
            yield f"row {number} of what pages tell does not fit its own text"


def _of_papers(db: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with papers, one by one, each beside the records that it is made of."""
    sql = (
        "select p.paper_id, p.title, p.date, p.author_count, p.text_hash, p.body, s.body from papers p"
        " left join sightings s on s.paper_id = p.paper_id order by p.number"
    )
    for (paper_id, *columns, digest, body), found in groupby(db.execute(sql), key=lambda row: row[:6]):
        paper = rows.paper_if_whole(digest, body)
        if paper is None:
            yield f"the paper {paper_id} is not as it was written"
            continue
        if [paper.paper_id, paper.title, paper.date, paper.author_count] != [paper_id, *columns]:
            yield f"the row of the paper {paper_id} does not fit its own text"
        try:
            records = [rows.sighting_from_text(told).record for *_, told in found if told is not None]
        except rows.Unreadable:
            continue  # said of the sighting
        if not records:
            yield f"of the paper {paper_id} it is not known where it was seen"
        elif name := _untold(paper, records):
            yield f"the {name.replace('_', ' ')} of the paper {paper_id} is none that a page told"
    for (paper_id,) in db.execute("select paper_id from sightings except select paper_id from papers"):
        yield f"what pages tell of {paper_id} has no paper"


def _untold(paper: Paper, records: list[Record]) -> str | None:
    """Return the name of a field that none of the records has so; None where each is told."""
    told: dict[str, set[object]] = defaultdict(set)
    for record in records:
        for name in (*_TOLD, "authors", "abstract"):
            told[name].add(getattr(record, name))
    told["abstract"] |= told["withdrawn"] | {""}
    unlike = (
        name for name in (*_TOLD, "authors", "abstract") if getattr(paper, name) not in {None, (), ""} | told[name]
    )
    return next(unlike, None)


def _of_decisions(db: sqlite3.Connection) -> Iterator[str]:
    for number, *row in db.execute(f"select number, {DECISION_COLUMNS} from decisions"):
        try:
            decision_from_row(row)
        except rows.Unreadable:
            yield f"decision {number} about duplicates cannot be read"


def _of_the_rest(db: sqlite3.Connection) -> Iterator[str]:
    """Read what is derived from papers or noted beside them; what cannot be read raises."""
    for table in _OTHERS:
        for _ in db.execute(f"select * from {table}"):
            pass
    for key, value in db.execute("select key, value from meta where key in ('generation', 'latest')"):
        if not str(value).isdecimal():
            yield f"the number noted as {key} is none"
    for (alias,) in db.execute("select alias from aliases where paper_id not in (select paper_id from papers)"):
        yield f"the name {alias} is of no paper"
