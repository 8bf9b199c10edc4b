"""Asking in a real browser: streaming, Stop, follow-ups, asking again, editing, two people at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import PATIENCE, Opener, ask, finished
from tests.page.scripted import ScriptedLibrary, held

BOX = "#question textarea"


def test_the_box_has_the_focus_at_start(fresh: Page):
    expect(fresh.locator(BOX)).to_be_focused()


def test_examples_fit_the_library_and_ask_when_clicked(page: Page):
    examples = page.locator(".example")
    assert "Which papers deal with language models?" in examples.all_inner_texts()
    examples.nth(0).click()
    expect(page.locator("#t1.is-done .question")).to_contain_text("Value Drift")
    expect(page.locator(BOX)).to_be_focused()


def test_what_can_be_asked_next_is_asked_when_clicked_and_offered_under_the_last_answer_alone(page: Page):
    ask(page, "How does alignment differ?")
    page.get_by_role("button", name="Which papers deal with raters?").click()
    expect(page.locator("#t2.is-done .question")).to_have_text("Which papers deal with raters?")
    expect(page.locator("#t1 .next")).to_be_hidden()
    expect(page.locator("#t2 .follow")).to_have_count(2)


@pytest.mark.parametrize("what", ["again", "example", "up", "edit", "new", "enter"])
def test_a_click_between_the_last_word_and_the_storing_takes_effect(page: Page, library: ScriptedLibrary, what: str):
    with held(library.conversations.gate) as gate:
        page.fill(BOX, "How does alignment differ?")
        page.press(BOX, "Enter")
        expect(page.locator("#t1.is-done")).to_be_visible()
        assert gate.reached.wait(PATIENCE / 1000)
        first = page.locator("#t1").get_attribute("data-asking")
        asked = len(library.asked)
        if what == "enter":
            page.fill(BOX, "And between raters?")
            page.press(BOX, "Enter")
        else:
            page.locator("#new-row button" if what == "new" else f"#t1 [data-do={what}]").first.click()
    if what == "up":
        expect(page.locator("#t1 [data-do=up]")).to_have_attribute("aria-pressed", "true")
    elif what == "edit":
        expect(page.locator(BOX)).to_have_value("How does alignment differ?")
        page.click("#editing button")
    elif what == "new":
        expect(page.locator(".welcome")).to_be_visible()
    else:
        if what == "again":
            expect(page.locator(f"#t1:not([data-asking='{first}'])")).to_be_visible()
        finished(page, 1 if what == "again" else 2)
        assert len(library.asked) == asked + 1


def test_enter_sends_and_shift_enter_breaks_the_line(page: Page):
    page.fill(BOX, "How does alignment differ")
    page.press(BOX, "Shift+Enter")
    page.type(BOX, "between languages?")
    assert page.input_value(BOX) == "How does alignment differ\nbetween languages?"
    page.press(BOX, "Enter")
    expect(page.locator("#t1.is-done .marker").first).to_have_text("[1]")
    assert page.input_value(BOX) == ""


def test_an_empty_question_does_nothing(page: Page):
    page.fill(BOX, "   ")
    page.press(BOX, "Enter")
    page.wait_for_timeout(300)
    expect(page.locator(".turn")).to_have_count(0)


def test_an_answer_grows_while_it_is_written(page: Page):
    page.fill(BOX, "slow, please")
    page.press(BOX, "Enter")
    prose = page.locator("#t1.is-asking .prose")
    expect(prose).to_contain_text("Agreement")
    before = prose.inner_text().strip()
    expect(prose).not_to_have_text(before)
    assert prose.inner_text().startswith(before)
    page.click("#stop")


def test_a_new_question_goes_to_the_top_and_its_answer_is_read_from_there(page: Page):
    ask(page, "How does alignment differ?")
    ask(page, "And between raters?", turn=2)
    box = page.locator("#t2 .question").bounding_box()
    assert box
    assert 52 <= box["y"] <= 120


def test_stop_keeps_what_was_written_and_the_next_question_works(page: Page):
    page.fill(BOX, "slow, please")
    page.press(BOX, "Enter")
    expect(page.locator("#t1 .prose")).to_contain_text("Agreement")
    page.click("#stop")
    expect(page.locator("#t1.is-stopped")).to_contain_text("Stopped")
    expect(page.locator("#t1 .prose")).to_contain_text("Agreement")
    ask(page, "And a quick one", turn=2)
    expect(page.locator("#t2 .prose")).to_contain_text("would settle the matter")


def test_stop_works_before_the_first_word_and_blocks_nobody(opened: Opener):
    waiting, other = opened(), opened()
    waiting.fill(BOX, "silent model")
    waiting.press(BOX, "Enter")
    expect(waiting.locator("#t1.is-asking")).to_be_visible()
    ask(other, "A quick one")
    waiting.click("#stop")
    ask(other, "Another one", turn=2)
    expect(waiting.locator("#t1.is-stopped")).to_be_visible()


def test_follow_ups_carry_the_conversation(page: Page, library: ScriptedLibrary):
    ask(page, "How does alignment differ?")
    ask(page, "And between raters?", turn=2)
    assert library.asked[-1][:2] == ("And between raters?", ("How does alignment differ?",))


def test_asking_again_replaces_the_turn_and_what_follows(page: Page):
    ask(page, "First question")
    ask(page, "Second question", turn=2)
    page.click("#t1 [data-do=again]")  # a dialog asks first, and is dismissed
    expect(page.locator(".turn")).to_have_count(2)
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#t1 [data-do=again]")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#t1.is-done .question")).to_have_text("First question")


def test_an_edited_question_replaces_its_turn(page: Page):
    ask(page, "First question")
    ask(page, "Second question", turn=2)
    page.click("#t1 [data-do=edit]")
    expect(page.locator(BOX)).to_have_value("First question")
    expect(page.locator("#editing")).to_contain_text("it and everything after it")
    page.fill(BOX, "Another question")
    page.press(BOX, "Enter")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#t1.is-done .question")).to_have_text("Another question")
    expect(page.locator("#editing")).not_to_contain_text("Editing")


def test_an_edit_can_be_left(page: Page):
    ask(page, "First question")
    page.click("#t1 [data-do=edit]")
    page.click("#editing button")
    expect(page.locator(BOX)).to_have_value("")
    ask(page, "Second question", turn=2)


def test_two_people_do_not_wait_for_each_other_or_see_each_other(opened: Opener):
    slow, quick = opened(), opened()
    slow.fill(BOX, "slow, please")
    slow.press(BOX, "Enter")
    expect(slow.locator("#t1.is-asking")).to_be_visible()
    ask(quick, "A quick one")
    expect(slow.locator("#t1.is-asking")).to_be_visible()
    assert "A quick one" not in slow.locator("#transcript").inner_text()
    assert "slow" not in quick.locator("#transcript").inner_text()
    slow.click("#stop")


def test_a_failing_model_leaves_a_message_and_a_working_page(page: Page):
    ask(page, "fail, please")
    expect(page.locator("#t1 [role=alert]")).to_contain_text("did not answer within 60 s")
    ask(page, "A quick one", turn=2)


def test_an_unexpected_error_is_not_shown_raw(page: Page):
    ask(page, "crash, please")
    expect(page.locator("#t1 [role=alert]")).to_contain_text("Something went wrong here")
    assert "ZeroDivision" not in page.content()


def test_new_begins_an_empty_conversation(page: Page, library: ScriptedLibrary):
    ask(page, "First question")
    page.get_by_role("button", name="Begin a new conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, "Second question")
    assert library.asked[-1][:2] == ("Second question", ())
