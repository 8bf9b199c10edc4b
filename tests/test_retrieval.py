"""Fusion, by hand and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval import fuse

RANKINGS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-5, 50, allow_nan=False)).map(
    lambda scores: sorted(scores.items(), key=lambda item: (-item[1], item[0]))
)


def test_fusion_by_hand() -> None:
    # Vectors: a 1, b (0.5 - 0.2) / (0.8 - 0.2) = 0.5, c 0. Words: c 1, a 0. Equal weights.
    fused = fuse([("a", 0.8), ("b", 0.5), ("c", 0.2)], [("c", 9.0), ("a", 3.0)], weight=0.5)
    assert [name for name, _ in fused] == ["a", "c", "b"]
    assert [score for _, score in fused] == pytest.approx([0.5, 0.5, 0.25])


def test_one_list_alone_keeps_its_order() -> None:
    assert [name for name, _ in fuse([], [("x", 3.0), ("y", 2.0), ("z", 1.0)])] == ["x", "y", "z"]


def test_equal_scores_count_fully_and_ties_go_by_id() -> None:
    assert [name for name, _ in fuse([("b", 0.4), ("a", 0.4)], [])] == ["a", "b"]


@given(RANKINGS, RANKINGS, st.floats(0, 1))
def test_fused_scores_are_in_range_and_in_a_total_order(dense, lexical, weight) -> None:  # type: ignore[no-untyped-def]
    fused = fuse(dense, lexical, weight)
    assert {name for name, _ in fused} == {name for name, _ in [*dense, *lexical]}
    assert all(0 <= score <= 1 + 1e-9 for _, score in fused)
    assert fused == sorted(fused, key=lambda item: (-item[1], item[0]))
