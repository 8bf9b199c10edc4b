"""The learned check of claims: what bears out, what contradicts, what does not say."""

from __future__ import annotations

import pytest

from rag.models.cross_encoders import SupportChecker

CHECKER = SupportChecker()
SOURCE = "The best model finds 61% of the mistakes in soup recipes, while professional cooks find 94%."


@pytest.mark.parametrize(
    "claim",
    [
        SOURCE,
        "Cooks found 94% of the mistakes, the best model 61%.",
        "Models find fewer of the mistakes than cooks do.",
    ],
)
def test_a_faithful_claim_is_borne_out_more_than_a_false_one(claim: str) -> None:
    false = CHECKER.check("Cooks find none of the mistakes in soup recipes.", [SOURCE])
    assert CHECKER.check(claim, [SOURCE]).supported > false.supported


@pytest.mark.parametrize(
    "claim",
    [
        "The best model finds more mistakes in soup recipes than professional cooks.",
        "Professional cooks find 61% of the mistakes, and the best model 94%.",
        "The best model does not find any mistakes in soup recipes.",
    ],
)
def test_a_false_claim_is_borne_out_less_than_a_true_one(claim: str) -> None:
    assert CHECKER.check(claim, [SOURCE]).supported < CHECKER.check(SOURCE, [SOURCE]).supported


def test_what_the_source_does_not_speak_of_is_not_stated() -> None:
    verdict = CHECKER.check("The recipes were collected from grandmothers in rural Japan.", [SOURCE])
    assert max(verdict.not_stated, verdict.contradicted) > verdict.supported


@pytest.mark.parametrize("claim", ["", "\ud800", "鳗鱼" * 300, "eel " * 900])
def test_any_claim_can_be_checked_and_the_verdict_is_a_distribution(claim: str) -> None:
    verdict = CHECKER.check(claim, [SOURCE], ["A sentence beside it."] * 40)
    assert verdict.supported + verdict.contradicted + verdict.not_stated == pytest.approx(1.0)
