"""Authors as files write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.intake.formats.authors import people


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Smith, J.; Doe, K.", ("J. Smith", "K. Doe")),
        ("Roe, R.", ("R. Roe",)),
        ("Roe, Richard", ("Richard Roe",)),
        ("Smith, J., Doe, K. L., Roe, R.-M.", ("J. Smith", "K. L. Doe", "R.-M. Roe")),
        ("Smith, J., and Doe, K.", ("J. Smith", "K. Doe")),
        ("Smith, John and García Márquez, Gabriel", ("John Smith", "Gabriel García Márquez")),
        ("A. Bee, C. Dee and E. Eff", ("A. Bee", "C. Dee", "E. Eff")),
        ("Ann Bee, Carl Dee", ("Ann Bee", "Carl Dee")),
        ("Ann Bee; Carl Dee", ("Ann Bee", "Carl Dee")),
        ("Ann Bee, Jr.; Carl Dee", ("Ann Bee, Jr.", "Carl Dee")),
        ("Bee, Jr., Ann; Dee, Carl", ("Ann Bee, Jr.", "Carl Dee")),
        (["Smith, J.", "Ann Bee"], ("J. Smith", "Ann Bee")),
        (["A. Bee, C. Dee"], ("A. Bee, C. Dee",)),
        ([{"name": "Ann Bee"}, {"given": "Carl", "family": "Dee"}], ("Ann Bee", "Carl Dee")),
    ],
)
def test_names_have_the_family_name_last(written: object, names: tuple[str, ...]) -> None:
    assert people(written)[:2] == (names, len(names))


@pytest.mark.parametrize("written", ["Ann Bee and others", "Bee, Ann; others", "Ann Bee et al.", ["Ann Bee", "et al."]])
def test_a_list_that_breaks_off_does_not_tell_how_many_there_are(written: object) -> None:
    assert people(written)[:2] == (("Ann Bee",), None)


@given(st.one_of(st.text(), st.lists(st.text())))
def test_any_authors_are_read_without_an_error(written: object) -> None:
    names, count, _ = people(written)
    assert all(name.strip() == name and name for name in names)
    assert count is None or not names or count == len(names)
