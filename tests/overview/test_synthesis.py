"""What is known about a subject: each sentence word for word, on the subject, counted, and found by asking."""

from __future__ import annotations

import pytest

from rag.library import Library
from rag.nouns import Paper, Status, Support, Synthesis
from rag.overview.synthesis import Subject, lead

SUBJECTS = (
    *("value alignment", "human values", "cultural bias", "cultural knowledge", "preference optimization"),
    *("human feedback", "vision-language models", "safety", "reward models", "text-to-image models"),
)


@pytest.fixture(scope="module")
def known(sample: Library) -> list[Synthesis]:
    return [sample.known_about(subject) for subject in SUBJECTS]


def test_every_sentence_is_word_for_word(known: list[Synthesis]) -> None:
    for synthesis in known:
        for told in _sentences(synthesis):
            abstract = next(s.paper.abstract for s in synthesis.statements() if s.paper.paper_id == told["paper_id"])
            assert abstract[told["start"] : told["end"]] == told["quote"]


def test_every_sentence_or_its_title_speaks_of_the_subject(known: list[Synthesis]) -> None:
    for synthesis in known:
        subject = Subject(synthesis.subject)
        for s in synthesis.statements():
            assert subject.stands_in(subject.spelled_out(s.paper)(s.text)) or subject.stands_in(s.paper.title)


def test_every_count_is_that_of_the_papers_listed_under_it(known: list[Synthesis]) -> None:
    for synthesis in known:
        told = synthesis.to_dict()
        for group in (*told["alike"], *(g for section in told["sections"] for g in section["groups"])):
            assert group["papers"] == len({sentence["paper_id"] for sentence in group["sentences"]}) > 0
        assert told["quoted"] <= told["papers"] <= told["looked_at"]


def test_a_sentence_stands_in_one_group(known: list[Synthesis]) -> None:
    for synthesis in known:
        grouped = [
            s for g in (*synthesis.alike, *(g for x in synthesis.sections for g in x.groups)) for s in g.statements
        ]
        places = [(s.paper.paper_id, s.index) for s in grouped]
        assert len(places) == len(set(places))


@pytest.mark.parametrize(
    "question",
    [
        "What is known about value alignment?",
        "What do papers say about value alignment?",
        "State of the evidence on value alignment",
        "What does the literature say on value alignment?",
        "What do we know about value alignment?",
    ],
)
def test_it_is_asked_for_in_many_words(sample: Library, question: str) -> None:
    answer = sample.ask(question)
    assert answer.synthesis is not None
    assert answer.synthesis.subject == "value alignment"
    assert answer.status is Status.ANSWERED


def test_the_answer_passes_the_audit(sample: Library) -> None:
    answer = sample.ask("What is known about value alignment?")
    assert {claim.support for claim in answer.claims} == {Support.SUPPORTED}
    assert len(answer.citations) == answer.synthesis.quoted if answer.synthesis else False
    assert answer.text.startswith(
        "22 of the 127 papers looked at speak of value alignment; 18 are quoted, the nearest whose sentences say "
        "something of it and can be read alone."
    )


def test_a_paper_that_is_named_is_no_subject(sample: Library) -> None:
    assert sample.ask("What is known about NormAd?").synthesis is None


def test_a_subject_of_too_few_papers_is_left_to_the_usual_reader(sample: Library) -> None:
    assert sample.ask("What is known about entity alignment?").synthesis is None


def test_the_filters_of_the_question_hold(sample: Library) -> None:
    answer = sample.ask("What do papers from 2025 say about value alignment?")
    assert all((c.paper.date or "").startswith("2025") for c in answer.citations)


def test_what_a_paper_abbreviates_is_the_subject_too() -> None:
    subject = Subject("hallucination in vision-language models")
    paper = Paper("p", "On hallucination", "Large Vision-Language Models (LVLMs) see. LVLMs suffer from hallucination.")
    sentence = "LVLMs suffer from hallucination."
    assert not subject.stands_in(sentence)
    assert subject.stands_in(subject.spelled_out(paper)(sentence))


def test_a_single_word_is_not_taken_for_a_longer_one() -> None:
    assert Subject("persona").stands_in("We give each agent a persona.")
    assert not Subject("persona").stands_in("Personality and personal data.")


def _sentences(synthesis: Synthesis) -> list[dict[str, object]]:
    told = synthesis.to_dict()
    groups = (*told["alike"], *(group for section in told["sections"] for group in section["groups"]))
    return [*(s for group in groups for s in group["sentences"]), *(s for pair in told["may_disagree"] for s in pair)]


def test_one_paper_that_is_quoted_is_one(sample: Library) -> None:
    synthesis = sample.known_about("reward hacking")
    assert (synthesis.papers, synthesis.quoted) == (2, 1)
    assert "; 1 is quoted" in lead(synthesis)
