"""Exact answers from the catalogue of bees, by hand and by code."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.catalogue.filters import Filters
from rag.library import Library
from rag.nouns import Answer, Coverage, Reason, Status, Support

TODAY = date(2025, 11, 20)


def ask(bees: Library, question: str, **options: Any) -> Answer:
    return bees.ask(question, today=TODAY, **options)


def cited(answer: Answer) -> list[str]:
    return [citation.paper.paper_id for citation in answer.citations]


def test_a_count_says_how_many_of_how_many_and_lists_them(bees: Library) -> None:
    answer = ask(bees, "How many papers are from 2025?")
    assert answer.text.splitlines() == [
        "2 of 5 papers are from 2025; 1 other has no known date.",
        "",
        "- *Mites in Winter*: 2025-01-10 [1]",
        "- *WaxSense: Weighing Combs*: 2025-01-10, 1 author [2]",
    ]
    assert (answer.status, answer.coverage) == (Status.ANSWERED, Coverage(5, 2, 1))
    assert answer.filters == {"since": "2025-01-01", "until": "2025-12-31"}


def test_a_count_of_the_whole_library_lists_but_the_newest(sample: Library) -> None:
    answer = ask(sample, "How many papers are in the library?")
    lead = "127 papers are here; 49 of these have no date; the first 5 are listed."
    assert answer.text.splitlines()[0] == lead
    assert len(answer.citations) == 5


@pytest.mark.parametrize(
    ("before", "question", "lead"),
    [
        ("How many papers are from 2024?", "What about 2025?", "36 of 127 papers are from 2025"),
        ("How many papers are from 2024?", "and since March 2025?", "31 of 127 papers are from 2025-03-01 or later"),
        ("List the papers from 2025", "And in 2024?", "30 of 127 papers are from 2024"),
    ],
)
def test_the_same_is_asked_of_another_time(sample: Library, before: str, question: str, lead: str) -> None:
    assert ask(sample, question, history=[before]).text.startswith(lead)


def test_a_mean_is_computed_over_the_papers_that_tell_it(sample: Library) -> None:
    for question in ("What's the average number of authors?", "mean number of authors per paper"):
        answer = ask(sample, question)
        known = [paper.author_count for paper in sample.catalogue if paper.author_count]
        lead = f"{len(known)} papers with a known number of authors: {sum(known) / len(known):.1f} on average, "
        assert answer.text.startswith(lead)
        assert {claim.support for claim in answer.claims} == {Support.SUPPORTED}


@pytest.mark.parametrize("share", ["percentage", "share", "proportion"])
def test_a_share_of_papers_is_counted(sample: Library, share: str) -> None:
    assert ask(sample, f"What {share} of papers have more than 10 authors?").text.startswith("13 of 127 papers have 11")


def test_every_sentence_of_an_exact_answer_is_supported(bees: Library) -> None:
    for question in ("How many papers are there?", "Which papers have three authors?", "How many papers per page?"):
        answer = ask(bees, question)
        assert {claim.support for claim in answer.claims} == {Support.SUPPORTED}, question


def test_an_exact_answer_cites_the_metadata_line(bees: Library) -> None:
    answer = ask(bees, "papers by Meadow Lab")
    assert cited(answer) == ["nec"]
    assert [s.index for s in answer.citations[0].sentences] == [0]
    assert "Meadow Lab" in answer.citations[0].sentences[0].quote


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("Which is the newest paper?", ["mite", "wax"]),
        ("Which is the oldest paper?", ["old"]),
        ("the two oldest papers", ["old", "hum"]),
        ("Which paper has the most authors?", ["nec"]),
        ("Which paper has the fewest authors?", ["wax"]),
        ("the most upvoted paper", ["mite"]),
        ("List all papers in alphabetical order", ["hum", "mite", "nec", "old", "wax"]),
        ("List all papers, oldest first", ["old", "hum", "mite", "wax", "nec"]),
        ("papers with at least 2 authors sorted by number of authors", ["nec", "old", "hum"]),
        ("papers on both pages", ["wax"]),
        ("Which papers are on the summer-bees page but not on the spring-bees page?", ["mite", "nec"]),
        ("papers without a date", ["nec"]),
        ("Which papers mention load cells?", ["mite", "wax"]),
        ("papers whose title contains 'net'", []),
        ("papers whose title contains 'humnet'", ["hum"]),
        ("papers by Ada Oak", ["hum", "old"]),
    ],
)
def test_lists_and_extremes_are_complete_and_in_order(question: str, papers: list[str], bees: Library) -> None:
    assert cited(ask(bees, question)) == papers


def test_ties_are_shown_and_said(bees: Library) -> None:
    assert "since they tie, 2" in ask(bees, "Which is the newest paper?").text


def test_papers_of_unknown_date_are_counted_apart_from_an_extreme(bees: Library) -> None:
    assert "of 4 with a known date is this one; 1 other has no known date" in ask(bees, "the oldest paper").text


def test_a_count_by_group_is_a_table_too(bees: Library) -> None:
    answer = ask(bees, "How many papers per year?")
    assert answer.table is not None
    assert answer.table.rows == (("2019", 1), ("2024", 1), ("2025", 2), ("no date", 1))
    assert "2019: 1, 2024: 1, 2025: 2, no date: 1" in answer.text


def test_none_is_an_abstention_that_says_so_and_cites_nothing(bees: Library) -> None:
    answer = ask(bees, "How many papers have more than 100 authors?")
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOTHING_MATCHES_FILTERS)
    assert answer.text.startswith("None of the 5 papers here have 101 or more authors")
    assert not answer.citations
    assert answer.related


def test_a_filter_that_leaves_nothing_to_a_subject_is_dropped_with_a_note(bees: Library) -> None:
    answer = ask(bees, "Which papers from 1999 weigh combs with load cells?")
    assert answer.filters == {}
    assert any("No paper is from 1999" in warning for warning in answer.warnings)
    assert "wax" in cited(answer)


def test_a_filter_holds_for_the_search_of_a_subject(bees: Library) -> None:
    answer = ask(bees, "Which papers before 2025 are about hives and combs?")
    assert answer.coverage == Coverage(5, 2, 1)
    assert {p.paper.paper_id for p in answer.evidence} == {"hum", "old"}


def test_filters_passed_hold_beside_those_of_the_question(bees: Library) -> None:
    answer = ask(bees, "How many papers have one author or more?", filters=Filters(page="spring-bees"))
    assert answer.filters == {"page": "spring-bees", "min_authors": 1}
    assert answer.coverage.matched == 3


def test_a_dropped_filter_no_longer_holds(bees: Library) -> None:
    answer = ask(bees, "How many papers are from 2025?", dropped=["since", "until"])
    assert answer.filters == {}
    assert answer.coverage.matched == 5


def test_those_counts_among_the_papers_just_spoken_of(bees: Library) -> None:
    first = ask(bees, "Which papers are on the spring-bees page?")
    answer = ask(bees, "How many of those have more than one author?", history=[first])
    assert cited(answer) == ["hum", "old"]


def test_evidence_goes_on_behind_the_papers_of_the_answer(bees: Library) -> None:
    answer = ask(bees, "papers by Meadow Lab")
    assert answer.evidence[0].paper.paper_id == "nec"
    assert len(answer.evidence) == 5


def test_every_count_by_author_number_agrees_with_the_catalogue(bees: Library) -> None:
    for least in range(1, 6):
        expected = sum((p.author_count or len(p.authors)) >= least for p in bees.papers())
        assert ask(bees, f"How many papers have at least {least} authors?").coverage.matched == expected


@pytest.mark.parametrize("question", ["most upvoted", "Which paper has the most upvotes?", "top 5 papers by upvotes"])
def test_an_extreme_of_what_nobody_knows_names_no_paper(sample: Library, question: str) -> None:
    answer = sample.ask(question)
    assert answer.text == "None of the 127 papers has a known number of upvotes."
    assert (answer.status, answer.citations, answer.related) == (Status.ABSTAINED, (), ())


def test_what_the_catalogue_never_holds_is_not_known_either(sample: Library) -> None:
    assert sample.ask("Which papers are most cited?").text == "None of the 127 papers has a known number of citations."
    answer = sample.ask("the most cited paper on honesty")
    assert "has a known number of citations; the nearest:" in answer.text
    assert answer.status is Status.PARTIAL


def test_fields_of_a_record_are_told_of_the_paper_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.bib"
    file.write_text(
        "@article{a, title={Reward Hacking in Small Worlds}, author={Lee, Ann and Moe, Jo}, journal={Small Worlds},"
        " year=2023, doi={10.1000/xyz.5}, abstract={We study reward hacking in small worlds. It occurs in 12 of 30.}}\n"
        "@misc{b, title={Lanterns: Light for Models}, author={Kay, Bo}, year=2024, eprint={2401.01234},"
        " archivePrefix={arXiv}, abstract={We present Lanterns, a method. It helps.}}",
        encoding="utf-8",
    )
    with closing(Library.open(tmp_path / "library")) as library:
        library.add(file)
        doi = library.ask("What is the DOI of Reward Hacking in Small Worlds?")
        assert doi.text == "*Reward Hacking in Small Worlds* has the DOI 10.1000/xyz.5 [1]."
        assert {claim.support for claim in doi.claims} == {Support.SUPPORTED}
        arxiv = library.ask("What is the arXiv id of Lanterns?")
        assert arxiv.text == "*Lanterns: Light for Models* has the arXiv id 2401.01234 [1]."
        assert (
            "appeared in Small Worlds"
            in library.ask("In which journal did Reward Hacking in Small Worlds appear?").text
        )
        assert library.ask("What is the DOI of Lanterns?").status is Status.ABSTAINED


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("which is newer?", "CVC"),
        ("which of the two is older?", "Flames"),
        ("Which one has more authors?", "Flames"),
        ("the newest of these?", "CVC"),
    ],
)
def test_papers_just_spoken_of_are_compared_by_their_records(sample: Library, question: str, title: str) -> None:
    answer = ask(sample, question, history=["Compare CVC and Flames"])
    assert [citation.paper.title.partition(":")[0] for citation in answer.citations] == [title]
