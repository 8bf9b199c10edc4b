"""From changed sightings to changed papers, inside one transaction of the catalogue.

Everything that shares a title, an id or a paper with what changed is looked at again by `identity.partition`, and by
what a person decided; papers keep the id once given; what merges or splits is reported. Not handled here: transactions,
which are the caller's.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

from rag.catalogue import identity, rows
from rag.catalogue.duplicates import all_decisions, decided, doubts, heeded
from rag.catalogue.merging import merge
from rag.catalogue.names import recount
from rag.nouns import Paper, Sighting

Places = Iterable[tuple[str, str]]
"""Pages and sighting keys."""
_AT = "(page, key) in (select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(?1))"
_SHARED = ("paper_id", "own_id", "arxiv_id", "title_key")
_BEFORE, _AFTER = (
    "substr(told.value, 1, instr(told.value, char(31)) - 1)",
    "substr(told.value, instr(told.value, char(31)) + 1)",
)
_MEANT = {
    "own": "other.own_id = told.value",
    "arxiv": "other.arxiv_id = told.value",
    "texts": f"other.title_key = {_BEFORE}",
    "places": f"(other.page, other.key) = ({_BEFORE}, {_AFTER})",
}
"""By what a decision knows its papers, and which sightings that means."""
_STEPS = (
    *(
        "select 'sighting', other.id from near join sightings one on near.kind = 'sighting' and one.id = near.id"
        f" join sightings other on other.{shared} = one.{shared} where one.{shared} <> ''"
        for shared in _SHARED
    ),
    *(
        "select 'decision', told.number from near join sightings other on near.kind = 'sighting' and other.id = near.id"
        f" join told on told.kind = '{kind}' and {meant}"
        for kind, meant in _MEANT.items()
    ),
    *(
        "select 'sighting', other.id from near join told on near.kind = 'decision' and told.number = near.id"
        f" and told.kind = '{kind}' join sightings other on {meant}"
        for kind, meant in _MEANT.items()
    ),
)
_NEAR = f"""
with recursive told (number, kind, value) as (
    select number, side.key, one.value
    from (select number, one as sides from decisions union all select number, other from decisions),
    json_each(sides) as side, json_each(side.value) as one
), near (kind, id) as (
    select 'sighting', id from sightings where {_AT}
    union {" union ".join(_STEPS)}
) select id, paper_id, body from sightings where id in (select id from near where kind = 'sighting') order by id
"""
"""Every sighting that shares something, or a decision, with those at some places, and so on to the end."""


@dataclass(frozen=True, slots=True)
class Added:
    """What one batch changed: ids of papers, and warnings for the receipt."""

    new: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored sighting with its row id and the paper it belonged to so far (empty: none yet)."""

    id: int
    paper_id: str
    sighting: Sighting


_Members = Sequence[_Stored]
"""The sightings of one paper, oldest first."""


def add(db: sqlite3.Connection, sightings: Sequence[Sighting]) -> Added:
    """Store `sightings` and merge them into papers, within the caller's transaction.

    What is returned tells of their own papers alone; others may change with them, such as one that loses a record.
    """
    latest = {(s.page, identity.sighting_key(s.record)): s for s in sightings}
    stored = _stored(db, latest)
    changed = []
    for place, told in latest.items():
        digest, paper_id, body = stored.get(place, ("", "", ""))
        sighting = _with_last_abstract(told, body)
        if digest != rows.record_hash(sighting.record):  # a new row id makes it the newest
            db.execute("delete from sightings where page = ? and key = ?", place)
            row = rows.sighting_row(paper_id, sighting)
            db.execute(f"insert into sightings ({rows.COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)", row)
            changed.append(place)
    touched = regroup(db, changed) if changed else Added((), (), ())
    own = {paper_id for _, paper_id, _ in _stored(db, latest).values()}
    new, updated = (tuple(p for p in ids if p in own) for ids in (touched.new, touched.updated))
    return Added(new, updated, tuple(sorted(own.difference(new, updated))), touched.warnings)


def _stored(db: sqlite3.Connection, places: Places) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return (hash, paper_id, body) of what is already stored at each (page, key)."""
    found = db.execute(f"select page, key, hash, paper_id, body from sightings where {_AT}", [json.dumps(list(places))])
    return {(page, key): tuple(told) for page, key, *told in found}


def _with_last_abstract(sighting: Sighting, stood: str) -> Sighting:
    """Return a sighting that tells of a withdrawal alone with the abstract that stood in its place, if one did."""
    record = sighting.record
    if record.withdrawn is None or record.abstract or not stood:
        return sighting
    before = rows.sighting_from_text(stood).record
    told = {name: getattr(before, name) for name in ("abstract", "abstract_is_summary", "original")}
    return replace(sighting, record=replace(record, **told)) if before.abstract else sighting


def forget(db: sqlite3.Connection, paper_id: str) -> None:
    """Drop a paper and its names; its sightings are the caller's."""
    if stood := db.execute("select body from papers where paper_id = ?", (paper_id,)).fetchone():
        recount(db, rows.paper_from_text(stood[0]), None)
    db.execute("delete from papers where paper_id = ?", (paper_id,))
    db.execute("delete from aliases where paper_id = ?", (paper_id,))
    db.execute("insert or ignore into leaving values (?)", (paper_id,))


