"""Whom papers are by, as a question names them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.catalogue import Catalogue
from rag.catalogue.people import recount
from rag.catalogue.schema import VERSION
from rag.nouns import Format, Record, Sighting


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    opened = Catalogue(tmp_path / "library.db")
    opened.add([told("a", "Ida Ekström", "Bo Li"), told("b", "Ida Ekström", "Ann Marsh", organisation="Hive Lab")])
    opened.add([told("c", "Carl Marsh", "…")])
    return opened


def told(name: str, *authors: str, organisation: str | None = None) -> Sighting:
    record = Record(own_id=name, title=f"Paper {name}", abstract="Bees.", authors=authors, organisation=organisation)
    return Sighting("page", Format.JSONL, record, "page.jsonl", 1)


def test_a_name_is_found_in_any_case_and_accent(catalogue: Catalogue) -> None:
    assert catalogue.bearer("ida ekstrom") == ("author", "Ida Ekström")
    assert catalogue.bearer("HIVE LAB") == ("organisation", "Hive Lab")
    assert catalogue.bearer("nobody") is None
    assert catalogue.bearer("…") is None


def test_a_surname_names_the_one_author_who_has_it_or_all_who_do(catalogue: Catalogue) -> None:
    assert catalogue.bearer("Ekström") == ("author", "Ida Ekström")
    assert catalogue.bearer("Marsh") == ("author", "Marsh")  # Ann and Carl
    assert catalogue.bearer("Li") is None  # too short to be told from a word
    catalogue.remove(["c"])
    assert catalogue.bearer("Marsh") == ("author", "Ann Marsh")


def test_a_name_goes_with_its_last_paper(catalogue: Catalogue) -> None:
    catalogue.remove(["a"])
    assert catalogue.bearer("Ida Ekström") == ("author", "Ida Ekström")
    catalogue.add([told("b", "Ann Marsh")])  # an edit
    assert catalogue.bearer("Ida Ekström") is None
    assert catalogue.bearer("Hive Lab") is None


def test_an_older_library_gets_the_same_names(catalogue: Catalogue, tmp_path: Path) -> None:
    before = people(tmp_path)
    catalogue.close()
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        db.executescript("drop table people; drop index sightings_page; pragma user_version = 4;")
    catalogue = Catalogue(tmp_path / "library.db")
    assert people(tmp_path) == before
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        assert db.execute("pragma user_version").fetchone() == (VERSION,)
        for paper in catalogue:
            recount(db, paper, None)
        assert db.execute("select * from people").fetchall() == []


def people(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "library.db")) as db:
        return db.execute("select * from people order by 1, 2, 3").fetchall()
