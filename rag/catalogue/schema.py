"""The tables of `library.db`, their version, and how an older file becomes a newer one.

Version 2 keeps the vectors in sealed snapshots (see `rag.index.snapshots`), gives every library an id of its own,
and answers date filters from an index alone. Version 3 remembers what a person decided about possible duplicates, and
keeps papers of which nothing but an id is known (their `text_hash` is empty) out of both indexes. Version 4 remembers
the files that were read and of which nothing has changed since, so that reading them again takes no time. Version 5
keeps the names of those whom papers are by, and counts the papers of a page from an index alone. Version 6 keeps the
names that papers tell, which lay in a file of their own.
"""

from __future__ import annotations

import sqlite3

from rag.base.errors import LibraryTooNew
from rag.catalogue.names import recount
from rag.catalogue.rows import paper_from_text

VERSION = 6

TABLES = """
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists sightings (
    id integer primary key, paper_id text not null, page text not null, key text not null, hash text not null,
    own_id text, arxiv_id text, title_key text, body text not null, unique (page, key)
);
create index if not exists sightings_paper on sightings (paper_id);
create index if not exists sightings_own on sightings (own_id) where own_id is not null;
create index if not exists sightings_arxiv on sightings (arxiv_id) where arxiv_id is not null;
create index if not exists sightings_title on sightings (title_key) where title_key is not null;
create index if not exists sightings_page on sightings (page, paper_id);
create table if not exists papers (
    number integer primary key, paper_id text not null unique, title text not null, date text, author_count integer,
    doubt text, text_hash text not null, indexed_hash text, body text not null
);
create index if not exists papers_date on papers (date, paper_id);
create index if not exists papers_stale on papers (number) where text_hash <> '' and indexed_hash is not text_hash;
create index if not exists papers_wanted on papers (paper_id) where text_hash = '';
create table if not exists aliases (alias text primary key, paper_id text not null) without rowid;
create index if not exists aliases_paper on aliases (paper_id);
create table if not exists leaving (paper_id text primary key) without rowid;
create table if not exists decisions (
    number integer primary key, verdict text not null, one text not null, other text not null, names text not null
);
create table if not exists files (page text primary key, digest text not null, receipt text not null) without rowid;
create trigger if not exists files_gain after insert on sightings
    begin delete from files where page = new.page; end;
create trigger if not exists files_lose after delete on sightings
    begin delete from files where page = old.page; end;
create table if not exists people (
    key text not null, kind text not null, name text not null, papers integer not null, primary key (key, kind, name)
) without rowid;
create table if not exists names (
    name text not null, paper_id text not null, in_title integer not null, primary key (name, paper_id)
) without rowid;
create index if not exists names_paper on names (paper_id);
insert or ignore into meta values ('library', lower(hex(randomblob(8))));
delete from people;
delete from names;
"""
"""Names are told anew by the papers; what else is derived is built anew by the next use."""
_BEFORE = {
    1: """
delete from meta where key = 'embedder';
delete from leaving;
update papers set indexed_hash = null;
drop index papers_date;
""",
    2: """
drop index papers_stale;
update papers set text_hash = '', indexed_hash = null
    where title = '' and coalesce(json_extract(body, '$.abstract'), '') = '';
insert or ignore into leaving select paper_id from papers where text_hash = '';
""",
}
"""What a file of each older version is rid of before it gets the tables that it lacks."""


def prepare(db: sqlite3.Connection) -> None:
    """Create the tables in an empty file, bring an older file up to date, refuse a newer one."""
    if _older_version(db) == VERSION:
        return
    db.execute("pragma journal_mode = wal")
    db.execute("begin immediate")
    try:
        version = _older_version(db)  # another process may have been quicker
        for step in (*(step for older, step in _BEFORE.items() if 0 < version <= older), TABLES):
            for statement in step.split(";\n"):  # executescript would end the transaction
                db.execute(statement)
        for (body,) in db.execute("select body from papers"):
            recount(db, None, paper_from_text(body))
        db.execute(f"pragma user_version = {VERSION}")
    except BaseException:
        db.execute("rollback")
        raise
    db.execute("commit")


def _older_version(db: sqlite3.Connection) -> int:
    """Return the file's version (0: an empty file), or raise LibraryTooNew."""
    version = int(db.execute("pragma user_version").fetchone()[0])
    if version > VERSION:
        raise LibraryTooNew(
            f"This library has format {version}, and this program reads up to {VERSION}: update the program."
        )
    return version
