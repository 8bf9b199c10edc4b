"""The learned reading of abstracts: what answers, what does not, and what it can be handed."""

from __future__ import annotations

import pytest

from eval.written_set import paper_of
from rag.models.cross_encoders import AnswerSelector
from rag.models.embedder.onnx_folder import word_pieces

SELECTOR = AnswerSelector()
SOUP = paper_of(
    "soup",
    "SoupBench: Do Language Models Cook?",
    [
        "Cooking is a part of everyday life that language models are seldom asked about.",
        "We introduce SoupBench, a benchmark of 1,200 soup recipes from 31 countries, each with a deliberate mistake.",
        "Models are asked to find the mistake, which 12 cooks from Lyon marked by hand.",
        "The best model finds 61% of the mistakes, while cooks find 94%.",
        "All recipes and the code are released under a free licence.",
    ],
)
WEATHER = paper_of(
    "weather",
    "Graph Networks for Rain",
    ["We forecast rain an hour ahead with graph networks.", "Errors fall by 8% against the radar's own forecast."],
)


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("How many recipes does SoupBench hold?", 2),
        ("Who marked the errors in the recipes?", 3),
        ("How many mistakes do cooks find?", 4),
    ],
)
def test_the_sentence_that_answers_is_the_likeliest(question: str, answers: int) -> None:
    (reading,) = SELECTOR.read(question, [SOUP])
    assert reading.ranked()[0] == answers


def test_an_abstract_that_answers_is_likelier_than_one_that_does_not() -> None:
    soup, weather = SELECTOR.read("How well do models find what is wrong in a recipe?", [SOUP, WEATHER])
    assert soup.log_odds > weather.log_odds
    assert weather.log_odds < 0


def test_a_question_that_the_abstract_leaves_open_is_less_likely_answered_than_one_it_answers() -> None:
    asked, open_ = "How many countries do the recipes come from?", "What did it cost to collect the recipes?"
    (told,), (untold,) = SELECTOR.read(asked, [SOUP]), SELECTOR.read(open_, [SOUP])
    assert told.log_odds > untold.log_odds


def test_a_reading_is_the_same_alone_and_among_others() -> None:
    question = "What is forecast?"
    assert AnswerSelector().read(question, [WEATHER]) == AnswerSelector().read(question, [SOUP, WEATHER])[1:]


def test_every_sentence_has_a_probability_however_long_the_abstract() -> None:
    long = paper_of("long", "A Long One", [f"Sentence number {i} speaks of eels and of {i} rivers." for i in range(90)])
    assert sum(len(word_pieces(long.sentence(i + 1))) for i in range(90)) > 512
    (reading,) = SELECTOR.read("How many rivers?", [long])
    assert len(reading.sentences) == 90
    assert all(0 <= probability <= 1 for probability in reading.sentences)


@pytest.mark.parametrize("question", ["", "?", "\ud800", "鳗鱼" * 400, "eel " * 2_000])
def test_any_question_can_be_read_for(question: str) -> None:
    (reading,) = SELECTOR.read(question, [SOUP])
    assert len(reading.sentences) == 5


def test_a_paper_without_an_abstract_does_not_answer() -> None:
    (reading,) = SELECTOR.read("What is it about?", [paper_of("none", "A Title Alone", [])])
    assert reading.log_odds < -4.6
    assert reading.ranked() == []
