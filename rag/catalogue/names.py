"""By which names papers are found: those of authors and organisations, and those that titles and abstracts tell.

Written with the papers, in the same transaction. Not handled: two people of one name, initials, more than one slip in
a name.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from string import ascii_lowercase

from rag.base.text.names import LONGEST, names_in
from rag.base.text.titles import normalise_title
from rag.nouns import Paper

_SHORTEST_SURNAME = 3
"""Letters; shorter ones are too often other words."""
_LEAST_MISSPELT = 5
"""Letters of a name from which one slip is forgiven."""

Person = tuple[str, str, str]
"""(key, kind, name as written); a kind is "author", "surname" or "organisation"."""


class Names:
    """The names of one library, read from its catalogue."""

    def __init__(self, read: Callable[..., list[tuple[str, ...]]]) -> None:
        self._read = read

    def bearer(self, said: str) -> tuple[str, str] | None:
        """Return ("organisation" or "author", name as written) of who is meant by a name in a question.

        A surname means all who bear it.
        """
        if not (key := normalise_title(said)):
            return None
        found: dict[str, list[str]] = {}
        for kind, name in self._read("select kind, name from people where key = ? order by name limit 1000", key):
            found.setdefault(kind, []).append(name)
        for kind in ("organisation", "author"):
            if kind in found:
                return kind, found[kind][-1]
        if not (bearers := found.get("surname")):
            return None
        return "author", bearers[0] if len(bearers) == 1 else bearers[0].split()[-1]

    def papers(self, name: str, *, in_title: bool = False) -> tuple[str, ...]:
        """Return the ids of the papers with this folded name, in their titles where that is asked."""
        sql = "select paper_id from names where name = ? and in_title >= ? order by paper_id"
        return tuple(paper_id for (paper_id,) in self._read(sql, name, int(in_title)))

    def near(self, name: str) -> str | None:
        """Return the one name a slip away from this folded one: a letter more, less, another, or two exchanged."""
        if not _LEAST_MISSPELT <= len(name) <= LONGEST:
            return None
        near = json.dumps([other for other in slips(name) if other[0] == name[0]])
        found = self._read("select distinct name from names where name in (select value from json_each(?))", near)
        return found[0][0] if len(found) == 1 else None


def _surname(name: str) -> str:
    """Return the key of the last word of an author's name; empty where it is too short to name anyone."""
    surname = normalise_title(name).rpartition(" ")[2]
    return surname if len(surname) >= _SHORTEST_SURNAME else ""


def recount(db: sqlite3.Connection, before: Paper | None, after: Paper | None) -> None:
    """Count the people of a paper, and note the names that it tells, as it is now in the place of how it was."""
    old, new = (set(_people(paper)) if paper else set() for paper in (before, after))
    for people, by in ((new - old, 1), (old - new, -1)):
        count = f"insert into people values (?, ?, ?, {by}) on conflict do update set papers = papers + excluded.papers"
        db.executemany(count, people)
    db.executemany("delete from people where key = ? and kind = ? and name = ? and papers < 1", old - new)
    if before:
        db.execute("delete from names where paper_id = ?", (before.paper_id,))
    if after:
        titled, told = names_in(after.title, ""), names_in(after.title, after.abstract)
        rows = ((name, after.paper_id, int(name in titled)) for name in sorted(told))
        db.executemany("insert into names values (?, ?, ?)", rows)


def _people(paper: Paper) -> Iterator[Person]:
    told = [(normalise_title(name), "author", name) for name in paper.authors]
    told += [(_surname(name), "surname", name) for name in paper.authors]
    told += [(normalise_title(paper.organisation), "organisation", paper.organisation)] if paper.organisation else []
    yield from (name for name in told if name[0])


def slips(name: str) -> set[str]:
    """Return what one edit makes of a name: a letter more, less or another, or two exchanged (Damerau, 1964).

    Digits are never slips: GPT-3 and GPT-4 are two names.
    """
    halves = [(name[:place], name[place:]) for place in range(len(name) + 1)]
    made = {head + tail[1:] for head, tail in halves if tail}
    made |= {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    made |= {head + letter + rest for head, tail in halves for letter in ascii_lowercase for rest in (tail, tail[1:])}
    digits = [*filter(str.isdigit, name)]
    return {other for other in made if other != name and [*filter(str.isdigit, other)] == digits}
