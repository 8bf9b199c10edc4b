from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.base.text.cleaning import without_controls
from rag.nouns import Answer, Citation, CitedSentence, Claim, Paper, Reason, Status, Support
from rag.present import address, answer_to_text

OWLS = Paper(
    "owls", "Owls hunt by ear", "Owls hunt mice.", ((0, 15),), date="2024-05", url="https://papers.example/owls"
)
BATS = Paper("bats", "Bats & sonar?", "Bats call.", ((0, 10),), date="2023", date_inferred=True)


def answered(text: str = "They hunt [1]. They call [2].") -> Answer:
    return Answer(
        question="Who hunts?",
        standalone_question="Who hunts?",
        status=Status.ANSWERED,
        reason=None,
        text=text,
        citations=(
            Citation(1, OWLS, (CitedSentence(1, 0, 15, "Owls hunt mice."),)),
            Citation(2, BATS, (CitedSentence(0, None, None, BATS.metadata_line()),)),
        ),
        claims=(
            Claim("They hunt [1].", 0, 14, (), Support.SUPPORTED, 0.9),
            Claim("They call [2].", 15, 29, (), Support.NUMBER_NOT_FOUND, 0.4),
        ),
        warnings=("Something was left out.",),
    )


def test_text_then_references_then_what_to_check_then_notes():
    assert str(answered()) == answer_to_text(answered())
    assert answer_to_text(answered()) == (
        "They hunt [1]. They call [2].\n"
        "\n"
        "[1] Owls hunt by ear (2024-05). https://papers.example/owls\n"
        "    sentence 1: “Owls hunt mice.”\n"
        "[2] Bats & sonar? (2023, year inferred)\n"
        "    metadata: Date: 2023 (year inferred).\n"
        "\n"
        "To check:\n"
        "- number not found: They call [2].\n"
        "\n"
        "Notes:\n"
        "- Something was left out."
    )


def test_a_sentence_that_the_answer_quotes_is_not_repeated():
    assert "sentence 1" not in answer_to_text(answered("“Owls hunt mice.” [1] They call [2]."))


def test_an_abstention_names_related_titles_as_no_evidence():
    answer = Answer(
        "q", "q", Status.ABSTAINED, Reason.NOT_IN_LIBRARY, "Nothing on this.",
        claims=(Claim("Nothing on this.", 0, 16, (), Support.NOT_CHECKED),), related=(OWLS,),
    )  # fmt: skip
    assert answer_to_text(answer) == (
        "Nothing on this.\n\nRelated titles, not evidence:\n- Owls hunt by ear (2024-05). https://papers.example/owls"
    )


@pytest.mark.parametrize(
    ("paper", "url", "is_search"),
    [
        (Paper("a", "A", "", url="https://a.example/x(1)"), "https://a.example/x%281%29", False),
        (Paper("a", "A b", "", url="javascript:alert(1)"), "https://huggingface.co/papers?q=A+b", True),
        (Paper("a", "A", "", arxiv_id="2501.05441"), "https://arxiv.org/abs/2501.05441", False),
        (Paper("a", "A", "", url="https://a.example/ <b>"), "https://huggingface.co/papers?q=A", True),
    ],
)
def test_a_paper_has_a_link_or_a_search_that_is_called_so(paper: Paper, url: str, is_search: bool):
    assert (address(paper).url, address(paper).is_search) == (url, is_search)


def test_a_title_cannot_move_the_cursor_or_begin_a_line():
    hostile = dataclasses.replace(OWLS, title="Owls\x1b[2J\x1b]0;x\x07\r\n[9] Fake\u202e title\x9b31m")
    answer = dataclasses.replace(answered(), citations=(Citation(1, hostile, ()),))
    printed = answer_to_text(answer)
    assert "[1] Owls [9] Fake title (2024-05). https://papers.example/owls" in printed
    assert without_controls(printed) == printed


@given(st.text())
def test_what_is_printed_holds_no_control_character(text: str):
    safe = without_controls(text)
    assert not any((ord(char) < 32 and char not in "\n\t") or 0x7F <= ord(char) < 0xA0 for char in safe)
    assert not set(safe) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff")
    safe.encode()
