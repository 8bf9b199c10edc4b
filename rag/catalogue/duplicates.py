"""Papers that may be one: which they are, and what a person decides about them."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.base.errors import UsageError
from rag.catalogue import rows
from rag.catalogue.decisions import COLUMNS, Decision, Verdict, all_decisions, are_apart, heeded, side_of
from rag.catalogue.regroup import regroup
from rag.nouns import Sighting


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Papers that may be one, by their ids, and what they share."""

    why: str
    paper_ids: tuple[str, ...]


_TELLING = 8
"""Words of an abstract that can tell one paper from another."""
_SHARED = {"title_key": "the same title", "arxiv_id": "the same arXiv id"}


def duplicates(db: sqlite3.Connection) -> list[Duplicates]:
    """Return the papers under one title, one arXiv id or one abstract, but for those that were set apart."""
    apart = [decision for decision in all_decisions(db) if decision.verdict is Verdict.APART]
    found: dict[tuple[str, ...], str] = {}
    for column, why in _SHARED.items():
        sharing = db.execute(
            f"select json_group_array(distinct paper_id) from sightings where {column} is not null"
            f" group by {column} having count(distinct paper_id) > 1"
        )
        for (paper_ids,) in sharing:
            found.setdefault(_undecided(db, json.loads(paper_ids), apart), why)
    for same in _same_abstracts(db):
        found.setdefault(_undecided(db, same, apart), "the same abstract")
    return [Duplicates(why, paper_ids) for paper_ids, why in sorted(found.items()) if paper_ids]


def _same_abstracts(db: sqlite3.Connection) -> list[set[str]]:
    """Return the papers that share an abstract, whatever its case, punctuation and white space."""
    sharing: dict[bytes, set[str]] = {}
    for paper_id, abstract in db.execute("select paper_id, json_extract(body, '$.abstract') from papers"):
        words = re.findall(r"\w+", (abstract or "").casefold())
        if len(words) >= _TELLING:
            key = hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest()
            sharing.setdefault(key, set()).add(paper_id)
    return [paper_ids for paper_ids in sharing.values() if len(paper_ids) > 1]


def unite(db: sqlite3.Connection, one: str, other: str) -> None:
    """Note that two papers are one, and make them one; what kept them apart is forgotten: the last word counts."""
    for decision in all_decisions(db):
        if _are_apart(db, one, other, [decision]):
            _delete(db, decision)
    _decide(db, Verdict.SAME, one, other)


def part(db: sqlite3.Connection, one: str, other: str) -> None:
    """Note that two papers are two, and keep them so."""
    _decide(db, Verdict.APART, one, other)


def undo(db: sqlite3.Connection, paper_id: str, names: tuple[str, str]) -> None:
    """Take back the decision that made the papers once called `names` one; UsageError where there was none."""
    taken = [d for d in all_decisions(db) if d.verdict is Verdict.SAME and set(d.names) == set(names)]
    if not taken:
        raise UsageError(
            f"{names[0]} and {names[1]} are one paper by their ids or their title, not by a decision of yours: "
            "remove it, and add the two under ids of their own."
        )
    for decision in taken:
        _delete(db, decision)
        insert(db, Decision(Verdict.APART, decision.one, decision.other, names))
        ids = {value for kind, value in decision.one | decision.other if kind in ("own", "arxiv")}
        for name in {*names, *ids}:
            db.execute("delete from aliases where alias = ? and paper_id = ?", (name, paper_id))
    regroup(db, _places(db, paper_id))


def insert(db: sqlite3.Connection, decision: Decision) -> None:
    """Store a decision, unless it is there."""
    if decision not in all_decisions(db):
        db.execute(f"insert into decisions ({COLUMNS}) values (?, ?, ?, ?)", decision.row())


def _decide(db: sqlite3.Connection, verdict: Verdict, one: str, other: str) -> None:
    """Store a decision on two papers, and heed it."""
    insert(db, Decision(verdict, side_of(_sightings(db, one)), side_of(_sightings(db, other)), (one, other)))
    regroup(db, _places(db, one) + _places(db, other))


def _delete(db: sqlite3.Connection, decision: Decision) -> None:
    db.execute("delete from decisions where (verdict, one, other) = (?, ?, ?)", decision.row()[:3])


def _are_apart(db: sqlite3.Connection, one: str, other: str, decisions: Sequence[Decision]) -> bool:
    """Return whether any of these decisions keeps two papers apart."""
    ours, theirs = _sightings(db, one), _sightings(db, other)
    first, second = frozenset(range(len(ours))), frozenset(range(len(ours), len(ours) + len(theirs)))
    return are_apart(first, second, heeded([*ours, *theirs], decisions)[1])


def _undecided(db: sqlite3.Connection, paper_ids: Iterable[str], decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Return the papers of which at least one pair has not been set apart."""
    pairs = combinations(sorted(paper_ids), 2)
    return tuple(
        sorted({name for pair in pairs if not (decisions and _are_apart(db, *pair, decisions)) for name in pair})
    )


def _sightings(db: sqlite3.Connection, paper_id: str) -> list[Sighting]:
    found = db.execute("select body from sightings where paper_id = ? order by id", (paper_id,))
    return [rows.sighting_from_text(body) for (body,) in found]


def _places(db: sqlite3.Connection, paper_id: str) -> list[tuple[str, str]]:
    return list(db.execute("select page, key from sightings where paper_id = ?", (paper_id,)))
