"""What is known about a subject as it stands on the page: groups, counts that open their papers, nothing unescaped."""

from __future__ import annotations

import re

import pytest

from rag.library import Library
from rag.nouns import Answer
from rag.page.conversation import Stage, Turn
from rag.page.synthesis_html import synthesis_html
from rag.page.turn_html import turn_html


@pytest.fixture(scope="module")
def answer(sample: Library) -> Answer:
    return sample.ask("What is known about value alignment?")


def test_every_sentence_is_there_with_its_marker(answer: Answer) -> None:
    html = synthesis_html(answer, 1)
    assert answer.synthesis is not None
    assert html.count("<li>") == len(list(answer.synthesis.statements()))
    assert html.count('class="marker"') == html.count("<li>")


def test_what_is_folded_says_how_much_it_is(answer: Answer) -> None:
    folds = re.findall(
        r"<summary>(\d+) more sentences?, of \d+ papers?</summary><ul>(.*?)</ul>", synthesis_html(answer, 1)
    )
    assert folds
    assert all(int(count) == inner.count("<li>") for count, inner in folds)


def test_folds_keep_apart(answer: Answer) -> None:
    keys = re.findall(r'data-key="([^"]+)"', synthesis_html(answer, 1))
    assert len(keys) == len(set(keys))


def test_the_same_text_is_a_fold_away(answer: Answer) -> None:
    html = turn_html(Turn(1, answer.question, answer, Stage.DONE), can_check=False)
    assert html.index('class="known"') < html.index("The same sentence by sentence, checked")


def test_an_answer_of_another_kind_has_none(sample: Library) -> None:
    assert synthesis_html(sample.ask("What is NormAd?"), 1) == ""
