"""The word index: how much of a question its papers hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.words import Words
from rag.nouns import Paper


@pytest.fixture
def words(tmp_path: Path) -> Words:
    index = Words(tmp_path / "words")
    index.replace([Paper("fish", "Perch of a lake", ""), Paper("star", "Timing of stars", "")])
    return index


def test_a_share_by_hand(words: Words) -> None:
    # Of two papers of three words, one holds "perch": idf ln(1 + 1.5 / 1.5), tf 1 at average length gives it whole.
    # Nobody holds "eel": idf ln(1 + 2.5 / 0.5). So the share is ln 2 / (ln 2 + ln 6), give or take the length.
    assert words.search("perch", 5) == [("fish", pytest.approx(1.0, abs=0.1))]
    assert words.search("perch eel", 5) == [("fish", pytest.approx(0.279, abs=0.03))]


def test_the_words_of_asking_lower_no_share(words: Words) -> None:
    assert words.search("What do they do with perch?", 5) == words.search("perch", 5)
    assert [name for name, _ in words.search("of a", 5)] == ["fish", "star"]


def test_nothing_is_found_for_signs_or_words_that_nobody_holds(words: Words) -> None:
    assert words.search("?!", 5) == words.search("eel", 5) == []


@pytest.mark.parametrize("long", ["香港的主权大语言模型是以哪个模型架构为基础的", f"{41 * 'a'} {41 * 'b'}", 4000 * "x"])
def test_a_word_too_long_to_be_indexed_is_left_out(words: Words, long: str) -> None:
    assert words.search(long, 5) == []
    assert words.search(f"{long} perch", 5) == words.search("perch", 5)
    assert words.search(f"perch, {long}", 5, among=["fish"]) == words.search("perch", 5, among=["fish"])
