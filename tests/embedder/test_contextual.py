"""Word pieces in their context, by the shipped model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.embedder import SHIPPED
from rag.embedder.contextual import Contextual
from rag.embedder.onnx_folder import OnnxEmbedder
from rag.nouns import Paper
from tests.readers.papers import paper

CONTEXTUAL = Contextual()
EELS = paper("eels", "Following Eels", "Eels travel far.", "They rest by day.", "Tags tell where they are.")


def pooled(vectors: np.ndarray) -> np.ndarray:
    mean = vectors.mean(axis=0)
    return mean / np.linalg.norm(mean)


@pytest.mark.parametrize("text", ["eels", "Eels rest by day, and swim by night.", "Aale ruhen am Tage 鰻"])
def test_the_mean_of_a_text_s_pieces_is_what_the_embedder_gives_for_it(text: str) -> None:
    np.testing.assert_allclose(
        pooled(CONTEXTUAL.pieces(text).vectors), OnnxEmbedder(SHIPPED).embed([text])[0], atol=1e-5
    )


def test_the_pieces_of_a_word_are_found_by_its_place() -> None:
    text = "eels rest electrically"
    pieces = CONTEXTUAL.pieces(text)
    assert [text[a:b] for a, b in (pieces.spans[i] for i in pieces.within(0, 9))] == ["eels", "rest"]
    assert "".join(text[a:b] for a, b in (pieces.spans[i] for i in pieces.within(10, 22))) == "electrically"


def test_each_sentence_has_the_pieces_that_it_has_in_the_whole_abstract() -> None:
    (sentences,) = CONTEXTUAL.sentences([EELS])
    whole = CONTEXTUAL.pieces("Following Eels. Eels travel far. They rest by day. Tags tell where they are.")
    start = len("Following Eels. Eels travel far. ")
    second = whole.vectors[whole.within(start, start + len("They rest by day."))]
    assert len(sentences) == 3
    np.testing.assert_array_equal(sentences[1], second)


def test_a_sentence_is_read_differently_in_another_context() -> None:
    other = paper("owls", "Following Owls", "Owls travel far.", "They rest by day.", "Tags tell where they are.")
    (eels,), (owls,) = CONTEXTUAL.sentences([EELS]), CONTEXTUAL.sentences([other])
    assert pooled(eels[1]) @ pooled(owls[1]) < 0.99


def test_no_sentence_of_a_long_abstract_is_cut_off() -> None:
    long = paper("long", "Long", *(f"The {i}th eel was caught in the river, tagged and let go." for i in range(90)))
    (sentences,) = CONTEXTUAL.sentences([long])
    assert len(sentences) == 90
    assert all(len(sentence) > 5 for sentence in sentences)


def test_a_paper_without_sentences_has_none() -> None:
    assert CONTEXTUAL.sentences([paper("bare", "Bare")]) == [()]


def test_many_papers_at_once_are_read_as_each_alone() -> None:
    papers: list[Paper] = [paper(f"fish{i}", f"Fish {i}", f"Fish {i} swim.", "They eat.") for i in range(12)]
    together = CONTEXTUAL.sentences(papers)
    fresh = Contextual()
    for one, found in zip(papers, together, strict=True):
        (alone,) = fresh.sentences([one])
        for a, b in zip(alone, found, strict=True):
            np.testing.assert_array_equal(a, b)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_pieces_whose_places_lie_within_it(text: str) -> None:
    pieces = CONTEXTUAL.pieces(text)
    assert len(pieces.vectors) == len(pieces.spans) >= 2
    assert all(0 <= a <= b <= len(text) for a, b in pieces.spans)
    assert np.isfinite(pieces.vectors).all()
