"""An embedder with a memory gives the vectors of the one behind it, and asks it for nothing twice."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.models.embedder import SHIPPED, Remembering
from rag.models.embedder.onnx_folder import OnnxEmbedder

SHIPPED_EMBEDDER = OnnxEmbedder(SHIPPED)


class Counting(OnnxEmbedder):
    """The shipped embedder, which writes down what it was asked for."""

    def __init__(self) -> None:
        super().__init__(SHIPPED)
        self.asked: list[str] = []

    def embed(self, texts):  # type: ignore[no-untyped-def]
        self.asked += texts
        return super().embed(texts)


def test_what_was_embedded_is_not_embedded_again() -> None:
    counting = Counting()
    remembering = Remembering(lambda: counting)
    first = remembering.embed(["eels", "owls", "eels"])
    again = remembering.embed(["owls", "bees", "eels"])
    assert counting.asked == ["eels", "owls", "bees"]
    np.testing.assert_array_equal(first[[1, 0]], again[[0, 2]])


def test_only_the_texts_used_last_are_kept() -> None:
    counting = Counting()
    remembering = Remembering(lambda: counting, most=2)
    for text in ("eels", "owls", "eels", "bees", "eels", "owls"):
        remembering.embed([text])
    assert counting.asked == ["eels", "owls", "bees", "owls"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["eels", "owls", "bees", "", "eels "]), max_size=6))
def test_the_vectors_are_those_of_the_embedder(texts: list[str]) -> None:
    remembering = Remembering(lambda: SHIPPED_EMBEDDER, most=3)
    np.testing.assert_array_equal(remembering.embed(texts), SHIPPED_EMBEDDER.embed(texts))
    np.testing.assert_array_equal(remembering.embed(texts), SHIPPED_EMBEDDER.embed(texts))
