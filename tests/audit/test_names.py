"""A name that does not stand in the cited paper is no support, however many words do."""

from __future__ import annotations

import pytest

from rag.audit import audit
from rag.audit.literals import missing_names
from rag.cite import resolve
from rag.nouns import Draft, Paper, Passage, Support
from tests.read.papers import paper

EPIE = paper(
    "epie",
    "EPIE Dataset: A Corpus For Possible Idiomatic Expressions",
    "Idiomatic expressions are hard for language models.",
    "We present EPIE, a corpus for possible idiomatic expressions, with 25,206 sentences.",
    "We train with reinforcement learning from human feedback and LoRA-based adapters.",
)


def support(text: str, *papers: Paper) -> Support:
    shown = tuple(Passage(each, 1.0) for each in papers or (EPIE,))
    (claim,) = audit(resolve(Draft(text, shown, "m"), final=True)).claims
    return claim.support


def test_a_right_sentence_under_a_wrong_name_is_not_supported() -> None:
    assert support("EPIE is a corpus for possible idiomatic expressions [P1.2].") is Support.SUPPORTED
    assert support("URIAL is a corpus for possible idiomatic expressions [P1.2].") is Support.NO_SUPPORT_FOUND


def test_a_name_that_is_said_to_be_absent_needs_no_source() -> None:
    assert support("The corpus of possible idiomatic expressions is not URIAL [P1.2].") is Support.SUPPORTED


@pytest.mark.parametrize(
    "claim",
    [
        "EPIE has 25,206 sentences",
        "epie and the EPIE-based corpus",
        "LMs find idioms hard",
        "It uses RLHF",
        "It uses LoRA and LORA",
        "A corpus in 3D of F1 by AI",
        "THE WHOLE IN CAPITALS",
    ],
)
def test_a_name_stands_there_in_any_spelling_or_as_initials(claim: str) -> None:
    assert missing_names(claim, [EPIE.title, EPIE.abstract]) == []


@pytest.mark.parametrize(
    ("claim", "missing"),
    [("GPT-4 and URIAL", ["GPT-4", "URIAL"]), ("a URIAL-based corpus", ["URIAL"]), ("LLaMA2's idioms", ["LLaMA2"])],
)
def test_names_that_stand_nowhere_are_told(claim: str, missing: list[str]) -> None:
    assert missing_names(claim, [EPIE.title, EPIE.abstract]) == missing
