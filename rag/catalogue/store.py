"""What the library holds, in SQLite: sightings as they were told, and the papers that they merge into.

Each `add` is one transaction, or a part of the one around it. A paper whose text changed is *stale* until both indexes
have it, a removed one is *leaving* until both have dropped it, so that an interrupted run is completed by the next one.
Not handled here: the indexes themselves, and connections and transactions (`database`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path

from rag.base.errors import UnknownPaper
from rag.base.text.titles import normalise_title
from rag.catalogue import duplicates, rows
from rag.catalogue.damage import Lost, faults, restore
from rag.catalogue.database import Database
from rag.catalogue.duplicates import Duplicates
from rag.catalogue.names import Names
from rag.catalogue.regroup import Added, add, forget, regroup
from rag.nouns import Paper, Sighting

_BATCH = 500
"""Papers read at once."""
_NAMED = "paper_id in (select value from json_each(?))"
_shared = lru_cache(maxsize=2_048)(rows.whole_paper)
"""A row's paper, the same object for all who read the row: conversations hold on to dozens of papers an answer."""


class Catalogue:
    """The papers of one library. Safe to use from several threads and beside other processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = db = Database(path)
        self.close, self.generation, self.once = db.close, db.generation, db.once
        self.rehearsal, self.together = db.rehearsal, db.writing
        self.names = Names(db.read)

    # ------------------------------------------------------------------ adding and removing

    def add(self, sightings: Sequence[Sighting]) -> Added:
        """Store `sightings` and merge them into papers, in one transaction.

        What is returned tells of their own papers alone; others may change with them, such as one that loses a record.
        """
        with self._db.writing() as db:
            return add(db, sightings)

    def remove(self, paper_ids: Iterable[str]) -> tuple[list[str], list[str]]:
        """Forget papers by id or alias; return (removed, unknown) ids. The indexes drop them when next synchronised."""
        removed, unknown = [], []
        with self._db.writing() as db:
            for name in paper_ids:
                paper_id = self.resolve(name)
                if paper_id is None or paper_id in removed:
                    unknown += [name] if paper_id is None else []
                    continue
                forget(db, paper_id)
                db.execute("delete from sightings where paper_id = ?", (paper_id,))
                removed.append(paper_id)
        return removed, unknown

    def receipt(self, page: str, digest: str) -> tuple[str, list[str]] | None:
        """Return what was remembered of a page's file, and its papers' ids; None unless all of it stands as it did."""
        found = self._db.read("select receipt from files where page = ? and digest = ?", page, digest)
        if not found:
            return None
        held = "select distinct paper_id from sightings where page = ? order by paper_id"
        return found[0][0], self._db.column(held, page)

    def remember(self, page: str, digest: str, receipt: str) -> None:
        """Note that a page's file was read to its end; forgotten as soon as a sighting of that page comes or goes."""
        with self._db.writing() as db:
            db.execute("insert or replace into files values (?, ?, ?)", (page, digest, receipt))

    def restore(self, damaged: Path) -> list[Lost]:
        """Store what can still be read of a damaged file; return what could not be saved. Papers keep their ids."""
        return restore(self._db, damaged)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the file and with each of its rows, in words; nothing where all is sound."""
        with self._db.reading() as db:
            yield from faults(db)

    def merge(self, names: Sequence[str]) -> str:
        """Make papers one, for good, by id or alias; return the id it has. UnknownPaper where there is none."""
        with self._db.writing() as db:
            for name in names:
                if (one := self.known(names[0])) != (other := self.known(name)):
                    regroup(db, duplicates.unite(db, one, other))
            return self.known(names[0])

    def keep_apart(self, names: Sequence[str]) -> list[str]:
        """Keep papers apart, for good, or take back that they were merged; return their ids."""
        with self._db.writing() as db:
            for one, other in combinations(dict.fromkeys(names), 2):
                if (ours := self.known(one)) != (theirs := self.known(other)):
                    regroup(db, duplicates.part(db, ours, theirs))
                else:
                    regroup(db, duplicates.undo(db, ours, (one, other)))
            return [self.known(name) for name in dict.fromkeys(names)]

    def duplicates(self) -> list[Duplicates]:
        """Return the papers that may be one and about which nothing was decided."""
        with self._db.reading() as db:
            return duplicates.duplicates(db)

    def known(self, name: str) -> str:
        """Return the `paper_id` that a name is; UnknownPaper where it is none."""
        if (paper_id := self.resolve(name)) is None:
            raise UnknownPaper(f"No paper has the id {name}. List the ids with: abstract-qa papers")
        return paper_id

    # ------------------------------------------------------------------ reading

    def resolve(self, name: str) -> str | None:
        """Return the `paper_id` that `name` is, or is an alias of."""
        found = self._db.read("select paper_id from papers where paper_id = ?", name) or self._db.read(
            "select paper_id from aliases where alias = ?", name
        )
        return found[0][0] if found else None

    def held(self, paper_ids: Iterable[str]) -> set[str]:
        """Return those of `paper_ids` that are papers' here."""
        return set(self._db.column(f"select paper_id from papers where {_NAMED}", json.dumps(list(paper_ids))))

    def get(self, paper_ids: Sequence[str]) -> dict[str, Paper]:
        """Return the papers with these ids; ids of no paper are left out."""
        sql, told = f"select paper_id, text_hash, body from papers where {_NAMED}", json.dumps(list(paper_ids))
        with self._db.reading() as db:
            return {paper_id: _shared(digest, body) for paper_id, digest, body in db.execute(sql, [told])}

    def __iter__(self) -> Iterator[Paper]:
        """Yield every paper, in the order they were first added."""
        last = 0
        sql = f"select number, text_hash, body from papers where number > ? order by number limit {_BATCH}"
        while batch := self._papers(sql, last):
            last = batch[-1][0]
            yield from (paper for _, paper in batch)

    def __len__(self) -> int:
        return self._db.number("select count(*) from papers")

    def wanted(self) -> set[str]:
        """Return the ids of the papers of which nothing but an id is known, so that nothing can be found in them."""
        return set(self._db.column("select paper_id from papers where text_hash = ''"))

    def readable(self) -> int:
        """Return how many papers have a title or an abstract."""
        return len(self) - len(self.wanted())

    def undated(self) -> int:
        """Return how many readable papers have no date."""
        count = "select count(*) from papers where date is null"
        return self._db.number(count) - self._db.number(f"{count} and text_hash = ''")

    def select(self, where: str, values: Sequence[object]) -> frozenset[str]:
        """Return the ids of the readable papers that satisfy an SQL condition over the columns of `papers`."""

        def read() -> frozenset[str]:
            # One JSON array: SQLite takes twice the time to hand out a row for each of 40,000 ids.
            ((told,),) = self._db.read(f"select json_group_array(paper_id) from papers where {where}", *values)
            return frozenset(json.loads(told)) - self.wanted()

        return self._db.once((where, *values), read)

    def titled(self, title: str) -> Paper | None:
        """Return the one paper with this title, in any case and punctuation; None where none or several have it."""
        found = self._db.read("select distinct paper_id from sightings where title_key = ?", normalise_title(title))
        return self.get(found[0])[found[0][0]] if len(found) == 1 else None

    def last_number(self) -> int:
        """Return the number of the paper added last; numbers only grow."""
        return self._db.number("select coalesce(max(number), 0) from papers")

    def latest(self) -> list[str]:
        """Return the ids of the papers that came with the last `add` that brought any."""
        return self.since(self._db.noted("latest"))

    def since(self, number: int) -> list[str]:
        """Return the ids of the papers added after the one of that number."""
        return self._db.column("select paper_id from papers where number > ?", number)

    def count(self, field: str) -> int:
        """Return how many papers have a value in `field`."""
        return self._db.number("select count(*) from papers where json_extract(body, ?) is not null", f"$.{field}")

    def sightings(self, paper_id: str) -> list[Sighting]:
        """Return where a paper was seen and what was told there, newest first."""
        with self._db.reading() as db:
            found = db.execute("select body from sightings where paper_id = ? order by id desc", (paper_id,))
            return [rows.sighting_from_text(body) for (body,) in found]

    def pages(self) -> dict[str, int]:
        """Return how many papers each page holds."""

        def read() -> tuple[tuple[str, int], ...]:
            found = self._db.read("select page, count(distinct paper_id) from sightings group by page order by page")
            return tuple((page, int(count)) for page, count in found)

        return dict(self._db.once("pages", read))

    def _papers(self, sql: str, after: int, *values: object) -> list[tuple[int, Paper]]:
        """Return the papers of a query for `number, text_hash, body`, by their numbers, all `after` one.

        In a damaged file they may come in circles: LibraryDamaged.
        """
        with self._db.reading() as db:
            found = [(n, rows.whole_paper(digest, body)) for n, digest, body in db.execute(sql, (after, *values))]
            if any(one >= other for one, other in pairwise([after, *(number for number, _ in found)])):
                raise rows.Unreadable("papers that do not come in their order")
            return found

    # ------------------------------------------------------------------ keeping the indexes in step

    def meta(self, key: str) -> str | None:
        """Return a stored value."""
        found = self._db.read("select value from meta where key = ?", key)
        return found[0][0] if found else None

    def set_meta(self, key: str, value: str) -> None:
        """Store a value."""
        with self._db.writing() as db:
            db.execute("insert or replace into meta values (?, ?)", (key, value))

    def stale(self, limit: int, after: int = 0) -> list[tuple[int, Paper]]:
        """Return up to `limit` papers whose text the indexes do not have yet, by their number, from `after` on."""
        sql = (
            "select number, text_hash, body from papers"
            " where text_hash <> '' and indexed_hash is not text_hash and number > ? order by number limit ?"
        )
        return self._papers(sql, after, limit)

    def count_stale(self) -> int:
        """Return how many papers the indexes do not have yet."""
        return self._db.number("select count(*) from papers where text_hash <> '' and indexed_hash is not text_hash")

    def indexed(self) -> set[str]:
        """Return the ids of all papers that the vectors hold: those indexed, and those not yet dropped."""
        return {*self.select("indexed_hash is text_hash", ()), *self.leaving()}

    def leaving(self) -> list[str]:
        """Return the ids of papers that are gone from here and not yet from the indexes."""
        return self._db.column("select paper_id from leaving order by paper_id")

    def mark_indexed(self, papers: Sequence[Paper], left: Sequence[str], vectors: str) -> None:
        """Note that the words and `vectors` hold `papers` with this very text, and no longer hold `left`."""
        with self._db.writing() as db:
            db.executemany(
                "update papers set indexed_hash = ?1 where paper_id = ?2 and text_hash = ?1",
                [(rows.text_hash(p), p.paper_id) for p in papers],
            )
            db.executemany("delete from leaving where paper_id = ?", [(paper_id,) for paper_id in left])
            db.execute("insert or replace into meta values ('vectors', ?)", (vectors,))

    def mark_all_stale(self) -> None:
        """Note that the indexes hold nothing, of no embedder, so that the next synchronisation builds them anew."""
        with self._db.writing() as db:
            db.execute("update papers set indexed_hash = null")
            db.execute("delete from leaving")
            db.execute("delete from meta where key in ('vectors', 'embedder')")
