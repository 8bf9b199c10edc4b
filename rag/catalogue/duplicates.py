"""Papers that may be one: which they are, what a person decided about them, and how that is heeded.

A decision knows its papers by what their records tell, never by who came first, so that it holds in whatever order
files are added again. It overrides titles and abstracts, and unites papers with ids of their own; it cannot part
records that tell the same id. Where decisions contradict each other, keeping apart prevails. Not handled here: what
papers become of it (see `regroup`).
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

from rag.base.errors import UsageError
from rag.catalogue import rows
from rag.catalogue.identity import Group, has_id, hash_of, likeness, own_id, sighting_key, title_key
from rag.nouns import Sighting

DECISION = "verdict, one, other, names"
"""The columns of `decisions` that make a decision."""
_BETWEEN = "\x1f"
_KINDS = ("own", "arxiv", "texts", "places")
"""By what a sighting can be known, the strongest first: an id of its own, its arXiv id, the key of its title with a
digest of its abstract, the page and the sighting key."""

Side = frozenset[tuple[str, str]]
"""What one paper of a decision is known by: kinds and values, of the strongest ids, else of texts and places."""
Apart = Sequence[tuple[Group, Group]]
"""Pairs of sets of sightings that are not one paper."""


class Ruling(StrEnum):
    """What was decided."""

    SAME = "same"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; `names` are the ids that the two papers had then."""

    ruling: Ruling
    one: Side
    other: Side
    names: tuple[str, str]

    def row(self) -> tuple[str, str, str, str]:
        """Return it as a row of `decisions`, in the order of `DECISION`."""
        sides = ({kind: _values(side, kind) for kind in _KINDS} for side in (self.one, self.other))
        one, other = map(json.dumps, sides)
        return (self.ruling.value, one, other, json.dumps(self.names))


def decision_from_row(row: Sequence[Any]) -> Decision:
    """Return the decision that a row of `decisions` holds; Unreadable for none."""
    try:
        ruling, *sides, names = row
        told = (json.loads(side) for side in sides)
        one, other = (frozenset((kind, str(v)) for kind in _KINDS for v in side[kind]) for side in told)
        first, second = json.loads(names)
        return Decision(Ruling(ruling), one, other, (first, second))
    except rows.BROKEN as exc:
        raise rows.Unreadable(f"a decision about duplicates: {exc}") from exc


def all_decisions(db: sqlite3.Connection) -> list[Decision]:
    """Return every decision, oldest first."""
    return [decision_from_row(row) for row in db.execute(f"select {DECISION} from decisions order by number")]


def _side_of(sightings: Iterable[Sighting]) -> Side:
    """Return what the paper that `sightings` tell of is to be known by."""
    told = frozenset[tuple[str, str]]().union(*map(_traits, sightings))
    kind = next((kind for kind in ("own", "arxiv") if _values(told, kind)), None)
    return frozenset(trait for trait in told if kind in (None, trait[0]))


def _traits(sighting: Sighting) -> Side:
    """Return all that a sighting can be known by."""
    record, key = sighting.record, title_key(sighting.record)
    text = key and key + _BETWEEN + hash_of(record.abstract)[:16]
    place = sighting.page + _BETWEEN + sighting_key(record)
    told = zip(_KINDS, (own_id(record), record.arxiv_id, text, place), strict=True)
    return frozenset((kind, value) for kind, value in told if value)


def _values(side: Side, kind: str) -> list[str]:
    return sorted(value for told, value in side if told == kind)


# ----------------------------------------------------------------------------------------------------
# Deciding. Each returns where the sightings stand that are to be looked at again.

Places = list[tuple[str, str]]
"""Pages and sighting keys."""


def unite(db: sqlite3.Connection, one: str, other: str) -> Places:
    """Note that two papers are one; what kept them apart is forgotten: the last word counts."""
    for decision in all_decisions(db):
        if _are_apart(db, one, other, [decision]):
            _delete(db, decision)
    return part(db, one, other, Ruling.SAME)


def part(db: sqlite3.Connection, one: str, other: str, ruling: Ruling = Ruling.APART) -> Places:
    """Note that two papers are two, or what else of them."""
    insert(db, Decision(ruling, _side_of(_sightings(db, one)), _side_of(_sightings(db, other)), (one, other)))
    return _places(db, one) + _places(db, other)


def undo(db: sqlite3.Connection, paper_id: str, names: tuple[str, str]) -> Places:
    """Take back the decision that made the papers once called `names` one; UsageError where there was none."""
    taken = [d for d in all_decisions(db) if d.ruling is Ruling.SAME and set(d.names) == set(names)]
    if not taken:
        raise UsageError(
            f"{names[0]} and {names[1]} are one paper by their ids or their title, not by a decision of yours: "
            "remove it, and add the two under ids of their own."
        )
    for decision in taken:
        _delete(db, decision)
        insert(db, Decision(Ruling.APART, decision.one, decision.other, names))
        ids = {value for kind, value in decision.one | decision.other if kind in ("own", "arxiv")}
        for name in {*names, *ids}:
            db.execute("delete from aliases where alias = ? and paper_id = ?", (name, paper_id))
    return _places(db, paper_id)


