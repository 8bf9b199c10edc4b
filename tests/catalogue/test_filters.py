"""Whom a filter lets through, and of whom it is not known whether it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters
from tests.catalogue.test_identity import FISH_TYPO, STARS, seen

OF_HIVE = Filters(since="2024", organisation="Hive")


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    opened = Catalogue(tmp_path / "library.db")
    opened.add(
        [
            seen("a", "Fish", own_id="1", date="2024-05-01", organisation="Hive"),
            seen("a", "Perch", FISH_TYPO, own_id="2", date="2020", organisation="Hive"),
            seen("b", "Stars", STARS, own_id="3"),
        ]
    )
    return opened


def test_what_lacks_two_fields_that_are_asked_for_is_unknown_by_both(catalogue: Catalogue) -> None:
    assert OF_HIVE.allowed(catalogue) == {"1"}
    assert OF_HIVE.unknown(catalogue) == {"date": 1, "organisation": 1}
    assert Filters(excluding=(OF_HIVE,)).allowed(catalogue) == {"2"}


def test_a_paper_that_passes_by_an_alternative_lacks_nothing(catalogue: Catalogue) -> None:
    either = Filters(either=((Filters(since="2024"), Filters(mentions=("variable star",))),))
    assert either.allowed(catalogue) == {"1", "3"}
    assert either.unknown(catalogue) == {"date": 0}


def test_the_undated_are_those_that_meet_everything_else(catalogue: Catalogue) -> None:
    assert Filters().undated(catalogue) == Filters(since="2024").undated(catalogue) == 1
    assert Filters(page="b").undated(catalogue) == 1
    assert Filters(organisation="Hive").undated(catalogue) == 0
    assert Filters(without=("date",)).undated(catalogue) == 0
