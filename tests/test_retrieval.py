"""Fusion, by hand and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval import DENSE_WEIGHT, dense_weight, fuse

PAPERS = st.sampled_from("abcdefgh")
COSINES = st.dictionaries(PAPERS, st.floats(-1, 1)).map(lambda scores: list(scores.items()))
SHARES = st.dictionaries(PAPERS, st.floats(0, 2.2)).map(lambda scores: list(scores.items()))


def test_fusion_by_hand() -> None:
    # Vectors: of the way from 0.2 to 1, a goes 0.75, b 0.5, c 0. Words: c holds all, a a quarter. Equal weights, and
    # 1.51 is the most that can be had.
    fused = fuse([("a", 0.8), ("b", 0.6), ("c", 0.2)], [("c", 1.0), ("a", 0.25)], weight=0.5)
    assert [name for name, _ in fused] == ["a", "c", "b"]
    assert [score * 1.51 for _, score in fused] == pytest.approx([0.5, 0.5, 0.25])


def test_words_count_for_more_in_a_long_question() -> None:
    assert dense_weight("one two three four five six seven eight nine ten") == DENSE_WEIGHT
    assert dense_weight("eels?") > DENSE_WEIGHT > dense_weight("how do eels swim " * 5)


def test_a_word_said_often_outranks_one_said_once() -> None:
    assert fuse([], [("a", 1.0), ("b", 1.6)], DENSE_WEIGHT)[0][0] == "b"


def test_words_that_found_next_to_nothing_do_not_outvote_the_vectors() -> None:
    assert fuse([("a", 0.6), ("b", 0.4), ("c", 0.1)], [("c", 0.05), ("b", 0.01)], DENSE_WEIGHT)[0][0] == "a"


def test_one_list_alone_keeps_its_order() -> None:
    assert [name for name, _ in fuse([], [("x", 0.9), ("y", 0.5), ("z", 0.1)], DENSE_WEIGHT)] == ["x", "y", "z"]


def test_equal_scores_go_by_id() -> None:
    assert [name for name, _ in fuse([("b", 0.4), ("a", 0.4)], [], DENSE_WEIGHT)] == ["a", "b"]


@given(COSINES, SHARES, st.floats(0.49, 0.65))
def test_fused_scores_are_in_range_and_in_a_total_order(dense, lexical, weight) -> None:  # type: ignore[no-untyped-def]
    fused = fuse(dense, lexical, weight)
    assert {name for name, _ in fused} == {name for name, _ in [*dense, *lexical]}
    assert all(0 <= score <= 1 + 1e-9 for _, score in fused)
    assert fused == sorted(fused, key=lambda item: (-item[1], item[0]))
