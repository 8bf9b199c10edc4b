"""Two numbers of a claim that have changed places are seen, however many words of the sentence are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.audit import audit
from rag.audit.numbers import exchanged_numbers
from rag.cite import resolve
from rag.nouns import Draft, Support
from tests.cite.papers import passage

SOURCE = "We reach an accuracy of 91.2% on Herons and 78.4% on Egrets, with 12 experts and 4 shared layers."


@pytest.mark.parametrize(
    "claim",
    [
        "It reaches 78.4% on Herons and 91.2% on Egrets.",
        "On Herons it reaches 78.4%, on Egrets 91.2%.",
        "Accuracy is 91.2% for Egrets but only 78.4% for Herons.",
        "The network has 4 experts and 12 shared layers.",
    ],
)
def test_numbers_that_changed_places_are_seen(claim: str) -> None:
    assert exchanged_numbers(claim, SOURCE)


@pytest.mark.parametrize(
    "claim",
    [
        SOURCE,
        "It reaches 91.2% on Herons and 78.4% on Egrets.",
        "On Egrets it reaches 78.4%, on Herons 91.2%.",
        "On Herons 91.2%, on Egrets 78.4%.",
        "With 4 shared layers and 12 experts it does well.",
        "Egrets are harder than Herons: 78.4% against 91.2%.",
        "It reaches 78.4%.",
        "A 4B model beats 12 others.",
    ],
)
def test_numbers_in_their_places_are_no_exchange(claim: str) -> None:
    assert exchanged_numbers(claim, SOURCE) is None


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_texts_can_be_compared(claim: str, source: str) -> None:
    exchanged_numbers(claim, source)


@given(
    st.lists(
        st.sampled_from(["12", "3.5", "77", "4", "on", "for", "and", "of", "herons", "egrets", "larks"]), max_size=24
    ).map(" ".join)
)
def test_no_text_has_changed_places_with_itself(text: str) -> None:
    assert exchanged_numbers(text, text) is None


def test_a_claim_whose_numbers_changed_places_may_contradict_its_source() -> None:
    shown = (passage("birds", "Waders", SOURCE),)
    said = "On Herons it reaches 78.4% and on Egrets 91.2% [P1.1]."
    (claim,) = audit(resolve(Draft(said, shown, "scripted"), final=True)).claims
    assert claim.support is Support.CONTRADICTED
