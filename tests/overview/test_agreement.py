"""Statements that say much the same are found together, and pairs that may disagree lean opposite ways."""

from __future__ import annotations

import pytest

from rag.library import Library
from rag.models.cross_encoders import SupportChecker
from rag.nouns import Paper, Role, Statement
from rag.overview.roles import leaning
from rag.overview.synthesis import disputed, same_statements


def statement(number: int, text: str, role: Role = Role.FINDING) -> Statement:
    return Statement(Paper(f"p{number}", f"Paper {number}", text, ((0, len(text)),)), 1, role)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Self-correction improves reasoning.", 1),
        ("Self-correction is largely ineffective.", -1),
        ("It is effective, but fails on long texts.", -1),
        ("The method prevents model collapse.", 1),
        ("However, there is a lack of benchmarks for it.", 0),
        ("We look at nine languages.", 0),
    ],
)
def test_a_sentence_leans_the_way_its_last_words_do(text: str, way: int) -> None:
    assert leaning(text) == way


def test_three_papers_that_say_the_same_are_one_group_and_another_is_not_in_it(sample: Library) -> None:
    texts = [
        "Speculative decoding accelerates inference by drafting tokens with a small model.",
        "Speculative decoding accelerates the inference of language models with a small draft model.",
        "Speculative decoding speeds up inference: a small model drafts tokens.",
        "Rivers carry silt to the sea.",
    ]
    statements = [statement(number, text, Role.MEANING) for number, text in enumerate(texts)]
    (group,) = same_statements(statements, sample.embedder().embed(texts))
    assert {s.text for s in group.statements} == set(texts[:3])


def test_one_paper_does_not_agree_with_itself(sample: Library) -> None:
    text = "Speculative decoding accelerates inference with a small model."
    statements = [statement(1, text)] * 4
    assert same_statements(statements, sample.embedder().embed([text] * 4)) == ()


def test_a_pair_that_may_disagree_has_what_speaks_well_first(sample: Library) -> None:
    texts = [
        "We find that self-correction does not improve reasoning in language models.",
        "We find that self-correction improves reasoning in language models.",
    ]
    statements = [statement(number, text) for number, text in enumerate(texts)]
    pairs = disputed(statements, sample.embedder().embed(texts), SupportChecker())
    assert [[s.text for s in pair] for pair in pairs] == [[texts[1], texts[0]]]


def test_what_leans_the_same_way_is_not_disputed(sample: Library) -> None:
    texts = ["We find that it improves reasoning.", "Results show that it boosts reasoning."]
    statements = [statement(number, text) for number, text in enumerate(texts)]
    assert disputed(statements, sample.embedder().embed(texts), SupportChecker()) == ()
