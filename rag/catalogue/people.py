"""Who papers are by, and by which parts of a name they are found: authors, family names, organisations, counted.

Written with the papers, in the same transaction. Not handled: two people of one name, initials.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from rag.base.text.titles import normalise_title
from rag.nouns import Paper

_SHORTEST_SURNAME = 3
"""Letters; shorter ones are too often other words."""

Name = tuple[str, str, str]
"""(key, kind, name as written); a kind is "author", "surname" or "organisation"."""


def name_key(name: str) -> str:
    """Return the key by which names of people are compared; empty for one of signs alone."""
    return normalise_title(name)


def surname_key(name: str) -> str:
    """Return the key of the last word of an author's name; empty where it is too short to name anyone."""
    surname = name_key(name).rpartition(" ")[2]
    return surname if len(surname) >= _SHORTEST_SURNAME else ""


def recount(db: sqlite3.Connection, before: Paper | None, after: Paper | None) -> None:
    """Count the names of a paper as it is now in the place of those it had."""
    old, new = (set(_names(paper)) if paper else set() for paper in (before, after))
    _add(db, new - old, 1)
    _add(db, old - new, -1)
    db.executemany("delete from people where key = ? and kind = ? and name = ? and papers < 1", old - new)


def bearer(read: Callable[..., list[tuple[str, ...]]], said: str) -> tuple[str, str] | None:
    """Return (organisation or author, name as written) of who is meant by `said`; a surname means all who bear it."""
    if not (key := name_key(said)):
        return None
    found: dict[str, list[str]] = {}
    for kind, name in read("select kind, name from people where key = ? order by name limit 1000", key):
        found.setdefault(kind, []).append(name)
    for kind in ("organisation", "author"):
        if kind in found:
            return kind, found[kind][-1]
    if not (bearers := found.get("surname")):
        return None
    return "author", bearers[0] if len(bearers) == 1 else bearers[0].split()[-1]


def _add(db: sqlite3.Connection, names: set[Name], by: int) -> None:
    db.executemany(
        f"insert into people values (?, ?, ?, {by}) on conflict do update set papers = papers + excluded.papers", names
    )


def _names(paper: Paper) -> Iterator[Name]:
    told = [(name_key(name), "author", name) for name in paper.authors]
    told += [(surname_key(name), "surname", name) for name in paper.authors]
    told += [(name_key(paper.organisation), "organisation", paper.organisation)] if paper.organisation else []
    yield from (name for name in told if name[0])
