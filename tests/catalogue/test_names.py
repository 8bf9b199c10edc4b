"""Whom papers are by, as a question names them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.catalogue import Catalogue
from rag.catalogue.names import recount
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
    assert catalogue.names.bearer("ida ekstrom") == ("author", "Ida Ekström")
    assert catalogue.names.bearer("HIVE LAB") == ("organisation", "Hive Lab")
    assert catalogue.names.bearer("nobody") is None
    assert catalogue.names.bearer("…") is None


def test_a_surname_names_the_one_author_who_has_it_or_all_who_do(catalogue: Catalogue) -> None:
    assert catalogue.names.bearer("Ekström") == ("author", "Ida Ekström")
    assert catalogue.names.bearer("Marsh") == ("author", "Marsh")  # Ann and Carl
    assert catalogue.names.bearer("Li") is None  # too short to be told from a word
    catalogue.remove(["c"])
    assert catalogue.names.bearer("Marsh") == ("author", "Ann Marsh")


def test_a_name_goes_with_its_last_paper(catalogue: Catalogue) -> None:
    catalogue.remove(["a"])
    assert catalogue.names.bearer("Ida Ekström") == ("author", "Ida Ekström")
    catalogue.add([told("b", "Ann Marsh")])  # an edit
    assert catalogue.names.bearer("Ida Ekström") is None
    assert catalogue.names.bearer("Hive Lab") is None


@pytest.mark.parametrize(
    "older",
    [
        "drop table names; drop table people; drop index sightings_page; pragma user_version = 4;",
        "drop table names; pragma user_version = 5;",
    ],
)
def test_an_older_library_gets_the_same_names(catalogue: Catalogue, tmp_path: Path, older: str) -> None:
    catalogue.add(
        [Sighting("page", Format.JSONL, Record("WaxSense: Bees", "We ask GPT-4.", own_id="d"), "page.jsonl", 1)]
    )
    before = people(tmp_path), catalogue.names.papers("waxsense", in_title=True), catalogue.names.papers("gpt4")
    assert before[1:] == (("d",), ("d",))
    catalogue.close()
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        db.executescript(older)
    catalogue = Catalogue(tmp_path / "library.db")
    assert (people(tmp_path), *(catalogue.names.papers(name) for name in ("waxsense", "gpt4"))) == before
    assert catalogue.names.papers("gpt4", in_title=True) == ()
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        assert db.execute("pragma user_version").fetchone() == (VERSION,)
        for paper in catalogue:
            recount(db, paper, None)
        assert db.execute("select key from people union select name from names").fetchall() == []


def people(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "library.db")) as db:
        return db.execute("select * from people order by 1, 2, 3").fetchall()
