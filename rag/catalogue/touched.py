"""Which stored sightings have to be looked at again when some have changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.catalogue import rows
from rag.catalogue.decisions import Decision, Side, Verdict, place
from rag.nouns import Sighting

_BATCH = 500
"""Values in one `in (…)`; SQLite's own limit is far higher."""
_FIELDS = "select id, paper_id, page, key, own_id, arxiv_id, title_key, body from sightings where"

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
    known: dict[str, set[str]] = {name: set() for name in ("own_id", "arxiv_id", "title_key", "paper_id", "place")}
    waiting, heeded = decisions(db), list[Decision]()
    fresh = _at(db, changed)
    while fresh:
        found.update({int(row[0]): (row[1], row[7]) for row in fresh})
        links = _links(fresh)
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


def _links(fresh: Sequence[tuple[str, ...]]) -> dict[str, set[str]]:
    return {
        "paper_id": {row[1] for row in fresh if row[1]},
        "place": {place(row[2], row[3]) for row in fresh},
        "own_id": {row[4] for row in fresh if row[4]},
        "arxiv_id": {row[5] for row in fresh if row[5]},
        "title_key": {row[6] for row in fresh if row[6]},
    }


def _with(db: sqlite3.Connection, name: str, values: Sequence[str]) -> list[tuple[str, ...]]:
    if name != "place":
        return list(among(db, f"{_FIELDS} {name} in", values))
    return _at(db, [(page, key) for page, _, key in (value.partition("\x1f") for value in values)])


def _at(db: sqlite3.Connection, places: Places) -> list[tuple[str, ...]]:
    """Return the sightings at these places."""
    fresh: list[tuple[str, ...]] = []
    for page in {page for page, _ in places}:
        fresh += among(db, f"{_FIELDS} page = ? and key in", [key for where, key in places if where == page], page)
    return fresh