def insert(db: sqlite3.Connection, decision: Decision) -> None:
    """Store a decision, unless it is there."""
    if decision not in all_decisions(db):
        db.execute(f"insert into decisions ({DECISION}) values (?, ?, ?, ?)", decision.row())


def _delete(db: sqlite3.Connection, decision: Decision) -> None:
    db.execute("delete from decisions where (verdict, one, other) = (?, ?, ?)", decision.row()[:3])


# ----------------------------------------------------------------------------------------------------
# Heeding what was decided.


def heeded(sightings: Sequence[Sighting], decisions: Sequence[Decision]) -> tuple[list[Group], Apart]:
    """Return which of `sightings` are one paper by a decision, and which are kept apart."""
    traits = [_traits(sighting) for sighting in sightings] if decisions else []
    same: list[Group] = []
    apart: list[tuple[Group, Group]] = []
    for decision in decisions:
        one, other = _meant(decision.one, traits), _meant(decision.other, traits)
        if decision.ruling is Ruling.SAME:
            same += [one | other] if one and other else []
        elif one - other and other - one:  # what tells both ids is one paper, whatever was decided
            apart.append((one - other, other - one))
    return same, apart


def _meant(side: Side, traits: Sequence[Side]) -> Group:
    """Return the sightings that a side means: those with its strongest trait that any of them has."""
    for kind in _KINDS:
        wanted = {(kind, value) for value in _values(side, kind)}
        bearing = frozenset(i for i, told in enumerate(traits) if wanted & told)
        if kind in ("texts", "places"):  # a record that has learned an id since only counts where no other does
            loose = (i for i in bearing if not any(told in ("own", "arxiv") for told, _ in traits[i]))
            bearing = frozenset(loose) or bearing
        if bearing:
            return bearing
    return frozenset()


def decided(groups: Sequence[Group], sightings: Sequence[Sighting], same: Iterable[Group], apart: Apart) -> list[Group]:
    """Return `groups` as they are once the decisions are heeded."""
    parts = list(groups)
    for one, other in apart:
        parts = [piece for part in parts for piece in _split(part, one, other, sightings)]
    for chosen in same:
        parts = _united(parts, chosen, apart, sightings)
    return parts


def doubts(groups: Sequence[Group], sightings: Sequence[Sighting], apart: Apart) -> list[str | None]:
    """Return why each group may be another's duplicate: it has no id, and another not set apart bears its title."""
    keys = [{title_key(sightings[i].record) for i in group} - {None} for group in groups]
    bearers: dict[str | None, list[Group]] = {}
    for group, told in zip(groups, keys, strict=True):
        for key in told:
            bearers.setdefault(key, []).append(group)
    found: list[str | None] = []
    for group, told in zip(groups, keys, strict=True):
        rivals = {rival for key in told for rival in bearers[key] if not are_apart(group, rival, apart)} - {group}
        why = "several papers bear this title" if len(rivals) > 1 else "same title, another abstract"
        found.append(why if rivals and not has_id(group, sightings) else None)
    return found


def are_apart(one: Group, other: Group, apart: Apart) -> bool:
    """Return whether a decision keeps two sets of sightings apart."""
    return any((one & a and other & b) or (one & b and other & a) for a, b in apart)


def _split(part: Group, one: Group, other: Group, sightings: Sequence[Sighting]) -> list[Group]:
    """Return `part` in two where it holds both sides; records of neither go with the nearer abstract."""
    staying, leaving = part & one, part & other
    if has_id(leaving, sightings):
        staying, leaving = leaving, staying
    if not staying or not leaving or has_id(leaving, sightings):
        return [part]

    def nearest(i: int, side: Group) -> float:
        return max(likeness(sightings[i].record.abstract, sightings[j].record.abstract) for j in side)

    rest = [i for i in part - staying - leaving if not has_id([i], sightings)]
    gone = leaving | {i for i in rest if nearest(i, leaving) > nearest(i, staying)}
    return [part - gone, gone]


def _united(parts: list[Group], chosen: Group, apart: Apart, sightings: Sequence[Sighting]) -> list[Group]:
    """Return `parts` with those that hold any of `chosen` as one, but for those that are kept apart from it."""
    whole, *others = sorted((p for p in parts if p & chosen), key=lambda p: min(repr(sightings[i]) for i in p))
    left = []
    for part in others:
        if are_apart(whole, part, apart):
            left.append(part)
        else:
            whole |= part
    return [*(part for part in parts if not part & chosen), whole, *left]


# ----------------------------------------------------------------------------------------------------
# What is still to be decided.


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
    apart = [decision for decision in all_decisions(db) if decision.ruling is Ruling.APART]
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


def _places(db: sqlite3.Connection, paper_id: str) -> Places:
    return list(db.execute("select page, key from sightings where paper_id = ?", (paper_id,)))
