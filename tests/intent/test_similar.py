"""Papers like one that a question names."""

from __future__ import annotations

import pytest

from rag.intent.comparison import USUAL, Similar, read_similar
from rag.intent.paper_mentions import PaperMention
from rag.library import Library


@pytest.mark.parametrize(
    ("question", "most"),
    [
        ("Which papers are like HumNet?", USUAL),
        ("three papers similar to HumNet", 3),
        ("further reading on HumNet", USUAL),
        ("What is related to HumNet?", USUAL),
        ("show me other papers that are close to HumNet", USUAL),
    ],
)
def test_papers_like_a_named_one_are_asked_for_in_many_ways(question: str, most: int) -> None:
    start = question.index("HumNet")
    assert read_similar(question, question, [PaperMention(start, start + 6, "hum")], ()) == Similar("hum", most)


@pytest.mark.parametrize(
    "question", ["papers like HumNet but on wasps", "What does HumNet hold?", "Is HumNet similar to a dictionary?"]
)
def test_likeness_in_one_respect_is_another_question(question: str) -> None:
    start = question.index("HumNet")
    assert read_similar(question, question, [PaperMention(start, start + 6, "hum")], ()) is None


def test_an_answer_names_the_neighbours_that_related_names(bees: Library) -> None:
    paper, hits = bees.related("HumNet")
    answer = bees.ask("Which papers are like HumNet?")
    assert [citation.paper.paper_id for citation in answer.citations] == [hit.paper_id for hit in hits]
    assert paper.paper_id not in {citation.paper.paper_id for citation in answer.citations}


def test_the_filters_of_the_question_hold_for_neighbours(bees: Library) -> None:
    answer = bees.ask("papers like HumNet since 2025")
    assert answer.filters == {"since": "2025-01-01"}
    assert {citation.paper.paper_id for citation in answer.citations} == {"wax", "mite"}


def test_in_a_conversation_it_is_the_paper_just_cited(bees: Library) -> None:
    earlier = bees.ask("What does WaxSense weigh?")
    answer = bees.ask("papers like this one", history=[earlier])
    assert "wax" not in {citation.paper.paper_id for citation in answer.citations}
    assert len(answer.citations) == 4
