"""The verdict line of a reply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.read.verdict import ReplyBody, Verdict, read_verdict
from tests.timing import grows_linearly


def test_the_first_line_is_read_and_taken_off() -> None:
    read = read_verdict("VERDICT: partly\nThe owls are quiet [P1.2].", final=True)
    assert read == ReplyBody(Verdict.PARTLY, "The owls are quiet [P1.2].")


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize(
    "shape",
    [
        "VERDICT: {}\n",
        "verdict: {}.\n",
        "**VERDICT:** {}\n\n",
        "**Verdict: {}**\n",
        "### Verdict - {}\n",
        "{}\n",
        "> VERDICT: `{}`\n",
        "VERDICT: {}. ",
        "\n\nVERDICT: {}\r\n",
        "VERDICT:{}\n",
        "VERDICT: ({})\n",
    ],
)
def test_the_shapes_that_models_write_are_read(verdict: Verdict, shape: str) -> None:
    reply = shape.format(verdict.value) + "[P1.2] is the text."
    assert read_verdict(reply, final=True) == ReplyBody(verdict, "[P1.2] is the text.")


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("not_stated", Verdict.NOT_STATED),
        ("OFF-TOPIC", Verdict.OFF_TOPIC),
        ("answered", Verdict.ANSWERS),
        ("Partially", Verdict.PARTLY),
        ("false premise", Verdict.WRONG_PREMISE),
        ("answers in part", Verdict.PARTLY),
    ],
)
def test_words_near_ours_are_read(word: str, verdict: Verdict) -> None:
    assert read_verdict(f"VERDICT: {word}\nText.", final=True) == ReplyBody(verdict, "Text.")


def test_without_a_verdict_the_text_is_whole() -> None:
    reply = "Partly, since the answers vary [P1.2].\nThe verdict is out."
    assert read_verdict(reply, final=True) == ReplyBody(None, reply)


def test_a_verdict_below_a_preamble_is_read_and_the_preamble_is_no_part_of_the_answer() -> None:
    read = read_verdict("Sure, here it is:\nVERDICT: not stated\nNobody says.", final=True)
    assert read == ReplyBody(Verdict.NOT_STATED, "Nobody says.")


def test_an_answer_before_its_verdict_is_kept() -> None:
    assert read_verdict("Owls are quiet.\nVERDICT: answers", final=True) == ReplyBody(
        Verdict.ANSWERS, "Owls are quiet."
    )
    long = "Owls are quiet. " * 20
    assert read_verdict(f"{long}\nVERDICT: answers\nBats too.", final=True).text == f"{long}\nBats too."


def test_an_unknown_word_is_told_and_the_line_is_not_shown() -> None:
    assert read_verdict("VERDICT: hooray\nText.", final=True) == ReplyBody(None, "Text.", unreadable=True)


def test_the_first_of_several_verdicts_counts() -> None:
    assert read_verdict("VERDICT: partly\nText.\nVERDICT: answers", final=True) == ReplyBody(Verdict.PARTLY, "Text.")


REPLIES = st.sampled_from(
    [
        "VERDICT: not stated\nNobody says so.",
        "**VERDICT:** answers\n\nOwls [P1.1].\n\nBats [P2.1].",
        "Sure:\nVERDICT: partly\nOwls.",
        "Partly, since owls differ.",
        "VERDICT: answers. The owls are quiet [P1.2]. They are so by 18 dB [P1.2].",
        "off topic\nHello!",
        "Owls are quiet [P1.2].\nVERDICT: answers",
        "Owls are quiet [P1.2]. " * 8 + "\nVERDICT: partly\nBats.",
        "Verdicts of courts are studied [P1.1].\nVery much so.",
    ]
)


@given(REPLIES, st.integers(0, 230))
def test_however_a_stream_is_cut_no_part_of_the_verdict_is_shown_and_nothing_is_taken_back(
    reply: str, cut: int
) -> None:
    shown = read_verdict(reply[:cut], final=False).text
    whole = read_verdict(reply, final=True).text
    assert whole.startswith(shown.rstrip())
    assert "VERDICT" not in shown


@given(st.text(alphabet="VERDICTverdict: \n*answersnot stated.", max_size=60))
def test_any_text_is_read_without_failing(text: str) -> None:
    read_verdict(text, final=True)
    read_verdict(text, final=False)


def test_a_long_reply_is_read_in_linear_time() -> None:
    assert grows_linearly(lambda times: read_verdict("VERDICT " * times, final=True), 20_000)
    assert grows_linearly(lambda times: read_verdict("VERDICT:\n" * times, final=True), 10_000)
