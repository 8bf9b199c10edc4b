"""Checking in a real browser: cards, highlighted evidence, quiet marks, why these papers, kinds of abstention."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.conftest import Opener, ask, finished
from tests.page.papers import TIDE
from tests.page.scripted import ScriptedLibrary


def is_in_view(page: Page, inner: Locator) -> bool:
    """Return whether an element lies within its panel of sources, and the panel on the screen."""
    box, panel = inner.bounding_box(), page.locator(".turn.active .sources").bounding_box()
    assert box
    assert panel
    return box["y"] + 10 >= panel["y"] and box["y"] + 10 <= panel["y"] + panel["height"]


def test_a_card_shows_the_paper_and_its_cited_sentences(page: Page):
    ask(page, "How does alignment differ?")
    card = page.locator("#t1-c1")
    expect(card.locator(".number")).to_have_text("1")
    title = card.locator("h3 a")
    expect(title).to_have_attribute("href", "https://example.org/papers/2508.01001")
    expect(title).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(card.locator(".about")).to_have_text(
        "22 Aug 2025 · Amara Okafor, Lena Brandt, Tomas Riva and 2 more · Harbour Institute · "
        "saved from your pages cultural-alignment, august-week-4"
    )
    assert card.locator("mark").all_inner_texts() == [TIDE.sentence(3), TIDE.sentence(4)]
    expect(card.locator(".abstract")).to_have_text(TIDE.abstract)


def test_cited_metadata_is_highlighted_on_the_card(page: Page):
    ask(page, "How does alignment differ?")
    expect(page.locator("#t1-c3-s0")).to_contain_text("Lakeside University")


def test_a_click_on_a_marker_brings_up_its_card(page: Page):
    ask(page, "How does alignment differ?")
    page.locator("#t1 .marker", has_text="[3]").click()
    expect(page.locator("#t1-c3")).to_have_class("card lit")
    assert is_in_view(page, page.locator("#t1-c3 h3"))


def test_a_marker_works_from_the_keyboard(page: Page):
    ask(page, "How does alignment differ?")
    page.locator("#t1 .marker").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#t1-c1")).to_have_class("card lit")


def test_a_click_on_a_sentence_lights_its_evidence(page: Page):
    ask(page, "How does alignment differ?")
    page.locator("#t1 .claim", has_text="Larger models").click()
    expect(page.locator("mark.lit")).to_have_count(1)
    expect(page.locator("mark.lit")).to_have_text(TIDE.sentence(4))
    assert is_in_view(page, page.locator("mark.lit"))


def test_each_sentence_says_quietly_what_the_audit_found(page: Page):
    ask(page, "How does alignment differ?")
    marks = page.locator("#t1 .audit")
    assert marks.all_inner_texts() == ["✓", "✓", "number not found", "✓", "uncited"]
    expect(marks.nth(2)).to_have_attribute(
        "aria-label", "Sentence 3: A number of this sentence was not found in [2] sentence 3"
    )
    marks.nth(2).hover()
    assert marks.nth(2).evaluate("e => getComputedStyle(e, '::after').visibility") == "visible"
    expect(page.locator("#t1 .small").first).to_contain_text("3 of 5 sentences supported by the words of the sources")


def test_a_click_in_an_earlier_answer_brings_back_its_sources(page: Page):
    ask(page, "How does alignment differ?")
    ask(page, "Tell me again", turn=2)
    expect(page.locator("#t2 .sources")).to_be_visible()
    expect(page.locator("#t1 .sources")).to_be_hidden()
    page.locator("#t1 .marker").first.click()
    expect(page.locator("#t1 .sources")).to_be_visible()
    expect(page.locator("#t2 .sources")).to_be_hidden()


def test_a_new_turn_shows_its_own_sources_whatever_was_called_up_before(page: Page):
    ask(page, "How does alignment differ?")
    page.locator("#t1 .marker").first.click()
    ask(page, "Tell me again", turn=2)
    expect(page.locator("#t1 .sources")).to_be_hidden()
    expect(page.locator("#t2 .sources")).to_be_visible()
    page.locator("#t1 .marker").first.click()
    ask(page, "What about quantum gravity?", turn=3)
    expect(page.locator(".turn:not(#t3) .sources:visible")).to_have_count(0)


def test_a_turn_that_is_asked_again_or_follows_it_is_shown_itself(page: Page):
    ask(page, "How does alignment differ?")
    page.get_by_text("Why these papers").click()
    ask(page, "Tell me again", turn=2)
    page.locator("#t1 .marker").first.click()
    page.locator("#t2").get_by_role("button", name="Ask again").click()
    expect(page.locator("#t2 .sources")).to_be_visible()
    expect(page.locator("#t1 .sources")).to_be_hidden()
    finished(page, 2)
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#t1").get_by_role("button", name="Ask again").click()
    expect(page.locator("#t2")).to_have_count(0)
    expect(page.locator("#t1 .sources")).to_be_visible()
    expect(page.locator("#t1 .why[open]")).to_have_count(0)


def test_while_a_turn_is_asked_no_other_sources_stand_beside_it(page: Page):
    ask(page, "How does alignment differ?")
    page.fill("#question textarea", "silent model")
    page.press("#question textarea", "Enter")
    expect(page.locator("#t2.is-asking")).to_be_visible()
    expect(page.locator(".sources:visible")).to_have_count(0)
    page.locator("#t1 .marker").first.click()
    expect(page.locator("#t1 .sources")).to_be_visible()
    page.click("#stop")


def test_why_these_papers_shows_ranks_and_what_was_not_used(page: Page):
    ask(page, "How does alignment differ?")
    page.get_by_text("Why these papers").click()
    rows = page.locator("#t1 .why tbody tr")
    expect(rows).to_have_count(6)
    expect(rows.nth(1)).to_have_class("used")
    assert rows.nth(1).locator("td").all_inner_texts()[2:] == ["2", "5", "[2]"]
    assert rows.nth(4).locator("td").all_inner_texts()[2:] == ["5", "–", "–"]


def test_filters_are_chips_that_are_taken_away_and_put_back(page: Page, library: ScriptedLibrary):
    ask(page, "What do raters say in August 2025?")
    chips = page.locator("#t1 .chip")
    assert chips.all_inner_texts() == ["from August 2025", "mentioning “raters”"]
    expect(page.locator("#t1 .chips")).to_contain_text("3 of 6 papers; 1 more have no date")
    page.get_by_role("button", name="Ask again without: from August 2025").click()
    expect(page.locator("#t1.is-done .chip.is-restore")).to_have_text("from August 2025")
    assert library.dropped[-1] == ("since", "until")
    finished(page, 1)
    page.get_by_role("button", name="Put back: from August 2025").click()
    expect(page.locator("#t1.is-done .chip.is-drop")).to_have_count(2)
    assert library.dropped[-1] == ()


def type_from(page: Page, date: str) -> None:
    """Type a date into the panel key by key, as a person does: the panel is only just open."""
    field = page.get_by_label("Papers from")
    field.click()
    field.press_sequentially(date, delay=30)
    field.press("Tab")


def test_a_date_of_the_panel_is_taken_away_in_the_panel(fresh: Page, library: ScriptedLibrary):
    fresh.click("#reader .label-wrap")
    type_from(fresh, "2025-08")
    ask(fresh, "How does alignment differ?")
    fresh.get_by_role("button", name="Ask again without: from 2025-08 or later").click()
    expect(fresh.get_by_label("Papers from")).to_have_value("")
    expect(fresh.locator("#t1 .chip")).to_have_count(0)
    finished(fresh, 1)
    expect(fresh.locator("#t1.is-done .chip")).to_have_count(0)
    assert library.asked[-1][3]["since"] is None
    assert library.dropped[-1] == ()


def test_a_comparison_is_a_table_whose_markers_bring_up_cards(page: Page):
    ask(page, "Compare TideBench and Value Drift")
    table = page.locator("#t1 .prose table")
    assert table.locator("th").all_inner_texts() == ["Aspect", "TideBench", "Value Drift", "What it is", "Findings"]
    table.locator(".marker", has_text="[2]").click()
    expect(page.locator("#t1-c2")).to_have_class("card lit")
    expect(page.locator("#t1 .audit").first).to_be_hidden()
    page.get_by_text("The same sentence by sentence").click()
    expect(page.locator("#t1 .audit").first).to_be_visible()


def test_an_answer_in_part_says_so(page: Page):
    ask(page, "Is it partly so?")
    expect(page.locator("#t1 .kind-line")).to_have_text("The closest passages: the abstracts may not say it")
    expect(page.locator("#t1 .answer .related")).to_contain_text("Also related")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What about quantum gravity?", "Not in this library"),
        ("What is their salary?", "The abstracts do not say"),
        ("Something ambiguous", "Can be read in several ways"),
    ],
)
def test_an_abstention_says_its_kind_and_names_related_titles(page: Page, question: str, kind: str):
    ask(page, question)
    expect(page.locator("#t1 .kind-line")).to_have_text(kind)
    related = page.locator("#t1 .answer .related")
    expect(related).to_contain_text("Related, not evidence")
    expect(related.locator("a").first).to_contain_text("A Small Court of Critics")
    expect(page.locator("#t1 :is(.card, .audit, .marker)")).to_have_count(0)


def test_on_a_narrow_screen_sources_come_up_as_a_sheet(opened: Opener):
    page = opened(390, 844)
    ask(page, "How does alignment differ?")
    expect(page.locator("#t1 .sources")).to_be_hidden()
    page.locator("#t1 .marker", has_text="[2]").click()
    expect(page.locator("#t1-c2")).to_be_visible()
    assert is_in_view(page, page.locator("#t1-c2 h3"))
    page.keyboard.press("Escape")
    expect(page.locator("#t1 .sources")).to_be_hidden()
    expect(page.locator("#t1 .marker", has_text="[2]")).to_be_focused()
    page.get_by_role("button", name="3 sources").click()
    expect(page.locator("#t1 .sources")).to_be_visible()
    page.get_by_role("button", name="Close the sources").click()
    expect(page.locator("#t1 .sources")).to_be_hidden()


def test_the_reader_is_always_named(page: Page):
    expect(page.locator("#reader")).to_contain_text("Reader: Quotes only, no model")
    ask(page, "How does alignment differ?")
    expect(page.locator("#t1 .facts")).to_contain_text("scripted")


def test_without_a_model_nothing_offers_to_check(page: Page):
    ask(page, "How does alignment differ?")
    expect(page.get_by_role("button", name="Check this answer")).to_have_count(0)


def test_what_code_quoted_is_said_to_be(page: Page):
    ask(page, "Compare TideBench and Value Drift")
    expect(page.locator("#t1 .facts")).to_contain_text("Quoted by code, no model")


def test_sources_that_are_ticked_are_set_side_by_side(page: Page, library: ScriptedLibrary):
    ask(page, "How does alignment differ?")
    compare = page.locator("#t1 .sources-head [data-do=compare]")
    expect(compare).to_be_hidden()
    for number in (1, 2, 3):
        page.locator(f"#t1-c{number} [data-do=tick]").check()
    expect(compare).to_have_text("Compare these 3")
    compare.click()
    expect(page.locator("#t2.is-done .sides")).to_be_visible()
    assert library.asked[-1][0].count("“") == 3


def test_a_cell_of_a_table_is_as_wide_as_its_column_and_named_on_a_narrow_screen(opened: Opener):
    wide = opened()
    ask(wide, "Compare TideBench and Value Drift")
    widths = [box.bounding_box() for box in wide.locator("#t1 .sides thead th").all()[1:]]
    assert widths[0]
    assert widths[1]
    assert abs(widths[0]["width"] - widths[1]["width"]) < 2
    narrow = opened(390, 844)
    ask(narrow, "Compare TideBench and Value Drift")
    cell = narrow.locator("#t1 .sides td").first
    box = cell.bounding_box()
    assert box
    assert box["width"] <= 390
    assert "TideBench" in cell.evaluate("e => getComputedStyle(e, '::before').content")


def test_without_a_model_a_line_says_how_to_connect_one(page: Page):
    for word in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "Ollama", "vLLM"):
        expect(page.locator(".connect")).to_contain_text(word)


def test_dates_from_the_panel_reach_the_question(fresh: Page, library: ScriptedLibrary):
    fresh.click("#reader .label-wrap")
    type_from(fresh, "2025-08")
    ask(fresh, "How does alignment differ?")
    assert library.asked[-1][3]["since"] == "2025-08"
    fresh.get_by_label("Papers from").fill("last week")
    ask(fresh, "How does alignment differ?", turn=2)
    expect(fresh.locator("#t2 [role=alert]")).to_contain_text("“last week” is no date")
