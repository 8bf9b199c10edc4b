"""What a question asks of the library, in filters, a kind, and what is left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.catalogue import Catalogue
from rag.intent.kinds import AggregationKind
from rag.intent.parsed_question import ParsedQuestion, parse_question
from rag.intent.wording import QUOTED, blank, folded
from rag.library import Library

TODAY = date(2025, 11, 20)


def read(question: str, held: Catalogue, **options: Any) -> ParsedQuestion:
    return parse_question(folded(question), held, TODAY, **options)


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        (
            "papers from 2024 with more than one author",
            {"since": "2024-01-01", "until": "2024-12-31", "min_authors": 2},
        ),
        ("How many papers since May?", {"since": "2025-05-01"}),
        ("Which papers appeared before 2023?", {"until": "2022-12-31"}),
        ("Which papers were published after May 2024?", {"since": "2024-06-01"}),
        ("list the papers from 2023 to 2024", {"since": "2023-01-01", "until": "2024-12-31"}),
        ("papers published between March and June 2024", {"since": "2024-03-01", "until": "2024-06-30"}),
        ("which papers are from 2024 or later", {"since": "2024-01-01"}),
        ("all papers from last spring", {"since": "2025-03-01", "until": "2025-05-31"}),
        ("papers from the past winter", {"since": "2024-12-01", "until": "2025-02-28"}),
        ("anything by Meadow Lab?", {"organisation": "Meadow Lab"}),
        ("papers by Ada Oak", {"author": "Ada Oak"}),
        ("Which papers did you see on the spring-bees page?", {"page": "spring-bees"}),
        ("papers on the spring bees page", {"page": "spring-bees"}),
        ("papers on both pages", {"min_pages": 2}),
        (
            "Which papers are on the spring-bees page but not on the summer-bees page?",
            {"page": "spring-bees", "not_on": ["summer-bees"]},
        ),
        ("Is there a paper written by one person alone?", {"min_authors": 1, "max_authors": 1}),
        ("papers signed by a single researcher", {"min_authors": 1, "max_authors": 1}),
        ("papers with at least 5 upvotes", {"min_upvotes": 5}),
        ("How many papers have no date?", {"without": ["date"]}),
        ('Which papers mention "load cells"?', {"mentions": ["load cells"]}),
        ("papers whose title contains 'benchmark'", {"title_mentions": ["benchmark"]}),
        ("papers dated 3 October 2024", {"since": "2024-10-03", "until": "2024-10-03"}),
    ],
)
def test_a_question_of_filters_alone_is_understood_to_the_last_word(
    question: str, filters: dict[str, Any], held: Catalogue
) -> None:
    found = read(question, held)
    assert found.filters.to_dict() == filters
    assert found.exact


@pytest.mark.parametrize(
    ("question", "filters", "subject"),
    [
        (
            "papers from 2024 on cultural benchmarks with more than five authors",
            {"since": "2024-01-01", "until": "2024-12-31", "min_authors": 6},
            "papers on cultural benchmarks",
        ),
        ("Which papers since 2024 deal with mites?", {"since": "2024-01-01"}, "Which papers deal with mites?"),
        (
            "How many papers by Meadow Lab are about dew?",
            {"organisation": "Meadow Lab"},
            "How many papers are about dew?",
        ),
    ],
)
def test_what_is_no_filter_stays_as_the_subject(
    question: str, filters: dict[str, Any], subject: str, held: Catalogue
) -> None:
    found = read(question, held)
    assert found.filters.to_dict() == filters
    assert found.subject == subject
    assert not found.exact


@pytest.mark.parametrize(
    ("question", "kind", "by", "descending", "most"),
    [
        ("How many papers are there?", AggregationKind.COUNT, None, True, None),
        ("List all papers, oldest first", AggregationKind.LIST, "date", False, None),
        ("Which is the newest paper?", AggregationKind.EXTREME, "date", True, 1),
        ("the three oldest papers", AggregationKind.EXTREME, "date", False, 3),
        ("Which paper has the most authors?", AggregationKind.EXTREME, "authors", True, 1),
        ("top 5 most upvoted papers", AggregationKind.EXTREME, "upvotes", True, 5),
        ("Which paper came out first?", AggregationKind.EXTREME, "date", False, 1),
        ("How many papers per year?", AggregationKind.GROUPS, "year", True, None),
        ("How many papers are on each page?", AggregationKind.GROUPS, "page", True, None),
    ],
)
def test_counts_lists_extremes_and_groups_are_told_apart(
    question: str, kind: AggregationKind, by: str | None, descending: bool, most: int | None, held: Catalogue
) -> None:
    found = read(question, held)
    assert found.exact
    asked = found.aggregation
    assert asked is not None
    assert (asked.kind, asked.by, asked.descending, asked.most) == (kind, by, descending, most)


@pytest.mark.parametrize(
    "question",
    [
        "How many papers does the 2025 survey of swarms cover?",
        "How many hives were recorded in 2024?",
        "Which papers study the 2024 election?",
        "Which papers use data from 2020?",
        "Wer hat 2014 die WM gewonnen?",
        "Did 10 authors agree on the labels?",
        "How many people took part in the survey?",
        "What are the latest advances in beekeeping?",
        "May I ask something?",
        "How much honey did the bees make since May?",
    ],
)
def test_times_and_numbers_that_do_not_speak_of_papers_are_no_filters(question: str, held: Catalogue) -> None:
    found = read(question, held)
    assert not found.filters
    assert not found.exact


def test_a_filter_in_quotation_marks_is_a_title_and_no_filter(held: Catalogue) -> None:
    assert not read('What do papers say about "Papers from 2024 with five authors"?', held).filters


def test_a_name_that_nobody_bears_is_a_filter_with_a_note(held: Catalogue) -> None:
    found = read("papers by Zoe Quince", held)
    assert found.filters.author == "Zoe Quince"
    assert "No paper here is known to be by Zoe Quince" in found.notes[0]


def test_a_relative_time_says_how_it_was_read_and_seen_from_which_day(held: Catalogue) -> None:
    assert "2025-05-01" in (note := read("papers since May", held).notes[0])
    assert "today being 2025-11-20" in note
    assert not read("papers since May 2024", held).notes


def test_a_question_may_state_its_own_today(held: Catalogue) -> None:
    assert read("Today is 2024-02-01: list papers from last month", held).filters.since == "2024-01-01"


def test_those_are_the_papers_of_the_conversation(held: Catalogue) -> None:
    found = read("How many of those are from 2024?", held, among=("hum", "wax"))
    assert found.exact
    assert found.filters.among == ("hum", "wax")
    assert not read("How many of those are from 2024?", held).filters.among


def test_a_dropped_filter_is_read_and_not_set(held: Catalogue) -> None:
    found = read("How many papers from 2024 have two authors?", held, dropped=["since", "until"])
    assert found.filters.to_dict() == {"min_authors": 2, "max_authors": 2}
    assert found.exact


WORDS = """
    how many papers which list all from since before 2024 May last spring by Meadow Lab Ada Oak with more than five
    authors on the spring-bees page not and oldest newest three most upvotes 'quoted text' about bees ? , DPO"""
QUESTIONS = st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(question=QUESTIONS | st.text(max_size=120))
def test_any_question_is_understood_without_an_error_and_gives_filters_that_work(question: str, bees: Library) -> None:
    found = read(question, bees.catalogue)
    allowed = found.filters.allowed(bees.catalogue)
    assert allowed is None or allowed <= {paper.paper_id for paper in bees.papers()}
    assert (allowed is None) == (not found.filters)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(question=QUESTIONS)
def test_dropping_every_filter_leaves_none(question: str, held: Catalogue) -> None:
    first = read(question, held)
    assert not read(question, held, dropped=list(first.filters.to_dict())).filters


@given(st.text(max_size=80))
def test_blanking_keeps_every_offset(text: str) -> None:
    assert len(blank(text, *QUOTED.finditer(text))) == len(text)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many papers mention the World Values Survey?", "World Values Survey"),
        ("Which papers mention the Universal Declaration of Human Rights?", "Universal Declaration of Human Rights"),
        ("Which papers mention reward hacking?", "reward hacking"),
    ],
)
def test_a_name_is_read_to_its_last_word(question: str, said: str, held: Catalogue) -> None:
    assert read(question, held).filters.mentions == (said,)


def test_an_unknown_author_is_seen_behind_a_year(held: Catalogue) -> None:
    found = read("papers from 2024 by Nobody Inc", held)
    assert found.filters.author == "Nobody Inc"
    assert any("Nobody Inc" in note for note in found.notes)
