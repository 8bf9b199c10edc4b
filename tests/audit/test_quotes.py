"""Sentences of abstracts against themselves: a sample of those that hold odd numbers, signs and brackets."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.quotes import audited, papers
from rag.nouns import Paper, Support

SAMPLE = tuple(papers([Path(__file__).with_name("abstracts.jsonl")]))
"""Abstracts of arXiv (its metadata is CC0)."""


@pytest.mark.parametrize("paper", SAMPLE, ids=lambda paper: paper.paper_id)
def test_every_sentence_of_an_abstract_quoted_word_for_word_is_supported(paper: Paper):
    claims = list(audited(paper))
    assert len(claims) == len(paper.sentences)
    assert [claim.text for claim in claims if claim.support is not Support.SUPPORTED] == []
