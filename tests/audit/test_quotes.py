"""Sentences of abstracts against themselves: a sample of those that hold odd numbers, signs and brackets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.quotes import audited, papers
from rag.audit import Entailment, audit
from rag.cite import resolve
from rag.nouns import EXTRACTIVE, Draft, Paper, Passage, Support

SAMPLE = tuple(papers([Path(__file__).with_name("abstracts.jsonl")]))
"""Abstracts of arXiv (its metadata is CC0)."""


@pytest.mark.parametrize("paper", SAMPLE, ids=lambda paper: paper.paper_id)
def test_every_sentence_of_an_abstract_quoted_word_for_word_is_supported(paper: Paper):
    claims = list(audited(paper))
    assert len(claims) == len(paper.sentences)
    assert [claim.text for claim in claims if claim.support is not Support.SUPPORTED] == []


class _Doubter:
    """A checker that finds nothing borne out."""

    def check(self, claim: str, cited: Sequence[str], near: Sequence[str] = ()) -> Entailment:
        return Entailment(0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    "lead_in",
    [
        "*Counting Perch by Sonar* (2024) says:",
        "*Counting Perch by Sonar*, in turn, says:",
        "It also says:",
        "- *Counting Perch by Sonar* (2024):",
        "- If *Counting Perch by Sonar* is meant:",
    ],
)
def test_a_quote_behind_any_lead_in_of_the_reader_is_borne_out_whatever_a_check_of_meaning_says(lead_in: str) -> None:
    sentence = "Perch are counted by sonar in nine lakes."
    paper = Paper("perch", "Counting Perch by Sonar", sentence, ((0, len(sentence)),), date="2024")
    draft = Draft(f"{lead_in} “{sentence}” [P1.1]", (Passage(paper, 1.0),), EXTRACTIVE)
    claims = audit(resolve(draft, final=True), checker=_Doubter()).claims
    assert [claim.support for claim in claims] == [Support.SUPPORTED]
