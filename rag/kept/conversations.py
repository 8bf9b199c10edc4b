"""What people asked and kept: conversations turn by turn, and answers kept with a note, apart for each person.

They lie in a file of their own beside the catalogue, for they are people's, and nothing follows from them: neither a
repair of the catalogue nor an `add` that goes on for minutes touches them. SQLite's own lock is enough, since every
change is one short transaction; one that was acknowledged survives the death of its process. A turn is a row, so that
two windows which go on with one conversation lose nothing. Not handled: what a turn's body holds; it is text here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rag.base.errors import LibraryDamaged, LibraryTooNew, UsageError
from rag.catalogue.damage import lenient_connection, readable_rows, set_aside
from rag.catalogue.database import mapped

FILE = "conversations.db"
LONGEST_TITLE = 200
LONGEST_NOTE = 10_000
LARGEST_BODY = 5_000_000
"""Characters of a turn's body; a longer one cannot be one of ours, and is not read."""
MOST_LISTED = 200
"""Conversations listed at once, the latest; older ones are searched for."""
_VERSION = 1
_TABLES = f"""
begin immediate;
create table if not exists conversations (
    number integer primary key, id text not null unique, owner text not null, title text not null, touched text not null
);
create index if not exists conversations_latest on conversations (owner, touched);
create table if not exists turns (
    number integer primary key, id text not null unique, conversation text not null, question text not null,
    words text not null, body text not null
);
create index if not exists turns_of on turns (conversation, number);
create table if not exists kept (
    number integer primary key, owner text not null, turn text not null, conversation text not null,
    question text not null, body text not null, note text not null, at text not null, unique (owner, turn)
);
pragma user_version = {_VERSION};
commit;
"""
_COLUMNS = {
    "conversations": "id, owner, title, touched",
    "turns": "id, conversation, question, words, body",
    "kept": "owner, turn, conversation, question, body, note, at",
}


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question with what became of it: `words` are what a search looks at, `body` is text of the caller's making."""

    id: str
    question: str
    words: str
    body: str


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation in the list: `title` is the first question unless it was named, `touched` ISO format, UTC."""

    id: str
    title: str
    touched: str
    turns: int


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """An answer that was kept `at` a time (ISO format, UTC), with a note; its conversation may be gone."""

    id: str
    conversation: str
    question: str
    body: str
    note: str
    at: str


class Conversations:
    """The conversations in a folder. `owner` is the name by which a person signed in, empty where nobody does.

    `lasting` is false where the folder is a copy that goes when the library is closed. Every method raises WorkFailed
    or LibraryDamaged where SQLite fails. Safe to use from several threads and processes.
    """

    def __init__(self, folder: Path, *, lasting: bool = True) -> None:
        self._path, self.lasting = folder / FILE, lasting

    def put(self, owner: str, conversation: str, turns: Sequence[StoredTurn], replaces: Sequence[str] = ()) -> None:
        """Append turns, or change those that are there, and take away those that they replace.

        UsageError where the conversation is another person's.
        """
        with self._writing() as do:
            claimed = do(
                "insert into conversations (id, owner, title, touched) values (?, ?, '', ?) on conflict (id)"
                " do update set touched = excluded.touched where owner = excluded.owner",
                conversation, owner, _now("microseconds"),
            )  # fmt: skip
            if not claimed.rowcount:
                raise UsageError("This conversation is another person's. Begin a new one.")
            for turn in turns:
                do(
                    "insert into turns (id, conversation, question, words, body) values (?, ?, ?, ?, ?)"
                    " on conflict (id) do update set question = excluded.question, words = excluded.words,"
                    " body = excluded.body where conversation = excluded.conversation",
                    turn.id, conversation, turn.question, turn.words.casefold(), turn.body,
                )  # fmt: skip
                do("update kept set body = ? where owner = ? and turn = ?", turn.body, owner, turn.id)
            for gone in replaces:
                do("delete from turns where id = ? and conversation = ?", gone, conversation)

    def turns(self, owner: str, conversation: str) -> tuple[StoredTurn, ...]:
        """Return the turns of a conversation, oldest first; none where it is not there, or another person's."""
        rows = self._read(
            "select t.id, t.question, t.words, substr(t.body, 1, ?) from turns t join conversations c"
            " on c.id = t.conversation where c.owner = ? and c.id = ? order by t.number",
            LARGEST_BODY, owner, conversation,
        )  # fmt: skip
        return tuple(StoredTurn(*row) for row in rows)

    def conversation_of(self, owner: str, turn: str) -> str | None:
        """Return the conversation that holds a turn; None where it is not there, or another person's."""
        held = "select c.id from turns t join conversations c on c.id = t.conversation where c.owner = ? and t.id = ?"
        rows = self._read(held, owner, turn)
        return rows[0][0] if rows else None

    def all(self, owner: str, search: str = "") -> tuple[ConversationSummary, ...]:
        """Return a person's conversations, the latest first: at most `MOST_LISTED`, with every word of `search`."""
        words = search.casefold().split()
        told = (
            " and (instr(fold(c.title), ?) or"
            " exists (select 1 from turns where conversation = c.id and instr(words, ?)))"
        )
        rows = self._read(
            "select c.id, case when c.title <> '' then c.title else (select question from turns"
            " where conversation = c.id order by number limit 1) end, c.touched,"
            " (select count(*) from turns where conversation = c.id) as size from conversations c"
            f" where c.owner = ? and size > 0{told * len(words)} order by c.touched desc, c.number desc limit ?",
            owner, *(word for word in words for _ in range(2)), MOST_LISTED,
        )  # fmt: skip
        return tuple(
            ConversationSummary(name, " ".join(title.split()), at, int(size)) for name, title, at, size in rows
        )

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Name a conversation; an empty title gives it back its first question."""
        named = " ".join(title.split())[:LONGEST_TITLE]
        with self._writing() as do:
            do("update conversations set title = ? where owner = ? and id = ?", named, owner, conversation)

    def remove(self, owner: str, conversation: str) -> None:
        """Forget a conversation; answers of it that were kept stay kept."""
        with self._writing() as do:
            if do("delete from conversations where owner = ? and id = ?", owner, conversation).rowcount:
                do("delete from turns where conversation = ?", conversation)

    def keep(self, owner: str, conversation: str, turn: StoredTurn) -> None:
        """Keep an answer, as it is now; one that is kept already keeps its note."""
        with self._writing() as do:
            do(
                "insert into kept (owner, turn, conversation, question, body, note, at) values (?, ?, ?, ?, ?, '', ?)"
                " on conflict (owner, turn) do nothing",
                owner, turn.id, conversation, turn.question, turn.body, _now("seconds"),
            )  # fmt: skip

    def let_go(self, owner: str, turn: str) -> None:
        """Keep an answer no longer; its note goes with it."""
        with self._writing() as do:
            do("delete from kept where owner = ? and turn = ?", owner, turn)

    def note(self, owner: str, turn: str, note: str) -> None:
        """Put a note to an answer that is kept; UsageError where the note is too long."""
        if len(note) > LONGEST_NOTE:
            raise UsageError(f"A note has at most {LONGEST_NOTE:,} characters, and this has {len(note):,}.")
        with self._writing() as do:
            do("update kept set note = ? where owner = ? and turn = ?", note.strip(), owner, turn)

    def kept(self, owner: str) -> tuple[KeptTurn, ...]:
        """Return the answers that a person keeps, in the order of keeping."""
        columns = "turn, conversation, question, substr(body, 1, ?), note, at"
        rows = self._read(f"select {columns} from kept where owner = ? order by number", LARGEST_BODY, owner)
        return tuple(KeptTurn(*row) for row in rows)

    def kept_ids(self, owner: str) -> frozenset[str]:
        """Return the ids of the turns whose answers a person keeps."""
        return frozenset(row[0] for row in self._read("select turn from kept where owner = ?", owner))

    def is_sound(self) -> bool:
        """Return whether SQLite finds the file whole; one that is not there is."""
        try:
            return not self._path.exists() or self._read("pragma quick_check") == [("ok",)]
        except LibraryDamaged:
            return False

    def repair(self) -> str:
        """Put what can be read of a damaged file into a new one; return what was done, nothing where it is sound."""
        if self.is_sound():
            return ""
        aside = set_aside(self._path)
        with lenient_connection(aside) as old, self._writing() as do:
            for table, columns in _COLUMNS.items():
                marks = ", ".join("?" * len(columns.split(", ")))
                with suppress(sqlite3.Error):  # nothing of this table can be read
                    for row in readable_rows(old, table, columns):
                        do(f"insert or ignore into {table} ({columns}) values ({marks})", *row)
            count = int(do("select count(*) from turns").fetchone()[0])
        return f"{count:,} questions could be saved from the damaged {FILE}, which is kept as {aside.name}. "

    def _read(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        """Return the rows of a query as text, whatever a row holds; none where nothing was stored yet."""
        if not self._path.exists():
            return []
        with self._open() as db:
            return [tuple(map(_as_text, row)) for row in db.execute(sql, values)]

    @contextmanager
    def _writing(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """One transaction, all of it or nothing: gives what does a statement with its values.

        Halves of characters, which a browser may send and SQLite does not take, become question marks.
        """
        with self._open() as db, db:
            db.execute("begin immediate")
            yield lambda sql, *values: db.execute(
                sql,
                [value.encode("utf-8", "replace").decode() if isinstance(value, str) else value for value in values],
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Give a connection of its own, the tables made where they are missing."""
        with mapped(self._path), closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as db:
            db.text_factory = lambda raw: raw.decode("utf-8", "replace")  # a damaged row must not cost the others
            db.create_function("fold", 1, lambda text: _as_text(text).casefold(), deterministic=True)
            version = db.execute("pragma user_version").fetchone()[0]
            if version > _VERSION:
                told = "was written by a later version of this program: update the program."
                raise LibraryTooNew(f"{self._path} {told}")
            if version < _VERSION:
                db.executescript(_TABLES)
            yield db


def _now(precision: str) -> str:
    return datetime.now(UTC).isoformat(timespec=precision)


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)
