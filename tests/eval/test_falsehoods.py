"""Claims made false in one point by code."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.falsehoods import WAYS, falsified, made_claims


@pytest.mark.parametrize(
    ("kind", "said", "false"),
    [
        ("number", "It has seven layers.", r"It has (?!seven)\w+ layers."),
        ("swap", "The model scores 61.2 on GSM8K, up from 55.", "The model scores 55 on GSM8K, up from 61.2."),
        ("swap", "Small models outperform large models.", "large models outperform Small models."),
        ("swap", "It gains 3 for Larks and 5 for Rooks.", "It gains 3 for Rooks .*|It gains 5 for Larks .*"),
        ("direction", "Length reduces accuracy.", "Length increases accuracy."),
        ("scope", "Most models can solve it.", "All models can .*|Most models always .*"),
        ("negation", "The data are public.", "The data are not public."),
        ("negation", "It does not scale.", "It scale."),
        ("entity", "GSM8K is used.", "LlamaX is used."),
    ],
)  # fmt: skip
def test_a_claim_is_made_false_in_the_kind_that_is_asked_for(kind: str, said: str, false: str) -> None:
    made = {falsified(said, kind, ["LlamaX", "GSM8K"], Random(seed)) for seed in range(20)} - {None}
    assert made
    assert all(re.fullmatch(false, text) for text in made if text), made


def test_a_list_that_is_told_in_another_order_is_not_false() -> None:
    assert falsified("It is tried on 3 and 5.", "swap", [], Random(1)) is None


@given(st.lists(st.text(max_size=200), max_size=6), st.integers(0, 99))
def test_claims_are_made_of_any_abstract(sentences: list[str], seed: int) -> None:
    for made in made_claims([sentences], Random(seed)):
        assert made.label in (0, 1, 2)
        assert made.cited in sentences
        assert made.label != 1 or made.claim != made.cited


@given(st.text(max_size=200), st.sampled_from(sorted(WAYS)), st.integers(0, 9))
def test_a_falsehood_is_never_what_was_said(said: str, kind: str, seed: int) -> None:
    assert falsified(said, kind, ["LlamaX"], Random(seed)) != said
