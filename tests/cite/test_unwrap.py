from __future__ import annotations

from rag.cite import unwrap


def whole(text: str) -> str:
    return unwrap(text, final=True)


def test_thoughts_are_not_the_answer():
    assert whole("<think>\nLet me [P9.1] see.\n</think>\n\nOwls hunt.") == "Owls hunt."
    assert whole("Owls.\n<thinking>a</thinking><think>b</think>Bats.") == "Owls.\nBats."


def test_thoughts_that_never_end_leave_no_answer():
    assert whole("<think>Let me see") == ""


def test_a_swallowed_opening_tag_still_marks_thoughts():
    assert whole("Let me see. Owls?\n</think>\nOwls hunt.") == "Owls hunt."


def test_an_answer_may_speak_of_the_tags():
    text = "They train with <think> and </think> tags. <think> begins it."
    assert whole(text) == text


def test_the_fence_around_an_answer_goes():
    assert whole("```markdown\nOwls hunt.\n```") == "Owls hunt.\n"
    assert whole("~~~\nOwls `hunt`.\n~~~\nBats.") == "Owls `hunt`.\nBats."


def test_invisible_characters_and_escape_sequences_go():
    assert whole("\ufeffOw\u202els \x1b[31mhu\u200bnt\x1b]0;title\x07.\r\n\x00") == "Owls hunt.\n"


def test_joiners_that_mean_something_stay():
    assert whole("می\u200cخواهم a\u200cb") == "می\u200cخواهم ab"


def test_a_wrapper_that_has_only_begun_is_held_back():
    assert [unwrap(text, final=False) for text in ("<thi", "```mark", "Owls.\n``", "Owls.\n<think>x")] == [
        "",
        "",
        "Owls.\n",
        "Owls.\n",
    ]
