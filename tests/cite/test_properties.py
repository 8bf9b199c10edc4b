"""What holds for every draft, whole and cut at every position."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.cite import Resolved, resolve, unwrap
from tests.cite.papers import SHOWN, draft
from tests.timing import grows_linearly

TEXT = (
    "Owls hunt mice. Bats call “at 50 kHz. Then” they , ; . ! ? : 猫头鹰。 ** * # - --- 1. > a b Z 7 é | 2.1 95% "
    "CI [2.1, 7.70] [1, 2] they drop http https://owls.example/data"
)
POINTERS = (
    "[P2.1]",
    "[P1]",
    "[2]",
    "[P2.1, P2.2]",
    "(P1.2)",
    "(see P3.1)",
    "【P2.4】",
    "[P9.9]",
    "[P2.1-3]",
    "\\[P3.1\\]",
    "P1.1",
)
BROKEN = (
    "( ) （ ） [ ] 【 】 ［ ］ \\[ \\] [[ ]] ` ``` [7] [P2. [P P3 P9 p2 .1 -2 2] ![ ww | they [P2.1] drop "
    "http://evil.example/x www.evil.example ](http://evil.example) ](#x) [P1.1](x.io/) <think> </think> <thi "
    "\u200b \u202e \x1b[31m \x1b [[P9.9] 1] https :// //evil.example/x [https:](http://a.example) "
    "[//x](http://a.example) https://\u0435vil.example https://owls.example/data\u4e2d ［１］ [01] ssh: ：//x"
)
SPACE = (" ", " ", "\n", "\n\n", "  ")


def drafts(*fragments: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from([*fragments, *SPACE]), max_size=30).map("".join)


DRAFTS = drafts(*TEXT.split(), *POINTERS, *BROKEN.split(" "))
WELL_FORMED = drafts(*TEXT.split(), *POINTERS)
POINTER_START = re.compile(r"[\[【［(（]\s*[Pp]\d*[.\d,; Pp-]*\Z")


def resolved(text: str, *, final: bool = True) -> Resolved:
    return resolve(draft(text), final=final)


def takes_back(text: str) -> bool:
    """Whether thoughts end without having begun, the one case that may take back what was shown."""
    return "</think" in text


@given(DRAFTS)
@example("a [P9.9] b [P2.1], [P2.2] and (see P1.1) c")
@example("[my label](http://evil.example) ![x](data:y)")
@settings(max_examples=300, deadline=None)
def test_a_growing_draft_only_grows(text: str):
    if takes_back(text):
        return
    shown = [resolved(text[:end], final=False).text for end in range(len(text) + 1)]
    for shorter, longer in pairwise([*shown, resolved(text).text]):
        assert longer.startswith(shorter)


@given(WELL_FORMED)
@settings(max_examples=200, deadline=None)
def test_no_cut_shows_half_a_pointer(text: str):
    for end in range(len(text) + 1):
        seen = resolved(text[:end], final=False).text
        assert not POINTER_START.search(seen)


@given(DRAFTS, st.booleans())
@settings(max_examples=500, deadline=None)
def test_what_is_shown_is_consistent(text: str, final: bool):
    answer = resolved(text, final=final)
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for claim in answer.claims:
        assert claim.text == answer.text[claim.start : claim.end]
    for shorter, longer in pairwise(answer.claims):
        assert shorter.end <= longer.start
    for citation in answer.citations:
        assert citation.paper in [passage.paper for passage in SHOWN]
        assert citation.sentences
        for sentence in citation.sentences:
            assert sentence.index == 0 or sentence.quote == citation.paper.abstract[sentence.start : sentence.end]
    first_use = list(dict.fromkeys(marker.number for marker in answer.markers))
    assert first_use == sorted(first_use)
    assert {marker.number for marker in answer.markers} == {citation.number for citation in answer.citations}
    assert all(answer.text[marker.start : marker.end] == f"[{marker.number}]" for marker in answer.markers)


@given(DRAFTS)
@settings(max_examples=300, deadline=None)
def test_every_marker_lies_in_a_claim_that_cites_it(text: str):
    answer = resolved(text)
    for marker in answer.markers:
        (claim,) = [claim for claim in answer.claims if claim.start <= marker.start and marker.end <= claim.end]
        assert marker.number in {cite.number for cite in claim.cites}
    pointed = {(cite.number, cite.sentence) for claim in answer.claims for cite in claim.cites}
    assert pointed == {(c.number, sentence.index) for c in answer.citations for sentence in c.sentences}


@given(DRAFTS)
@settings(max_examples=300, deadline=None)
def test_no_link_of_the_models_reaches_the_screen(text: str):
    link = r"(?i)[\w+.-][:：]//(?!owls\.example/data)\w|www\.evil|evil\.example/"
    assert not re.search(link, resolved(text).text)


@given(DRAFTS)
@example("[[P9.9]1] [1[P9.9]] [1](http://a.example)")
@settings(max_examples=300, deadline=None)
def test_every_number_in_square_brackets_is_a_marker(text: str):
    answer = resolved(text)
    numbers = [found.span() for found in re.finditer(r"\[\d{1,3}\]", answer.text)]
    assert numbers == [(marker.start, marker.end) for marker in answer.markers]


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_at_all_resolves(text: str):
    answer = resolved(text)
    assert "\x1b" not in answer.text
    for end in range(0, len(text), 7):
        resolved(text[:end], final=False)


@given(DRAFTS)
@settings(max_examples=300, deadline=None)
def test_unwrapping_twice_changes_nothing_that_pointers_need(text: str):
    if not takes_back(text):
        once = unwrap(text, final=True)
        assert resolved(once).text == resolved(text).text


@given(st.lists(st.integers(1, 6), min_size=1, max_size=40))
def test_brackets_of_what_was_shown_survive_in_any_order(order: list[int]):
    quoted = ["95% CI [2.1, 7.70]", "is [1, 2] dB", "Then they [P2.1] drop", "plain", "in the P3 band", "50 kHz"]
    text = " ".join(f"{quoted[index - 1]}." for index in order)
    assert resolved(text).text == text


WORST = (
    *(
        "[",
        "(",
        "[P2.1",
        "[a](",
        "[P2.1]",
        "( ",
        "[a b]",
        "`[",
        "“",
        '"',
        "http://",
        "<think>",
        "\x1b]",
        "*",
        "-|",
        "1. ",
    ),
    *(
        "a.",
        "a:",
        "a://",
        "：",
        "com/",
        "[P9.9]",
        "a[P9.9]",
        "P2.1",
        "P2.1 ",
        "[2.",
        "a. ",
        "[P2.1, ",
        " ",
        "\n",
        "| ",
        "。",
        "\\[",
        "```\n",
        "[1][2]",
        "www.",
        "<",
        "$a$ ",
    ),
)


@pytest.mark.parametrize("piece", WORST)
def test_the_worst_takes_linear_time(piece: str):
    def work(size: int) -> None:
        text = (piece * size)[:size]
        resolved(text)
        resolved(text, final=False)

    assert grows_linearly(work, 15_000)
