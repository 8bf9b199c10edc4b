from __future__ import annotations

import math

import pytest

from rag.base.text.overlap import content_words, weights


def test_coverage_is_the_share_of_weight():
    found = weights([["owl", "mouse"], ["owl"]])
    assert found.idf("owl") == pytest.approx(math.log(1 + 0.5 / 2.5))
    assert found.idf("mouse") == pytest.approx(math.log(1 + 1.5 / 1.5))
    expected = found.idf("owl") / (found.idf("owl") + found.idf("mouse"))
    assert found.coverage(["owl", "mouse", "owl"], frozenset({"owl"})) == pytest.approx(expected)


def test_words_near_by_count_half():
    found = weights([["owl"], ["bat"]])
    assert found.coverage(["owl", "bat"], frozenset({"owl"}), frozenset({"bat", "owl"})) == pytest.approx(0.75)


def test_no_words_no_coverage():
    assert weights([["owl"]]).coverage([], frozenset()) is None


def test_forms_of_a_word_meet():
    assert len({content_words(word)[0] for word in ("aligned", "aligns", "alignment", "Aligning")}) == 1


def test_names_are_words_and_numbers_are_not():
    assert content_words("The GPT-4 of 2024 beat Llama-3 by 12%") == ["gpt4", "beat", "llama3"]
