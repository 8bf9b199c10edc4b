"""Fusion, by hand and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieve.search import fuse

PAPERS = st.sampled_from("abcdefgh")
COSINES = st.dictionaries(PAPERS, st.floats(-1, 1)).map(lambda scores: list(scores.items()))
SHARES = st.dictionaries(PAPERS, st.floats(0, 2.2)).map(lambda scores: list(scores.items()))


def test_fusion_by_hand() -> None:
    # A cosine, and .4 of the square of the share of words: a .8 + .4 / 16, c .2 + .4, b .5; 1.9 is the most there is.
    fused = fuse([("a", 0.8), ("b", 0.5), ("c", 0.2)], [("c", 1.0), ("a", 0.25)])
    assert [name for name, _ in fused] == ["a", "c", "b"]
    assert [score * 1.9 for _, score in fused] == pytest.approx([0.825, 0.6, 0.5])


def test_a_paper_found_by_words_alone_counts_as_the_last_of_the_vectors() -> None:
    fused = dict(fuse([("a", 0.8), ("b", 0.3)], [("c", 1.0)]))
    assert fused["c"] * 1.9 == pytest.approx(0.7)


def test_few_shared_words_say_next_to_nothing_and_all_of_them_much() -> None:
    near = [("a", 0.5), ("b", 0.45)]
    assert fuse(near, [("b", 0.3)])[0][0] == "a"
    assert fuse(near, [("b", 0.9)])[0][0] == "b"


def test_a_word_said_often_outranks_one_said_once() -> None:
    assert fuse([], [("a", 1.0), ("b", 1.4)])[0][0] == "b"


def test_words_that_found_next_to_nothing_do_not_outvote_the_vectors() -> None:
    assert fuse([("a", 0.6), ("b", 0.4), ("c", 0.1)], [("c", 0.05), ("b", 0.01)])[0][0] == "a"


def test_one_list_alone_keeps_its_order() -> None:
    assert [name for name, _ in fuse([], [("x", 0.9), ("y", 0.5), ("z", 0.1)])] == ["x", "y", "z"]


def test_equal_scores_go_by_id() -> None:
    assert [name for name, _ in fuse([("b", 0.4), ("a", 0.4)], [])] == ["a", "b"]


@given(COSINES, SHARES)
def test_fused_scores_are_in_range_and_in_a_total_order(dense, lexical) -> None:  # type: ignore[no-untyped-def]
    fused = fuse(dense, lexical)
    assert {name for name, _ in fused} == {name for name, _ in [*dense, *lexical]}
    assert all(0 <= score <= 1 + 1e-9 for _, score in fused)
    assert fused == sorted(fused, key=lambda item: (-item[1], item[0]))
