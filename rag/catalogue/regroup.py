"""From changed sightings to changed papers, inside one transaction of the catalogue.

Everything that shares a title, an id or a paper with what changed is looked at again by `identity.partition`, and by
what a person decided; papers keep the id once given; what merges or splits is reported. Not handled here: transactions,
which are the caller's.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from rag.catalogue import identity, rows
from rag.catalogue.identity import Decision, Side, Verdict, decided, doubts
from rag.catalogue.merging import merge
from rag.catalogue.people import recount
from rag.nouns import Paper, Record, Sighting

# ----------------------------------------------------------------------------------------------------
# Which stored sightings have to be looked at again when some have changed.

_BATCH = 500
"""Values in one `in (…)`; SQLite's own limit is far higher."""
_LINKS = ("paper_id", "place", "own_id", "arxiv_id", "title_key")
_FIELDS = (
    "select id, paper_id, page || char(31) || key as place, own_id, arxiv_id, title_key, body from sightings where"
)

Places = Sequence[tuple[str, str]]
"""Pages and sighting keys."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stored sighting with its row id and the paper it belonged to so far (empty: none yet)."""

    id: int
    paper_id: str
    sighting: Sighting


def among(db: sqlite3.Connection, sql: str, values: Sequence[object], *first: object) -> Iterator[tuple[str, ...]]:
    """Yield the rows of `sql in (values)`, in batches."""
    for start in range(0, len(values), _BATCH):
        part = values[start : start + _BATCH]
        yield from db.execute(f"{sql} ({','.join('?' * len(part))})", (*first, *part))


def neighbourhood(db: sqlite3.Connection, changed: Places) -> tuple[list[Row], list[Decision]]:
    """Return every sighting that shares a title, an id, a paper or a decision with the changed ones, and so on to the
    end, and the decisions among them."""
    found: dict[int, tuple[str, str]] = {}
    known: dict[str, set[str]] = {name: set() for name in _LINKS}
    waiting, heeded = decisions(db), list[Decision]()
    fresh = _at(db, _FIELDS, changed)
    while fresh:
        found.update({int(row[0]): (row[1], row[6]) for row in fresh})
        links = {name: {row[n] for row in fresh if row[n]} for n, name in enumerate(_LINKS, 1)}
        known["place"] |= links["place"]  # they are here already
        for decision in [d for d in waiting if any(links[name] & told for name, told in d.links().items())]:
            waiting.remove(decision)
            heeded.append(decision)
            links = {name: told | decision.links().get(name, set()) for name, told in links.items()}
        fresh = []
        for name, values in links.items():
            wanted = sorted(values - known[name])
            known[name] |= values
            fresh += [row for row in _with(db, name, wanted) if int(row[0]) not in found]
    return [Row(i, paper_id, rows.sighting_from_text(body)) for i, (paper_id, body) in sorted(found.items())], heeded


def decisions(db: sqlite3.Connection) -> list[Decision]:
    """Return every decision, oldest first."""
    found = db.execute("select verdict, one, other, names from decisions order by number")
    return [decision_from_row(row) for row in found]


def decision_from_row(row: Sequence[str]) -> Decision:
    """Return the decision that a row of `decisions` holds (verdict, one, other, names); Unreadable for none."""
    try:
        verdict, one, other, names = row
        first, second = json.loads(names)
        return Decision(Verdict(verdict), _side(one), _side(other), (first, second))
    except rows.BROKEN as exc:
        raise rows.Unreadable(f"a decision about duplicates: {exc}") from exc


def _side(text: str) -> Side:
    return Side(**{kind: tuple(values) for kind, values in json.loads(text).items()})


def _with(db: sqlite3.Connection, name: str, values: Sequence[str]) -> list[tuple[str, ...]]:
    if name != "place":
        return list(among(db, f"{_FIELDS} {name} in", values))
    return _at(db, _FIELDS, [(page, key) for page, _, key in (value.partition("\x1f") for value in values)])


def _at(db: sqlite3.Connection, sql: str, places: Places) -> list[tuple[str, ...]]:
    """Return the rows that `sql` gives of the sightings at these places."""
    fresh: list[tuple[str, ...]] = []
    for page in {page for page, _ in places}:
        fresh += among(db, f"{sql} page = ? and key in", [key for where, key in places if where == page], page)
    return fresh


# ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Added:
    """What one batch changed: ids of papers, and warnings for the receipt."""

    new: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def add(db: sqlite3.Connection, sightings: Sequence[Sighting]) -> Added:
    """Store `sightings` and merge them into papers, within the caller's transaction.

    What is returned tells of their own papers alone; others may change with them, such as one that loses a record.
    """
    latest = {(s.page, identity.sighting_key(s.record)): s for s in sightings}
    stored = _stored(db, list(latest))
    latest = {place: _with_last_abstract(s, stored[place][2]) if place in stored else s for place, s in latest.items()}
    changed = [
        place for place, s in latest.items() if place not in stored or stored[place][0] != rows.record_hash(s.record)
    ]
    for place in changed:  # a new row id makes it the newest
        db.execute("delete from sightings where page = ? and key = ?", place)
        row = rows.sighting_row(stored[place][1] if place in stored else "", latest[place])
        db.execute(f"insert into sightings ({rows.COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)", row)
    touched = regroup(db, changed) if changed else Added((), (), ())
    told = {paper_id for _, paper_id, _ in _stored(db, list(latest)).values()}
    new, updated = ([p for p in ids if p in told] for ids in (touched.new, touched.updated))
    unchanged = told.difference(new, updated)
    return Added(tuple(new), tuple(updated), tuple(sorted(unchanged)), touched.warnings)


