"""What an answer offers to ask next is answered when it is asked, and reads as a person would ask it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rag.library import Library
from rag.nouns import Answer, Status

ROOT = Path(__file__).parents[2]
QUESTIONS = [json.loads(line)["question"] for line in (ROOT / "eval" / "questions.jsonl").read_text().splitlines()]
SOME = QUESTIONS[::11]
"""Some of the sample's questions, each kind among them."""


@pytest.fixture(scope="module")
def answers(sample: Library) -> list[Answer]:
    return [sample.ask(question) for question in SOME]


def test_nearly_all_that_is_offered_is_answered(sample: Library, answers: list[Answer]) -> None:
    offered = sorted({question for answer in answers for question in answer.next_questions})
    held = [sample.ask(question).status in (Status.ANSWERED, Status.PARTIAL) for question in offered]
    assert len(offered) > 20
    assert sum(held) >= 0.95 * len(held)


def test_two_or_three_are_offered_and_none_is_the_question_itself(answers: list[Answer]) -> None:
    for answer in answers:
        assert 2 <= len(answer.next_questions) <= 3
        assert answer.question not in answer.next_questions
        assert len(set(answer.next_questions)) == len(answer.next_questions)


def test_none_is_longer_than_a_person_would_ask(answers: list[Answer]) -> None:
    assert max(len(question.split()) for answer in answers for question in answer.next_questions) <= 12


def test_an_answer_on_one_paper_leads_to_its_comparison_with_one_that_is_alike(sample: Library) -> None:
    first = sample.ask("What is ProgressGym?").next_questions[0]
    assert first.startswith("How does ProgressGym compare with ")
    compared = sample.ask(first)
    assert compared.table is not None
    assert len(compared.citations) == 2


@pytest.mark.parametrize(
    "question", ["What is NormAd?", "What does URIAL need to align a base model?", "What data does PRISM collect?"]
)
def test_a_subject_that_is_offered_is_one_of_the_paper_that_answered(sample: Library, question: str) -> None:
    answer = sample.ask(question)
    text = f"{answer.citations[0].paper.title} {answer.citations[0].paper.abstract}".casefold()
    shapes = re.compile(r"What is known about (.+)\?|Which papers deal with (.+)\?|What is the newest paper on (.+)\?")
    offered = [next(filter(None, found.groups())) for q in answer.next_questions if (found := shapes.fullmatch(q))]
    assert all(subject.casefold().removesuffix("s") in text for subject in offered)


def test_papers_on_what_was_listed_are_not_offered_again(sample: Library) -> None:
    assert "Which papers deal with human feedback?" not in sample.ask("Which papers use human feedback?").next_questions


def test_where_a_paper_does_not_say_it_is_offered_to_ask_what_it_is_about(sample: Library) -> None:
    answer = sample.ask("Which models does KorNAT test?")
    assert answer.status is Status.ABSTAINED
    assert answer.text.startswith("The abstract of *KorNAT")
    assert answer.next_questions[0] == "What is KorNAT about?"
    assert sample.ask(answer.next_questions[0]).status is Status.ANSWERED


def test_an_abstention_offers_subjects_that_are_held(sample: Library) -> None:
    answer = sample.ask("how well does Kimi-K2 do on cultural questions?")
    assert answer.status is Status.ABSTAINED
    assert any("cultural" in question for question in answer.next_questions)


def test_a_greeting_offers_the_library(sample: Library) -> None:
    asked = sample.ask("How many papers are from June 2024?")
    at_large = sample.ask("Hello").next_questions
    assert at_large == ("Summarise the library", "What should I read first in this library?")
    assert [sample.ask(one, history=[asked]).status for one in at_large] == [Status.ANSWERED] * 2


def test_only_the_final_answer_offers_them(sample: Library) -> None:
    *growing, last = sample.stream("What is NormAd?")
    assert last.next_questions
    assert not any(answer.next_questions for answer in growing)


def test_they_are_part_of_the_json_and_of_the_text(sample: Library) -> None:
    answer = sample.ask("What is NormAd?")
    assert answer.to_dict()["next_questions"] == list(answer.next_questions)
    assert str(answer).splitlines()[-1] == f"Ask next: {' · '.join(answer.next_questions)}"
