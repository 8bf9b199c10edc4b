"""Times as people write them."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.intent.dates import Period, period

TODAY = date(2025, 11, 20)
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
MONTHS = list(calendar.month_name)[1:]


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-10-03", "2024-10-03", "2024-10-03"),
        ("May", "2025-05-01", "2025-05-31"),
        ("December", "2024-12-01", "2024-12-31"),
        ("last November", "2024-11-01", "2024-11-30"),
        ("May 2023", "2023-05-01", "2023-05-31"),
        ("3 October 2024", "2024-10-03", "2024-10-03"),
        ("October 3rd, 2024", "2024-10-03", "2024-10-03"),
        ("the 2010s", "2010-01-01", "2019-12-31"),
        ("Q3 2024", "2024-07-01", "2024-09-30"),
        ("the first half of 2024", "2024-01-01", "2024-06-30"),
        ("the last quarter of 2024", "2024-10-01", "2024-12-31"),
        ("early 2024", "2024-01-01", "2024-04-30"),
        ("late May 2024", "2024-05-21", "2024-05-31"),
        ("spring 2024", "2024-03-01", "2024-05-31"),
        ("last spring", "2025-03-01", "2025-05-31"),
        ("last winter", "2024-12-01", "2025-02-28"),
        ("this autumn", "2025-09-01", "2025-11-30"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("this month", "2025-11-01", "2025-11-30"),
        ("last month", "2025-10-01", "2025-10-31"),
        ("last week", "2025-11-10", "2025-11-16"),
        ("the last three months", "2025-08-20", "2025-11-20"),
        ("the past couple of weeks", "2025-11-06", "2025-11-20"),
        ("yesterday", "2025-11-19", "2025-11-19"),
        ("two weeks ago", "2025-11-06", "2025-11-06"),
        ("25 December", "2024-12-25", "2024-12-25"),
        ("3 de octubre de 2024", "2024-10-03", "2024-10-03"),
        ("3. Oktober 2024", "2024-10-03", "2024-10-03"),
        ("3 octobre 2024", "2024-10-03", "2024-10-03"),
        ("2024年10月3日", "2024-10-03", "2024-10-03"),
    ],
)
def test_a_time_has_a_first_and_a_last_day(said: str, first: str, last: str) -> None:
    assert period(said, TODAY) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("said", ["", "GPT-4", "31 February 2024", "2024-13", "03/04/2025", "12 models 2024", "soon"])
def test_what_is_no_time_is_none(said: str) -> None:
    assert period(said, TODAY) is None


@given(DAYS, DAYS)
def test_a_day_in_iso_form_is_itself_on_any_day(day: date, today: date) -> None:
    assert period(day.isoformat(), today) == Period(day, day)


@given(DAYS, st.sampled_from(MONTHS))
def test_a_month_without_a_year_is_the_latest_that_has_begun(today: date, month: str) -> None:
    found = period(month, today)
    assert found is not None
    assert found.first <= today
    assert (today - found.first).days < 366


@given(DAYS, st.sampled_from(["spring", "summer", "autumn", "fall", "winter"]))
def test_last_season_is_over_and_within_a_year_and_a_half(today: date, season: str) -> None:
    found = period(f"last {season}", today)
    assert found is not None
    assert found.last < today
    assert (today - found.last).days <= 366


@given(DAYS, st.integers(2, 90), st.sampled_from(["days", "weeks", "months", "years"]))
def test_the_last_so_many_end_today(today: date, count: int, unit: str) -> None:
    if unit == "years" and count > 80:
        return
    found = period(f"the last {count} {unit}", today)
    assert found is not None
    assert found.first < found.last == today


@given(st.integers(1990, 2099), st.integers(1, 4))
def test_four_quarters_make_a_year(year: int, quarter: int) -> None:
    found, whole = period(f"Q{quarter} {year}", TODAY), period(str(year), TODAY)
    assert found is not None
    assert whole is not None
    assert whole.first <= found.first < found.last <= whole.last


@given(st.text(max_size=40), DAYS)
def test_any_text_is_read_or_refused_without_an_error(text: str, today: date) -> None:
    found = period(text, today)
    assert found is None or found.first <= found.last