def _stored(db: sqlite3.Connection, places: Places) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return (hash, paper_id, body) of what is already stored at each (page, key)."""
    found = _at(db, "select page, key, hash, paper_id, body from sightings where", places)
    return {(page, key): tuple(told) for page, key, *told in found}


def _with_last_abstract(sighting: Sighting, stood: str) -> Sighting:
    """Return a sighting that tells of a withdrawal alone with the abstract that stood in its place before."""
    record = sighting.record
    if record.withdrawn is None or record.abstract:
        return sighting
    before = rows.sighting_from_text(stood).record
    told = {name: getattr(before, name) for name in ("abstract", "abstract_is_summary", "original")}
    return replace(sighting, record=replace(record, **told)) if before.abstract else sighting


def forget(db: sqlite3.Connection, paper_id: str) -> None:
    if stood := db.execute("select body from papers where paper_id = ?", (paper_id,)).fetchone():
        recount(db, rows.paper_from_text(stood[0]), None)
    db.execute("delete from papers where paper_id = ?", (paper_id,))
    db.execute("delete from aliases where paper_id = ?", (paper_id,))
    db.execute("insert or ignore into leaving values (?)", (paper_id,))


def regroup(db: sqlite3.Connection, changed: Sequence[tuple[str, str]]) -> Added:
    """Work out anew which sightings are one paper around the changed ones, and write those papers."""
    stored, decisions = neighbourhood(db, changed)
    sightings = [row.sighting for row in stored]
    groups = decided(identity.partition(sightings), sightings, decisions)
    names = _name_groups(db, groups, stored)
    told = doubts(groups, sightings, decisions)
    before = {row.paper_id for row in stored if row.paper_id}
    gone = {paper_id: _known_as(db, paper_id) for paper_id in sorted(before - set(names))}
    for paper_id in gone:
        forget(db, paper_id)
    new: list[str] = []
    updated: list[str] = []
    warnings: list[str] = []
    for group, paper_id, doubt in zip(groups, names, told, strict=True):
        members = sorted((stored[i] for i in group), key=lambda row: -row.id)
        paper = merge(paper_id, [row.sighting for row in members], _aliases(db, paper_id, members, gone))
        if _write(db, paper, doubt):
            (updated if paper_id in before else new).append(paper_id)
            warnings += _warnings(paper, doubt)
        moved = [(paper_id, row.id) for row in members if row.paper_id != paper_id]
        db.executemany("update sightings set paper_id = ? where id = ?", moved)
    return Added(tuple(new), tuple(updated), (), tuple(warnings))


def _name_groups(db: sqlite3.Connection, groups: Sequence[identity.Group], stored: Sequence[Row]) -> list[str]:
    """Return a `paper_id` for each group: the one it had, where it has the best claim to it, else a new one."""
    claims: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        for paper_id in {stored[i].paper_id for i in group} - {""}:
            claims.setdefault(paper_id, []).append(number)
    oldest = {row.paper_id: row.id for row in sorted(stored, key=lambda row: -row.id)}
    names: dict[int, str] = {}
    for paper_id, places in sorted(claims.items(), key=lambda item: oldest[item[0]]):
        free = [place for place in places if place not in names]
        if free:
            names[min(free, key=lambda place: _claim(groups[place], stored, paper_id))] = paper_id
    taken = set(claims)
    for number, group in enumerate(groups):
        if number not in names:
            names[number] = _new_name(db, [stored[i] for i in group], taken)
            taken.add(names[number])
    return [names[place] for place in range(len(groups))]


def _claim(group: identity.Group, stored: Sequence[Row], paper_id: str) -> tuple[bool, bool, int]:
    """Return how good a group's claim to an id is, best first: it bears it, it has ids at all, it is older."""
    members = [stored[i] for i in group]
    ids = {name for m in members for name in (m.sighting.record.own_id, m.sighting.record.arxiv_id) if name}
    return (paper_id not in ids, not ids, min(m.id for m in members))


def _new_name(db: sqlite3.Connection, members: Sequence[Row], taken: set[str]) -> str:
    """Return an id that no paper and no alias has: from the own id, the arXiv id, the title, or title and abstract."""
    records = [m.sighting.record for m in sorted(members, key=lambda m: m.id)]
    best = min(records, key=lambda r: (not r.own_id, not r.arxiv_id, r.title, r.abstract))
    return next(name for name in _names(best) if name not in taken and not _is_taken(db, name))


def _names(record: Record) -> Iterator[str]:
    yield identity.fresh_id(record)
    yield (longer := identity.distinct_id(record))
    yield from (f"{longer}-{n}" for n in count(2))


def _is_taken(db: sqlite3.Connection, name: str) -> bool:
    sql = "select 1 from papers where paper_id = ?1 union all select 1 from aliases where alias = ?1"
    return db.execute(sql, (name,)).fetchone() is not None


def _aliases(db: sqlite3.Connection, paper_id: str, members: Sequence[Row], gone: dict[str, set[str]]) -> set[str]:
    """Return every other name of a paper: ids told by its sightings, and all names of papers that merged into it."""
    told = {name for m in members for name in (m.sighting.record.own_id, m.sighting.record.arxiv_id) if name}
    former = {name for m in members for name in gone.get(m.paper_id, ())}
    return (told | former | _known_as(db, paper_id)) - {paper_id}


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
