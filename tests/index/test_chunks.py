"""Abstracts into chunks."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from rag.index.embedding import chunk_texts
from rag.nouns import Paper


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def paper(sentences: Sequence[str], title: str = "T") -> Paper:
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return Paper("p", title, " ".join(sentences), tuple(spans))


def test_an_abstract_that_fits_is_one_chunk_with_its_title() -> None:
    assert chunk_texts([paper(["One two.", "Three."])], count_words, 10) == [["T\nOne two. Three."]]


def test_a_long_abstract_is_cut_between_sentences_with_two_of_overlap() -> None:
    long = paper([f"s{i} x." for i in range(6)])
    assert chunk_texts([long], count_words, 9) == [["T\ns0 x. s1 x. s2 x. s3 x.", "T\ns2 x. s3 x. s4 x. s5 x."]]


def test_a_sentence_longer_than_the_limit_is_a_chunk_of_its_own() -> None:
    (chunks,) = chunk_texts([paper(["a " * 30 + "end.", "b."])], count_words, 10)
    assert chunks[0].startswith("T\na a")
    assert any("b." in chunk for chunk in chunks)


@given(
    st.lists(st.integers(1, 12).map(lambda n: " ".join(["w"] * n) + "."), min_size=1, max_size=30), st.integers(4, 40)
)
def test_every_sentence_is_in_a_chunk_and_every_chunk_bears_the_title(sentences: list[str], limit: int) -> None:
    numbered = [f"{i}{sentence}" for i, sentence in enumerate(sentences)]
    (chunks,) = chunk_texts([paper(numbered)], count_words, limit)
    assert all(chunk.startswith("T\n") for chunk in chunks)
    assert all(any(sentence in chunk for chunk in chunks) for sentence in numbered)
