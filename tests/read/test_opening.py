"""What a library says to a person's first questions, over the sample pages and over one with known authors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.base.settings import Settings
from rag.library import Library
from rag.nouns import Answer, Reason, Status, Support


def supports(answer: Answer) -> set[Support]:
    return {claim.support for claim in answer.claims}


@pytest.mark.parametrize("words", ["hello", "Thanks a lot!", "What can I ask?", "???"])
def test_a_greeting_gets_a_kind_word_and_no_papers(sample: Library, words: str) -> None:
    answer = sample.ask(words)
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.OFF_TOPIC)
    assert not answer.citations
    assert not answer.related
    assert supports(answer) == {Support.NOT_CHECKED}


@pytest.mark.parametrize("words", ["asdf qwer zxcv", "lorem xyzzy", "Blargh!"])
def test_nonsense_is_told_that_no_paper_holds_its_words(sample: Library, words: str) -> None:
    answer = sample.ask(words)
    assert answer.status is Status.ABSTAINED
    assert words.split()[0].strip("!") in answer.text
    assert not answer.related


def test_a_misspelt_subject_is_no_nonsense(sample: Library) -> None:
    assert "No paper here holds" not in sample.ask("rewrad hacking").text


def test_an_overview_counts_and_names_each_subject_with_its_central_paper(sample: Library) -> None:
    answer = sample.ask("Summarise the library")
    digest = sample.digest()
    assert answer.text.startswith("The library holds 127 papers, from 2019 to 2025 (49 without a date), seen on")
    central = [topic.papers[0].paper_id for topic in digest.topics]
    assert [citation.paper.paper_id for citation in answer.citations][: len(central)] == central
    assert sum(topic.words[0] in answer.text for topic in digest.topics) == len(digest.topics)
    assert (answer.status, supports(answer)) == (Status.ANSWERED, {Support.SUPPORTED})


def test_a_way_into_a_subject_gives_a_reason_for_each_paper(sample: Library) -> None:
    answer = sample.ask("What should I read first on value alignment?")
    lines = answer.text.splitlines()[2:]
    assert "First a survey" in lines[0]
    assert "Survey" in answer.citations[0].paper.title
    assert [line[:2] for line in lines] == [f"{n}." for n in range(1, len(lines) + 1)]
    assert 4 <= len(lines) == len(answer.citations)
    assert (answer.status, supports(answer)) == (Status.ANSWERED, {Support.SUPPORTED})


def test_a_way_into_what_the_library_does_not_hold_is_not_made_up(sample: Library) -> None:
    assert sample.ask("What should I read first on volcanoes?").status is Status.ABSTAINED


def test_in_the_midst_of_a_conversation_it_is_no_longer_about_the_library(sample: Library) -> None:
    earlier = sample.ask("What is NormAd?")
    answer = sample.ask("Give me a summary", history=[earlier])
    assert [citation.paper.title[:6] for citation in answer.citations] == ["NormAd"]
    assert "The library holds" in sample.ask("Summarise the library", history=[earlier]).text


def test_who_works_on_a_subject_is_told_by_name_where_names_are_known(tmp_path: Path) -> None:
    papers = [
        {"title": "Hives at night", "abstract": "We listen to hives at night.", "authors": ["Ada Oak", "Bo Elm"]},
        {"title": "Hives by day", "abstract": "We look at hives by day.", "authors": ["Ada Oak"]},
        {"title": "Tides", "abstract": "We count the tides of a small sea.", "authors": ["Di Fir"]},
        {"title": "Volcanoes", "abstract": "We measure the heat of lava.", "authors": ["Ed Yew"]},
    ]
    papers[1]["organisation"] = "Meadow Lab"
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in papers))
    with Library.open(tmp_path / "library", Settings()) as library:
        library.add(tmp_path / "p.jsonl")
        answer = library.ask("Who works on hives?")
    ada = next(line for line in answer.text.splitlines() if line.startswith("- Ada Oak: "))
    assert "*Hives at night*" in ada
    assert "*Hives by day*" in ada
    assert "- Bo Elm: *Hives at night*" in answer.text
    assert "- Meadow Lab: *Hives by day*" in answer.text
    assert "Di Fir" not in answer.text
    assert (answer.status, supports(answer)) == (Status.ANSWERED, {Support.SUPPORTED})


def test_where_names_are_not_known_it_says_so_and_how_to_get_them(sample: Library) -> None:
    answer = sample.ask("Who works on cultural alignment?")
    assert (answer.status, answer.reason) == (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
    assert "MAIR Lab" in answer.text
    assert "`abstract-qa enrich`" in answer.text


def test_who_made_a_paper_is_who_wrote_it(sample: Library) -> None:
    earlier = sample.ask("What is NormAd?")
    answer = sample.ask("And who made it?", history=[earlier])
    assert "has 5 authors [1]." in answer.text
    assert "do not name them" in answer.text
    assert [citation.paper.title[:6] for citation in answer.citations] == ["NormAd"]
