from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.base.text.cleaning import without_controls
from rag.cite import resolve
from rag.cite.escaping import escape, unseal
from rag.nouns import EXTRACTIVE, Draft
from tests.cite.papers import SHOWN

HOSTILE = st.text(st.sampled_from("[]()P12.3?! *“”:/htpw@【】a\x1b\u202e\n|"), max_size=40) | st.text(max_size=40)


def test_a_sealed_title_is_one_word_to_the_resolver():
    title = "Owls? [P2.1] [9] *All* (2031). https://forged.example"
    resolved = resolve(Draft(f"- *{escape(title)}*: no date [P1.0]", SHOWN, EXTRACTIVE), final=True)
    assert resolved.text == f"- *{title}*: no date [1]"
    assert [claim.text for claim in resolved.claims] == [f"*{title}*: no date [1]"]
    assert [citation.paper.paper_id for citation in resolved.citations] == ["owls"]
    assert resolved.warnings == ()


def test_a_model_cannot_unseal():
    resolved = resolve(Draft(f"Owls hunt {escape('[1]')} mice.", SHOWN, "scripted"), final=True)
    assert resolved.text == "Owls hunt 1 mice."


@given(HOSTILE, HOSTILE)
def test_whatever_is_sealed_comes_back_and_points_at_nothing(one: str, other: str):
    plain = [" ".join(without_controls(text).split()) for text in (one, other)]
    resolved = resolve(Draft(f"- x{escape(one)}x: {escape(other)}x [P1.0]", SHOWN, EXTRACTIVE), final=True)
    assert unseal(escape(one)) == plain[0]
    assert resolved.text == f"- x{plain[0]}x: {plain[1]}x [1]"
    assert [(cite.number, cite.sentence) for claim in resolved.claims for cite in claim.cites] == [(1, 0)]
    assert resolved.warnings == ()
