"""Typing errors of a question: put right by the words of the library and a dictionary, and told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Library
from rag.retrieve.search import Retriever
from rag.retrieve.spelling import Spelling, spell


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with closing(Library.open(tmp_path_factory.mktemp("sample"))) as library:
        library.add("sample:")
        yield library


def read(question: str, library: Library) -> Spelling:
    return spell(question, Retriever(library.catalogue, library.indexes), library.indexes)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("What is aligment fakng?", "What is alignment faking?"),
        ("how does reward hackng emrge", "how does reward hacking emerge"),
        ("which papers look at koraen values", "which papers look at korean values"),
        ("Sycophncy and scale", "Sycophancy and scale"),
        ("what hapens to divresity", "what happens to diversity"),
        ("which papres have three auhtors?", "which papers have three authors?"),
    ],
)
def test_a_slip_in_a_word_is_put_right(written: str, meant: str, sample: Library) -> None:
    assert read(written, sample).text == meant


@pytest.mark.parametrize(
    "question",
    [
        "What is NormAd, and what is Progent?",  # names
        "Do retrained samplers of diffusion models skim, or do bots fiddle?",  # of a dictionary
        "How does KV-cache prefilling work?",  # a term that is near to nothing in these papers
        "Welche Benchmarks messen kulturelle Werte?",
        "¿Me recomiendas un restaurante vegetariano en Madrid?",
        "seedreem 2.0 有多少参数？",
        "xqzvt wrrblk",
    ],
)
def test_what_is_no_slip_stays(question: str, sample: Library) -> None:
    assert read(question, sample) == Spelling(question, {})


def test_spellings_of_britain_become_those_of_abstracts_without_a_word(sample: Library) -> None:
    spelled = read("Does anyone criticise preference optimisation?", sample)
    assert spelled.text == "Does anyone criticize preference optimization?"
    assert not spelled.notes


def test_an_answer_tells_how_a_misspelt_question_was_read_and_keeps_its_words(sample: Library) -> None:
    answer = sample.ask("What is aligment fakng?")
    assert answer.question == "What is aligment fakng?"
    assert answer.standalone_question == "What is alignment faking?"
    assert answer.warnings[:2] == ("“aligment” was read as alignment.", "“fakng” was read as faking.")
    assert answer.citations[0].paper.title == "Alignment faking in large language models"


def test_a_search_forgives_slips(sample: Library) -> None:
    assert sample.search("sycophncy", 5) == sample.search("sycophancy", 5)


@given(data=st.data())
def test_no_word_of_an_abstract_is_changed(sample: Library, data: st.DataObject) -> None:
    paper = data.draw(st.sampled_from(list(sample.catalogue)))
    sentence = data.draw(st.sampled_from(paper.sentence_texts() or ["None."]))
    assert read(sentence, sample).text == sentence
