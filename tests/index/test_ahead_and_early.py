"""Work done before it is asked for, on another thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.index.ahead import Early, ahead


def test_items_are_made_before_they_are_asked_for_and_no_more_than_so_many() -> None:
    made: list[int] = []
    third = threading.Event()

    def items() -> Iterator[int]:
        for n in range(10):
            made.append(n)
            if n == 2:
                third.set()
            yield n

    coming = ahead(items(), depth=2)
    assert next(coming) == 0
    assert third.wait(5)
    assert made == [0, 1, 2]
    assert list(coming) == list(range(1, 10))


def test_what_was_made_before_a_failure_is_given_first() -> None:
    def items() -> Iterator[int]:
        yield from (1, 2)
        raise OSError("no more")

    coming = ahead(items(), depth=4)
    assert [next(coming), next(coming)] == [1, 2]
    with pytest.raises(OSError, match="no more"):
        next(coming)


class Texts:
    """Texts that come in, an embedder that remembers what it was asked, and whether it works."""

    def __init__(self, texts: Sequence[str] = (), works: bool = True) -> None:
        self.texts, self.works = list(texts), works
        self.asked: list[str] = []
        self.done = threading.Event()

    def some(self, most: int, after: int) -> tuple[int, Sequence[str]]:
        found = self.texts[after : after + most]
        if len(found) < most:
            self.done.set()
            return after, ()
        return after + most, found

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not self.works:
            self.done.set()
            raise OSError("no embedder")
        self.asked += texts
        return np.array([[len(text), hash(text) % 97] for text in texts], dtype=np.float32).reshape(len(texts), 2)


def early(source: Texts) -> Early:
    """Return an Early that has embedded what it could."""
    made = Early(source.some, source.embed)
    with made.at_work():
        assert source.done.wait(5)
    return made


def test_what_came_in_meanwhile_is_embedded_once() -> None:
    source = Texts([f"paper {n}" for n in range(70)])
    made = early(source)
    assert source.asked == source.texts[:64]  # 64 at a time
    vectors = made.embed(source.texts)
    assert source.asked == source.texts
    assert np.array_equal(vectors, Texts().embed(source.texts))


def test_a_text_that_changed_since_is_embedded_anew() -> None:
    source = Texts([f"paper {n}" for n in range(64)])
    made = early(source)
    assert np.array_equal(made.embed(["paper 0, second edition"]), Texts().embed(["paper 0, second edition"]))
    assert source.asked[-1] == "paper 0, second edition"


def test_what_fails_early_fails_again_where_it_is_asked_for() -> None:
    made = early(Texts(["a"] * 64, works=False))
    with pytest.raises(OSError, match="no embedder"):
        made.embed(["a"])


@given(st.lists(st.sampled_from("abcdefgh"), min_size=64, max_size=64), st.lists(st.sampled_from("abcdefghxyz")))
def test_the_order_is_that_of_the_texts_whatever_was_embedded_early(before: list[str], asked: list[str]) -> None:
    assert np.array_equal(early(Texts(before)).embed(asked), Texts().embed(asked))
