"""What the library holds, in SQLite: sightings as they were told, and the papers that they merge into.

Each `add` is one transaction. A paper whose text changed is *stale* until both indexes have it, a removed one is
*leaving* until both have dropped it, so that an interrupted run is completed by the next one. Not handled here: the
indexes themselves.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations, islice
from pathlib import Path

from rag.catalogue import duplicates, identity, rows, schema
from rag.catalogue.duplicates import Duplicates
from rag.catalogue.failures import mapped
from rag.catalogue.people import bearer
from rag.catalogue.regroup import Added, forget, regroup, store_sighting
from rag.catalogue.remembered import Remembered
from rag.catalogue.salvage import COLUMNS, DECISION_COLUMNS, Row
from rag.catalogue.touched import among
from rag.errors import LibraryDamaged, UnknownPaper
from rag.nouns import Paper, Sighting
from rag.text.titles import normalise_title

_BATCH = 500
"""Papers read at once."""


class Catalogue:
    """The papers of one library. Safe to use from several threads and beside other processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._remembered = Remembered()
        with mapped(self.path):
            schema.prepare(self._db)

    @property
    def _db(self) -> sqlite3.Connection:
        """This thread's connection."""
        if (db := getattr(self._local, "db", None)) is None:
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            db.execute("pragma synchronous = full")
            self._local.db = db
            self._close({thread for thread in list(self._connections) if not thread.is_alive()})
            self._connections[threading.current_thread()] = db
        connection: sqlite3.Connection = db
        return connection

    def close(self) -> None:
        """Close every connection."""
        self._close(set(self._connections))
        self._local = threading.local()

    def _close(self, threads: set[threading.Thread]) -> None:
        """Close the connections of these threads."""
        for thread in threads:
            if db := self._connections.pop(thread, None):
                db.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing, and other processes told by a new generation."""
        with mapped(self.path):
            db = self._db
            if self._rehearses():
                yield db
                return
            db.execute("begin immediate")
            before = db.total_changes
            try:
                yield db
                if db.total_changes > before:
                    db.execute(
                        "insert into meta values ('generation', '1')"
                        " on conflict do update set value = cast(value as integer) + 1"
                    )
            except BaseException:
                db.execute("rollback")
                raise
            db.execute("commit")

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Let this thread's changes within be seen by itself, then undo them all: for previews."""
        with mapped(self.path):
            db = self._db
            db.execute("begin immediate")
            self._local.rehearsing = True
            try:
                yield
            finally:
                self._local.rehearsing = False
                db.execute("rollback")

    def _rehearses(self) -> bool:
        return bool(getattr(self._local, "rehearsing", False))

    def _read(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        with mapped(self.path):
            return self._db.execute(sql, values).fetchall()

    # ------------------------------------------------------------------ adding and removing

    def add(self, sightings: Sequence[Sighting]) -> Added:
        """Store `sightings` and merge them into papers, in one transaction.

        What is returned tells of their own papers alone; others may change with them, such as one that loses a record.
        """
        latest = {(s.page, identity.sighting_key(s.record)): s for s in sightings}
        with self._write() as db:
            stored = self._stored(db, list(latest))
            same = {place for place, s in latest.items() if stored.get(place, ("",))[0] == rows.record_hash(s.record)}
            changed = [place for place in latest if place not in same]
            for page, key in changed:
                store_sighting(db, key, latest[page, key])
            touched = regroup(db, changed) if changed else Added((), (), ())
            told = {paper_id for _, paper_id in self._stored(db, list(latest)).values()}
        new, updated = ([p for p in ids if p in told] for ids in (touched.new, touched.updated))
        unchanged = told.difference(new, updated)
        return Added(tuple(new), tuple(updated), tuple(sorted(unchanged)), touched.warnings)

    def _stored(
        self, db: sqlite3.Connection, places: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[str, str]]:
        """Return (hash, paper_id) of what is already stored at each (page, key)."""
        found = {}
        for page in {page for page, _ in places}:
            keys = [key for where, key in places if where == page]
            for key, digest, paper_id in among(
                db, "select key, hash, paper_id from sightings where page = ? and key in", keys, page
            ):
                found[page, key] = (digest, paper_id)
        return found

    def remove(self, paper_ids: Iterable[str]) -> tuple[list[str], list[str]]:
        """Forget papers by id or alias; return (removed, unknown) ids. The indexes drop them when next synchronised."""
        removed, unknown = [], []
        with self._write() as db:
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
        found = self._read("select receipt from files where page = ? and digest = ?", page, digest)
        if not found:
            return None
        held = self._read("select distinct paper_id from sightings where page = ? order by paper_id", page)
        return found[0][0], [paper_id for (paper_id,) in held]

    def remember(self, page: str, digest: str, receipt: str) -> None:
        """Note that a page's file was read to its end; forgotten as soon as a sighting of that page comes or goes."""
        with self._write() as db:
            db.execute("insert or replace into files values (?, ?, ?)", (page, digest, receipt))

    def restore(self, found: Iterable[Row], decisions: Sequence[Row] = ()) -> int:
        """Store rows of `sightings` and `decisions` that were saved from a damaged file; return how many sightings.

        Papers keep their ids. A sighting that is no longer what its hash says is left out.
        """
        with self._write() as db:
            db.executemany(f"insert into decisions ({DECISION_COLUMNS}) values (?, ?, ?, ?)", decisions)
        kept, whole = 0, (row for row in found if rows.is_whole(row[3], row[-1]))
        while batch := list(islice(whole, _BATCH)):
            with self._write() as db:
                marks = ", ".join("?" * len(batch[0]))
                db.executemany(f"insert or ignore into sightings ({COLUMNS}) values ({marks})", batch)
                regroup(db, [(str(row[1]), str(row[2])) for row in batch])
            kept += len(batch)
        return kept

    def is_sound(self) -> bool:
        """Return whether SQLite finds nothing wrong with the file."""
        try:
            return self._read("pragma quick_check(1)") == [("ok",)]
        except LibraryDamaged:
            return False

    def merge(self, names: Sequence[str]) -> str:
        """Make papers one, for good, by id or alias; return the id it has. UnknownPaper where there is none."""
        with self._write() as db:
            for name in names:
                if (one := self._known(names[0])) != (other := self._known(name)):
                    duplicates.unite(db, one, other)
            return self._known(names[0])

    def keep_apart(self, names: Sequence[str]) -> list[str]:
        """Keep papers apart, for good, or take back that they were merged; return their ids."""
        with self._write() as db:
            for one, other in combinations(dict.fromkeys(names), 2):
                if (ours := self._known(one)) != (theirs := self._known(other)):
                    duplicates.part(db, ours, theirs)
                else:
                    duplicates.undo(db, ours, (one, other))
            return [self._known(name) for name in dict.fromkeys(names)]

    def duplicates(self) -> list[Duplicates]:
        """Return the papers that may be one and about which nothing was decided."""
        with mapped(self.path):
            return duplicates.duplicates(self._db)

    def _known(self, name: str) -> str:
        if (paper_id := self.resolve(name)) is None:
            raise UnknownPaper(f"No paper has the id {name}. List the ids with: abstract-qa papers")
        return paper_id

    # ------------------------------------------------------------------ reading

    def resolve(self, name: str) -> str | None:
        """Return the `paper_id` that `name` is, or is an alias of."""
        found = self._read("select paper_id from papers where paper_id = ?", name) or self._read(
            "select paper_id from aliases where alias = ?", name
        )
        return found[0][0] if found else None

    def held(self, paper_ids: Iterable[str]) -> set[str]:
        """Return those of `paper_ids` that are papers' here."""
        with mapped(self.path):
            return {row[0] for row in among(self._db, "select paper_id from papers where paper_id in", list(paper_ids))}

    def get(self, paper_ids: Sequence[str]) -> dict[str, Paper]:
        """Return the papers with these ids; ids of no paper are left out."""
        with mapped(self.path):
            found = among(self._db, "select paper_id, body from papers where paper_id in", list(paper_ids))
            return {paper_id: rows.paper_from_text(body) for paper_id, body in found}

    def __iter__(self) -> Iterator[Paper]:
        """Yield every paper, in the order they were first added."""
        last = 0
        while batch := self._read(
            f"select number, body from papers where number > ? order by number limit {_BATCH}", last
        ):
            for number, body in batch:
                last = int(number)
                yield rows.paper_from_text(body)

    def __len__(self) -> int:
        return int(self._read("select count(*) from papers")[0][0])

    def wanted(self) -> set[str]:
        """Return the ids of the papers of which nothing but an id is known, so that nothing can be found in them."""
        return {paper_id for (paper_id,) in self._read("select paper_id from papers where text_hash = ''")}

    def readable(self) -> int:
        """Return how many papers have a title or an abstract."""
        return len(self) - len(self.wanted())

    def undated(self) -> int:
        """Return how many readable papers have no date."""
        count = "select count(*) from papers where date is null"
        return int(self._read(count)[0][0]) - int(self._read(f"{count} and text_hash = ''")[0][0])

    def select(self, where: str, values: Sequence[object]) -> frozenset[str]:
        """Return the ids of the readable papers that satisfy an SQL condition over the columns of `papers`."""

        def read() -> frozenset[str]:
            # One JSON array: SQLite takes twice the time to hand out a row for each of 40,000 ids.
            ((told,),) = self._read(f"select json_group_array(paper_id) from papers where {where}", *values)
            return frozenset(json.loads(told)) - self.wanted()

        return read() if self._rehearses() else self._remembered.get((where, *values), self.generation(), read)

    def titled(self, title: str) -> Paper | None:
        """Return the one paper with this title, in any case and punctuation; None where none or several have it."""
        found = self._read("select distinct paper_id from sightings where title_key = ?", normalise_title(title))
        return self.get(found[0])[found[0][0]] if len(found) == 1 else None

    def last_number(self) -> int:
        """Return the number of the paper added last; numbers only grow."""
        return int(self._read("select coalesce(max(number), 0) from papers")[0][0])

    def latest(self) -> list[str]:
        """Return the ids of the papers that came with the last `add` that brought any."""
        after = int(self.meta("latest") or 0)
        return [paper_id for (paper_id,) in self._read("select paper_id from papers where number > ?", after)]

    def bearer(self, said: str) -> tuple[str, str] | None:
        """Return ("organisation" or "author", name as written) of who is meant by a name in a question."""
        return bearer(self._read, said)

    def count(self, field: str) -> int:
        """Return how many papers have a value in `field`."""
        return int(
            self._read("select count(*) from papers where json_extract(body, ?) is not null", f"$.{field}")[0][0]
        )

    def sightings(self, paper_id: str) -> list[Sighting]:
        """Return where a paper was seen and what was told there, newest first."""
        found = self._read("select body from sightings where paper_id = ? order by id desc", paper_id)
        return [rows.sighting_from_text(body) for (body,) in found]

    def pages(self) -> dict[str, int]:
        """Return how many papers each page holds."""

        def read() -> tuple[tuple[str, int], ...]:
            found = self._read("select page, count(distinct paper_id) from sightings group by page order by page")
            return tuple((page, int(count)) for page, count in found)

        return dict(read() if self._rehearses() else self._remembered.get("pages", self.generation(), read))

    # ------------------------------------------------------------------ keeping the indexes in step

    def generation(self) -> int:
        """Return a number that grows with every change, whoever made it."""
        return int(self.meta("generation") or 0)

    def meta(self, key: str) -> str | None:
        """Return a stored value."""
        found = self._read("select value from meta where key = ?", key)
        return found[0][0] if found else None

    def set_meta(self, key: str, value: str) -> None:
        """Store a value."""
        with self._write() as db:
            db.execute("insert or replace into meta values (?, ?)", (key, value))

    def stale(self, limit: int, after: int = 0) -> list[tuple[int, Paper]]:
        """Return up to `limit` papers whose text the indexes do not have yet, by their number, from `after` on."""
        found = self._read(
            "select number, body from papers"
            " where text_hash <> '' and indexed_hash is not text_hash and number > ? order by number limit ?",
            after,
            limit,
        )
        return [(int(number), rows.paper_from_text(body)) for number, body in found]

    def count_stale(self) -> int:
        """Return how many papers the indexes do not have yet."""
        return int(
            self._read("select count(*) from papers where text_hash <> '' and indexed_hash is not text_hash")[0][0]
        )

    def indexed(self) -> set[str]:
        """Return the ids of all papers that the vectors hold: those indexed, and those not yet dropped."""
        return {*self.select("indexed_hash is text_hash", ()), *self.leaving()}

    def leaving(self) -> list[str]:
        """Return the ids of papers that are gone from here and not yet from the indexes."""
        return [paper_id for (paper_id,) in self._read("select paper_id from leaving order by paper_id")]

    def vectors(self) -> str | None:
        """Return the name of the vectors that belong to this catalogue; None: there are none yet."""
        return self.meta("vectors")

    def mark_indexed(self, papers: Sequence[Paper], left: Sequence[str], vectors: str) -> None:
        """Note that the words and `vectors` hold `papers` with this very text, and no longer hold `left`."""
        with self._write() as db:
            db.executemany(
                "update papers set indexed_hash = ?1 where paper_id = ?2 and text_hash = ?1",
                [(rows.text_hash(p), p.paper_id) for p in papers],
            )
            db.executemany("delete from leaving where paper_id = ?", [(paper_id,) for paper_id in left])
            db.execute("insert or replace into meta values ('vectors', ?)", (vectors,))

    def mark_all_stale(self) -> None:
        """Note that the indexes hold nothing, so that the next synchronisation builds them anew."""
        with self._write() as db:
            db.execute("update papers set indexed_hash = null")
            db.execute("delete from leaving")
            db.execute("delete from meta where key = 'vectors'")