def regroup(db: sqlite3.Connection, changed: Places) -> Added:
    """Work out anew which sightings are one paper around the changed ones, and write those papers."""
    near = db.execute(_NEAR, [json.dumps(list(changed))]).fetchall()
    stored = [_Stored(number, paper_id, rows.sighting_from_text(body)) for number, paper_id, body in near]
    sightings = [row.sighting for row in stored]
    same, apart = heeded(sightings, all_decisions(db))
    parts = decided(identity.partition(sightings), sightings, same, apart)
    groups = [[stored[i] for i in sorted(part)] for part in parts]
    names = _name_groups(db, groups, stored)
    before = {row.paper_id for row in stored if row.paper_id}
    gone = {paper_id: _known_as(db, paper_id) for paper_id in sorted(before - set(names))}
    for paper_id in gone:
        forget(db, paper_id)
    new: list[str] = []
    updated: list[str] = []
    warnings: list[str] = []
    for members, paper_id, doubt in zip(groups, names, doubts(parts, sightings, apart), strict=True):
        former = {name for row in members for name in gone.get(row.paper_id, ())}
        aliases = _ids(members) | former | _known_as(db, paper_id)
        paper = merge(paper_id, [row.sighting for row in reversed(members)], aliases)
        if _write(db, paper, doubt):
            (updated if paper_id in before else new).append(paper_id)
            warnings += _warnings(paper, doubt)
        moved = [(paper_id, row.id) for row in members if row.paper_id != paper_id]
        db.executemany("update sightings set paper_id = ? where id = ?", moved)
    return Added(tuple(new), tuple(updated), (), tuple(warnings))


def _name_groups(db: sqlite3.Connection, groups: Sequence[_Members], stored: _Members) -> list[str]:
    """Return a `paper_id` for each group: the one it had, where it has the best claim to it, else a new one."""
    place = {row.id: number for number, members in enumerate(groups) for row in members}
    claims: dict[str, set[int]] = {}  # in the order of who was first
    for row in stored:
        claims.setdefault(row.paper_id, set()).add(place[row.id])
    claims.pop("", None)
    names: dict[int, str] = {}
    for paper_id, claiming in claims.items():
        if free := claiming - set(names):
            names[min(free, key=lambda number: _claim(groups[number], paper_id))] = paper_id
    taken = set(claims)
    for number, members in enumerate(groups):
        if number not in names:
            names[number] = _new_name(db, members, taken)
            taken.add(names[number])
    return [names[number] for number in range(len(groups))]


def _claim(members: _Members, paper_id: str) -> tuple[bool, bool, int]:
    """Return how good a group's claim to an id is, best first: it bears it, it has ids at all, it is older."""
    ids = _ids(members)
    return (paper_id not in ids, not ids, members[0].id)


def _ids(members: _Members) -> set[str]:
    """Return the ids that sightings tell."""
    told = (name for row in members for name in (row.sighting.record.own_id, row.sighting.record.arxiv_id))
    return {name for name in told if name}


def _new_name(db: sqlite3.Connection, members: _Members, taken: set[str]) -> str:
    """Return an id that no paper and no alias has: from the own id, the arXiv id, the title, or title and abstract."""
    records = (row.sighting.record for row in members)
    best = min(records, key=lambda r: (not r.own_id, not r.arxiv_id, r.title, r.abstract))
    longer = identity.distinct_id(best)
    used = "select 1 from papers where paper_id = ?1 union all select 1 from aliases where alias = ?1"
    names = chain([identity.fresh_id(best), longer], (f"{longer}-{n}" for n in count(2)))
    return next(name for name in names if name not in taken and not db.execute(used, (name,)).fetchone())


def _known_as(db: sqlite3.Connection, paper_id: str) -> set[str]:
    """Return a paper's names so far."""
    return {paper_id, *(alias for (alias,) in db.execute("select alias from aliases where paper_id = ?", (paper_id,)))}


def _write(db: sqlite3.Connection, paper: Paper, doubt: str | None) -> bool:
    """Write a paper and its aliases unless it stands there unchanged; return whether anything changed."""
    body, digest = rows.paper_to_text(paper), rows.text_hash(paper)
    stood = db.execute("select body, doubt from papers where paper_id = ?", (paper.paper_id,)).fetchone()
    if stood == (body, doubt):
        return False
    db.execute(
        "insert into papers (paper_id, title, date, author_count, doubt, text_hash, body) values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict (paper_id) do update set title = excluded.title, date = excluded.date, body = excluded.body,"
        " author_count = excluded.author_count, doubt = excluded.doubt, text_hash = excluded.text_hash",
        (paper.paper_id, paper.title, paper.date, paper.author_count, doubt, digest, body),
    )
    recount(db, rows.paper_from_text(stood[0]) if stood else None, paper)
    db.executemany("insert or ignore into aliases values (?, ?)", [(name, paper.paper_id) for name in paper.aliases])
    if digest:
        db.execute("delete from leaving where paper_id = ?", (paper.paper_id,))
    elif stood:  # it has lost its text: both indexes have to drop it
        db.execute("insert or ignore into leaving values (?)", (paper.paper_id,))
        db.execute("update papers set indexed_hash = null where paper_id = ?", (paper.paper_id,))
    return True


def _warnings(paper: Paper, doubt: str | None) -> list[str]:
    """Return the lines of the receipt that a changed paper calls for."""
    lines = [
        f"{paper.title}: sources disagree on {c.field}; kept {_short(c.chosen)}, also told: "
        + "; ".join(f"{_short(value)} ({page})" for page, value in c.others)
        for c in paper.conflicts
    ]
    if doubt:
        lines.append(
            f"{paper.title}: possible duplicate, kept apart as {paper.paper_id} ({doubt}); see papers --duplicates"
        )
    return lines


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
