"""Denials and alternatives of what the catalogue knows, computed by it; of words, told as such."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters
from rag.intent.parsed_question import parse_question
from rag.library import Library
from rag.nouns import Reason, Status

TODAY = date(2025, 11, 20)


def _year(year: int) -> dict[str, Any]:
    return {"since": f"{year}-01-01", "until": f"{year}-12-31"}


def _month(year: int, month: int, last: int) -> dict[str, Any]:
    return {"since": f"{year}-{month:02}-01", "until": f"{year}-{month:02}-{last}"}


def _authors(count: int) -> dict[str, Any]:
    return {"min_authors": count, "max_authors": count}


Y2023, Y2024, Y2025 = map(_year, (2023, 2024, 2025))


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("How many papers are not from 2025?", {"excluding": [Y2025]}),
        ("Which papers weren't published in 2024?", {"excluding": [Y2024]}),
        ("All papers except those from 2025", {"excluding": [Y2025]}),
        ("papers other than those from 2024", {"excluding": [Y2024]}),
        ("How many papers are neither from 2024 nor from 2025?", {"excluding": [Y2024, Y2025]}),
        ("papers not from 2024 or 2025", {"excluding": [Y2024, Y2025]}),
        ("Which papers are not by Meadow Lab?", {"excluding": [{"organisation": "Meadow Lab"}]}),
        ("Which papers are from 2024 or by Meadow Lab?", {"either": [[Y2024, {"organisation": "Meadow Lab"}]]}),
        ("Which papers are either from 2024 or by Meadow Lab?", {"either": [[Y2024, {"organisation": "Meadow Lab"}]]}),
        ("Which papers are from 2024 or by Google?", {"either": [[Y2024, {"author": "Google"}]]}),
        ("papers from 2023, 2024 or 2025", {"either": [[Y2023, Y2024, Y2025]]}),
        (
            "How many papers were published before 2024 or after 2024?",
            {"either": [[{"until": "2023-12-31"}, {"since": "2025-01-01"}]]},
        ),
        ("papers with three authors or from 2024", {"either": [[{"min_authors": 3, "max_authors": 3}, Y2024]]}),
        (
            "papers on the spring-bees page or the summer-bees page",
            {"either": [[{"page": "spring-bees"}, {"page": "summer-bees"}]]},
        ),
        ("papers from 2025 not on the spring-bees page", {**Y2025, "not_on": ["spring-bees"]}),
        (
            "One paper sits on the spring-bees page yet not on the summer-bees page. Which one?",
            {"page": "spring-bees", "not_on": ["summer-bees"]},
        ),
        ("Which papers mention wax or honey?", {"either": [[{"mentions": ["wax"]}, {"mentions": ["honey"]}]]}),
        ("Which papers mention wax but not honey?", {"mentions": ["wax"], "excluding": [{"mentions": ["honey"]}]}),
        ("Which papers do not use sensors?", {"excluding": [{"mentions": ["sensors"]}]}),
        ("Which papers are not about honey or wax?", {"excluding": [{"mentions": ["honey"]}, {"mentions": ["wax"]}]}),
        ("papers not about honey", {"excluding": [{"mentions": ["honey"]}]}),
        ("papers without honey", {"excluding": [{"mentions": ["honey"]}]}),
        ("papers with no old wax", {"excluding": [{"mentions": ["old wax"]}]}),
        ("Which papers do not release code?", {"excluding": [{"mentions": ["code"]}]}),
        ("Which papers have no code?", {"excluding": [{"mentions": ["code"]}]}),
        ("Which papers are not multilingual?", {"excluding": [{"mentions": ["multilingual"]}]}),
        ("Which papers are not dated?", {"without": ["date"]}),
        ("papers without a date", {"without": ["date"]}),
        ("papers not dealing with old wax", {"excluding": [{"mentions": ["old wax"]}]}),
        ("Which papers are by Ada Oak and Di Fir?", {"author": "Ada Oak", "either": [[{"author": "Di Fir"}]]}),
        ("papers by Oak and by Fir", {"author": "Ada Oak", "either": [[{"author": "Di Fir"}]]}),
        ("Which papers are by Ada Oak or Cy Ash?", {"either": [[{"author": "Ada Oak"}, {"author": "Cy Ash"}]]}),
        (
            "papers by Ada Oak, Cy Ash or Flo Bay",
            {"either": [[{"author": "Ada Oak"}, {"author": "Cy Ash"}, {"author": "Flo Bay"}]]},
        ),
        ("papers not by Ada Oak and Cy Ash", {"excluding": [{"author": "Ada Oak"}, {"author": "Cy Ash"}]}),
        ("Which papers are by Meadow Lab and Di Fir?", {"organisation": "Meadow Lab", "author": "Di Fir"}),
        ("papers with 2 or 4 authors", {"either": [[_authors(2), _authors(4)]]}),
        ("papers with one, two or four authors", {"either": [[_authors(1), _authors(2), _authors(4)]]}),
        ("papers with at least 2 and at most 3 authors", {"min_authors": 2, "max_authors": 3}),
        ("papers with more than 2 but fewer than 5 authors", {"min_authors": 3, "max_authors": 4}),
        ("papers in January and May 2025", {"either": [[_month(2025, 1, 31), _month(2025, 5, 31)]]}),
        ("Which papers are from January 2025 and May 2024?", {"either": [[_month(2024, 5, 31), _month(2025, 1, 31)]]}),
        ("papers in May and June 2024", {"since": "2024-05-01", "until": "2024-06-30"}),
        ("papers from 2019, 2024 and 2025", {"either": [[_year(2019), Y2024, Y2025]]}),
        ("papers between 2023 and 2025", {"since": "2023-01-01", "until": "2025-12-31"}),
        (
            "Which papers have fewer than 3 authors or more than 4?",
            {"either": [[{"max_authors": 2}, {"min_authors": 5}]]},
        ),
        ("papers with fewer than 2 or more than 4 authors", {"either": [[{"max_authors": 1}, {"min_authors": 5}]]}),
        ("papers with exactly 3 authors or more", {"min_authors": 3}),
        ("papers by fewer than 4 authors or less", {"max_authors": 3}),
        ("papers with neither a date nor authors", {"without": ["date", "authors"]}),
        ("papers without a date or authors", {"without": ["date", "authors"]}),
        ("papers mentioning neither honey nor wax", {"excluding": [{"mentions": ["honey"]}, {"mentions": ["wax"]}]}),
        ("Which papers use no sensors?", {"excluding": [{"mentions": ["sensors"]}]}),
        ("All papers except surveys", {"excluding": [{"mentions": ["surveys"]}]}),
        ("papers other than those on honey or wax", {"excluding": [{"mentions": ["honey"]}, {"mentions": ["wax"]}]}),
        ("Which papers are from 2024 and not by Meadow Lab?", {**Y2024, "excluding": [{"organisation": "Meadow Lab"}]}),
    ],
)  # fmt: skip
def test_denials_and_alternatives_are_understood_to_the_last_word(
    question: str, filters: dict[str, Any], held: Catalogue
) -> None:
    found = parse_question(question, held, TODAY)
    assert found.filters.to_dict() == filters
    assert found.exact
    assert Filters.of(filters) == found.filters


def ids(library: Library, **filters: Any) -> set[str]:
    return set(Filters(**filters).allowed(library.catalogue) or ())


def test_what_is_denied_and_what_is_asked_for_part_the_papers_that_are_known(bees: Library) -> None:
    dated = ids(bees) or {paper.paper_id for paper in bees.papers() if paper.date}
    of_2025, not_2025 = (
        ids(bees, since="2025", until="2025"),
        ids(bees, excluding=(Filters(since="2025", until="2025"),)),
    )
    assert of_2025 | not_2025 == dated
    assert not of_2025 & not_2025


def test_alternatives_are_the_union_of_each(bees: Library) -> None:
    one, other = Filters(since="2024", until="2024"), Filters(organisation="Meadow Lab")
    assert ids(bees, either=((one, other),)) == (one.allowed(bees.catalogue) | other.allowed(bees.catalogue))


def test_of_two_authors_both_are_meant_and_said(bees: Library) -> None:
    answer = bees.ask("Which papers are by Ada Oak and Di Fir?", today=TODAY)
    assert answer.text.startswith("1 of 5 papers is by Ada Oak and is by Di Fir.")
    assert [c.paper.paper_id for c in answer.citations] == ["old"]


@pytest.mark.parametrize("asked", ["Which papers are about mites from 2025?", "papers that are on mites in 2025"])
def test_a_year_behind_the_subject_dates_the_papers(asked: str, held: Catalogue) -> None:
    assert parse_question(asked, held, TODAY).filters.to_dict() == Y2025


def test_papers_that_lack_what_is_denied_are_counted_apart(bees: Library) -> None:
    answer = bees.ask("How many papers are not from 2025?", today=TODAY)
    assert answer.text.splitlines()[0] == "2 of 5 papers are not from 2025; 1 other has no known date."
    assert answer.filters == {"excluding": [Y2025]}


def test_what_words_alone_tell_is_told_as_such(sample: Library) -> None:
    answer = sample.ask("Which papers do not use RLHF?")
    assert answer.text.startswith("117 of 127 papers do not mention “RLHF”")
    assert "Told by words alone: papers that speak of “RLHF” under another name are among these." in answer.warnings
    assert not any("RLHF" in f"{c.paper.title} {c.paper.abstract}" for c in answer.citations)


def test_none_that_is_different_is_no_double_denial(bees: Library) -> None:
    answer = bees.ask("Which papers are not by Meadow Lab?", today=TODAY)
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOTHING_MATCHES_FILTERS)
    assert answer.text.startswith("0 of 5 papers are not from Meadow Lab; 4 others have no known organisation")


def test_a_denial_may_stand_before_what_is_asked_of_the_papers(held: Catalogue) -> None:
    for asked, topic in (("build a benchmark", "benchmark"), ("measure fairness", "fairness")):
        found = parse_question(f"Which papers without old wax {asked}?", held, TODAY)
        assert found.filters.to_dict() == {"excluding": [{"mentions": ["old wax"]}]}
        assert topic in found.topic
