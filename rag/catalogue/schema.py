"""The tables of `library.db`, their version, and how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3

from rag.errors import LibraryTooNew

VERSION = 1

TABLES = """
create table meta (key text primary key, value text not null) without rowid;
create table sightings (
    id integer primary key,
    paper_id text not null,
    page text not null,
    key text not null,
    hash text not null,
    own_id text,
    arxiv_id text,
    title_key text,
    body text not null,
    unique (page, key)
);
create index sightings_paper on sightings (paper_id);
create index sightings_own on sightings (own_id) where own_id is not null;
create index sightings_arxiv on sightings (arxiv_id) where arxiv_id is not null;
create index sightings_title on sightings (title_key) where title_key is not null;
create table papers (
    number integer primary key,
    paper_id text not null unique,
    title text not null,
    date text,
    author_count integer,
    doubt text,
    text_hash text not null,
    indexed_hash text,
    body text not null
);
create index papers_date on papers (date);
create index papers_stale on papers (number) where indexed_hash is not text_hash;
create table aliases (alias text primary key, paper_id text not null) without rowid;
create index aliases_paper on aliases (paper_id);
create table leaving (paper_id text primary key) without rowid;
"""


def prepare(db: sqlite3.Connection) -> None:
    """Create the tables in an empty file, bring an older file up to date, refuse a newer one."""
    (version,) = db.execute("pragma user_version").fetchone()
    if version > VERSION:
        raise LibraryTooNew(
            f"This library has format {version}, and this program reads up to {VERSION}: update the program."
        )
    if version == 0:
        db.executescript(f"begin immediate; {TABLES} pragma user_version = {VERSION}; commit;")
