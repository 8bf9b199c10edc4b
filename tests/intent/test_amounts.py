"""Amounts in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.intent.amounts import AMOUNT, bounds, number


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("more than five", (6, None)),
        ("over 10", (11, None)),
        ("at least three", (3, None)),
        ("no fewer than 4", (4, None)),
        ("fewer than five", (None, 4)),
        ("at most 2", (None, 2)),
        ("not more than two", (None, 2)),
        ("between two and four", (2, 4)),
        ("2-4", (2, 4)),
        ("10 or more", (10, None)),
        ("10+", (10, None)),
        ("three or fewer", (None, 3)),
        ("exactly twelve", (12, 12)),
        ("a single", (1, 1)),
        ("no", (0, 0)),
    ],
)
def test_an_amount_in_words_has_bounds(said: str, meant: tuple[int | None, int | None]) -> None:
    assert re.fullmatch(AMOUNT, said)
    assert bounds(said) == meant


@given(st.integers(0, 999_999))
def test_more_than_and_at_least_differ_by_one(n: int) -> None:
    assert bounds(f"more than {n}") == (n + 1, None)
    assert bounds(f"at least {n}") == (n, None)
    assert bounds(f"exactly {n}") == (n, n)


@pytest.mark.parametrize("said", ["", "many", "five and", "about 5"])
def test_what_is_no_amount_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        bounds(said)


def test_numbers_are_read_in_figures_and_words() -> None:
    assert [number(word) for word in ("7", "twelve", "a dozen", "A Hundred")] == [7, 12, 12, 100]
