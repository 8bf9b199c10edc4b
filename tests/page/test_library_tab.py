"""The library's tab in a real browser: find, sort, add with a preview, remove with confirmation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.page.conftest import PATIENCE, Opener, Watch, to_adding, to_library
from tests.page.papers import paper
from tests.page.scripted import ScriptedLibrary, held
from tests.page.test_keeping import downloaded


@pytest.fixture(scope="module")
def table(context: BrowserContext, address: str) -> Iterator[tuple[Page, Watch]]:
    watch = Watch()
    page = watch.open(context, address, 1440, 900, dark=False)
    yield page, watch
    page.close()


@pytest.fixture
def page(table: tuple[Page, Watch]) -> Iterator[Page]:
    """A page whose table shows every paper, and none picked."""
    page, watch = table
    page.bring_to_front()
    yield page
    watch.assert_clean()
    page.bring_to_front()
    if page.get_by_role("button", name="Clear filters").is_visible():
        page.get_by_role("button", name="Clear filters").click()
    if page.get_by_role("button", name="Pick none").is_visible():
        page.get_by_role("button", name="Pick none").click()
    if page.get_by_label("Search the library").input_value():
        page.get_by_label("Search the library").fill("")
    expect(page.locator("#shelf .tools")).to_contain_text(re.compile(r"^\d+ papers"))
    expect(page.locator("#shelf .tools")).not_to_contain_text("picked")


def titles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#shelf td.title button").all_inner_texts()]


def row(page: Page, title: str) -> Locator:
    return page.locator("#shelf tr:has(td.title)", has_text=title)


def opened_row(page: Page, title: str) -> Locator:
    """Open a paper's row, and return what is below it."""
    row(page, title).locator("td.title button").click()
    return page.locator("#shelf tr:has([aria-expanded=true])", has_text=title).locator("+ tr.below")


def chip(page: Page, facet: str, value: str) -> Locator:
    return page.locator(f"#shelf [data-facet={facet}][data-value='{value}']")


def test_the_table_has_columns_for_authors_organisation_venue_year_and_upvotes_where_known(page: Page):
    to_library(page)
    assert row(page, "TideBench").locator("td:not(.pick, .title)").all_inner_texts() == [
        "Amara Okafor, Lena Brandt and 3 more",
        "Harbour Institute",
        "Journal of Norms",
        "2025 22 Aug",
        "31",
    ]
    assert row(page, "Seeds of Agreement").locator("td:not(.pick, .title)").all_inner_texts() == ["–"] * 5


def test_a_withdrawn_paper_is_marked_and_found(page: Page):
    to_library(page)
    expect(row(page, "Small Court of Critics").locator(".mark")).to_have_text("Withdrawn")
    chip(page, "marked", "withdrawn").click()
    expect(page.locator("#shelf td.title")).to_have_count(1)
    expect(opened_row(page, "Small Court of Critics")).to_contain_text("Withdrawn: by its authors")
    page.get_by_role("button", name="Clear filters").click()
    expect(chip(page, "marked", "withdrawn")).to_have_attribute("aria-pressed", "false")


def test_chips_filter_by_page_year_and_organisation_and_find_the_undated(page: Page):
    to_library(page)
    chip(page, "page", "value-alignment").click()
    expect(page.locator("#shelf .tools")).to_contain_text("2 of ")
    chip(page, "organisation", "Lakeside University").click()
    expect(chip(page, "organisation", "Lakeside University")).to_have_attribute("aria-pressed", "true")
    assert titles(page) == [t for t in titles(page) if t.startswith(("Value Drift", "Whose Values"))]
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("#shelf .tools")).to_contain_text(re.compile(r"^\d+ papers"))
    chip(page, "year", "undated").click()
    expect(page.locator("#shelf td.title")).to_have_count(1)
    assert titles(page) == ["Seeds of Agreement"]
    chip(page, "year", "undated").click()
    expect(page.locator("#shelf .tools")).to_contain_text(re.compile(r"^\d+ papers"))


def test_it_is_searched_by_any_word(page: Page):
    to_library(page)
    page.get_by_label("Search the library").fill("proverbs situation")
    expect(page.locator("#shelf td.title")).to_have_count(1)
    page.get_by_label("Search the library").fill("nosuchword")
    expect(page.locator("#shelf .none")).to_contain_text("No paper holds “nosuchword”")


def test_a_search_that_nothing_holds_is_read_with_its_typing_errors_put_right_and_says_so(page: Page):
    to_library(page)
    page.get_by_label("Search the library").fill("provrebs")
    told = page.locator("#shelf .note")
    expect(told).to_have_text("No paper holds “provrebs”. Showing papers for “proverbs”.")
    assert titles(page) == ["Proverbs as Probes of Cultural Knowledge in Language Models"]
    page.get_by_label("Pick Proverbs").check()
    expect(page.locator("#shelf .tools")).to_contain_text("1 picked")
    expect(told).to_be_visible()
    page.get_by_label("Search the library").fill("proverbs")
    expect(told).to_have_count(0)
    expect(page.locator("#shelf td.title")).to_have_count(1)


def test_a_year_that_was_inferred_is_marked(page: Page):
    to_library(page)
    expect(row(page, "Proverbs").locator("td.year")).to_have_text("2025? 2 Aug")
    expect(row(page, "Proverbs").locator("abbr")).to_have_attribute("title", "Year inferred")


def test_a_title_of_two_lines_hangs_and_chevrons_stand_on_the_line_of_their_label(opened: Opener):
    page = opened(1000, 800)
    to_library(page)
    button = row(page, "TideBench").locator("td.title button")
    lines = button.evaluate(
        """button => {
          const words = document.createRange();
          words.selectNodeContents(button);
          return [...words.getClientRects()].map((line) => line.left);
        }"""
    )
    assert len(lines) > 1
    assert max(lines) - min(lines) < 1
    page.get_by_label("Search the library").focus()
    assert page.locator("#search").evaluate("block => getComputedStyle(block).overflow") == "visible"  # and its ring
    for fold in ("add", "overview", "standing"):
        middles = page.locator(f"#{fold} > .label-wrap > span").evaluate_all(
            "all => all.map((e) => e.getBoundingClientRect()).map((box) => (box.top + box.bottom) / 2)"
        )
        assert max(middles) - min(middles) < 3


def test_it_is_sorted_by_a_click_on_a_heading(page: Page):
    to_library(page)
    heading = page.get_by_role("columnheader", name="Title")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert titles(page) == sorted(titles(page), key=str.casefold)
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert titles(page) == sorted(titles(page), key=str.casefold, reverse=True)


def test_a_row_opens_below_itself_at_the_full_width_and_stays_open(page: Page):
    to_library(page)
    below = opened_row(page, "Proverbs as Probes")
    expect(below.locator(".abstract")).to_contain_text("3,150 proverbs in 14 languages")
    expect(below).to_contain_text("8 authors · 2 Aug 2025 (year inferred) · saved from cultural-alignment")
    row_box, box = row(page, "Proverbs as Probes").bounding_box(), below.bounding_box()
    assert row_box
    assert box
    assert (box["x"], box["width"]) == (row_box["x"], row_box["width"])
    assert box["y"] >= row_box["y"] + row_box["height"] - 1
    page.get_by_label("Pick TideBench").check()
    expect(page.locator("#shelf .tools")).to_contain_text("1 picked")
    expect(below).to_be_visible()
    row(page, "Proverbs as Probes").locator("td.title button").press("Enter")
    expect(below).to_have_count(0)


def test_the_overview_stands_above_the_rows_and_an_island_filters_them(page: Page):
    to_library(page)
    page.click("#overview > .label-wrap")
    island = page.locator("#overview .island").first
    expect(island).to_be_visible()
    top = page.locator("#overview").bounding_box()
    rows = page.locator("#shelf table").bounding_box()
    assert top
    assert rows
    assert top["y"] < rows["y"]
    bars = page.locator("#overview .bar").evaluate_all("all => all.map((bar) => bar.getBoundingClientRect().width)")
    assert abs(bars[0] / bars[1] - 2) < 0.01  # two papers in one month, one in the other
    before = page.locator("#overview svg").get_attribute("viewBox")
    page.get_by_role("button", name="Closer").click()
    assert page.locator("#overview svg").get_attribute("viewBox") != before
    page.get_by_role("button", name="The whole map").click()
    assert page.locator("#overview svg").get_attribute("viewBox") == before
    island.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#shelf .tools")).to_contain_text("2 of ")
    expect(page.locator("#shelf [data-do=unsubject]")).to_contain_text("cultural")
    page.locator("#shelf [data-do=unsubject]").click()
    expect(page.locator("#shelf .tools")).to_contain_text(re.compile(r"^\d+ papers"))
    page.click("#overview > .label-wrap")


def test_ticked_papers_are_set_side_by_side(fresh: Page, library: ScriptedLibrary):
    to_library(fresh)
    for name in ("TideBench", "Value Drift", "Proverbs"):
        fresh.get_by_label(f"Pick {name}").check()
    fresh.get_by_role("button", name="Compare these 3").click()
    expect(fresh.locator("#t1.is-done .sides")).to_be_visible()
    asked = library.asked[-1][0]
    assert asked.startswith("Compare “")
    assert asked.count("“") == 3


def test_picked_papers_are_exported(page: Page):
    to_library(page)
    page.get_by_label("Pick TideBench").check()
    page.get_by_label("Pick Proverbs").check()
    expect(page.locator("#shelf .tools")).to_contain_text("2 picked")
    name, text = downloaded(page, "BibTeX")
    assert (name, text.count("@misc{")) == ("papers.bib", 2)


def test_what_is_clicked_while_the_table_is_made_takes_its_turn(page: Page, library: ScriptedLibrary):
    to_library(page)
    with held(library.catalogue.gate) as gate:
        page.get_by_label("Pick TideBench").check()
        assert gate.reached.wait(PATIENCE / 1000)
        page.get_by_label("Pick Proverbs").check()
        page.get_by_role("columnheader", name="Title").get_by_role("button").click()
        page.get_by_label("Pick Value Drift").check()
    expect(page.locator("#shelf .tools")).to_contain_text("3 picked")
    expect(page.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("columnheader", name="Year").get_by_role("button").click()
    expect(page.get_by_role("columnheader", name="Year")).to_have_attribute("aria-sort", "descending")


def test_it_is_said_how_many_of_the_picked_are_not_in_the_table(page: Page):
    to_library(page)
    page.get_by_label("Pick TideBench").check()
    page.get_by_label("Pick Proverbs").check()
    tools = page.locator("#shelf .tools")
    expect(tools).to_contain_text("2 picked")
    page.get_by_label("Search the library").fill("proverbs situation")
    expect(tools).to_contain_text("2 picked, 1 of them not in this table")
    page.get_by_role("button", name="Remove …").click()
    expect(tools).to_contain_text("Remove these 2 papers, 1 of them not in this table, from the library?")
    tools.get_by_role("button", name="Keep").click()
    expect(tools).to_contain_text("2 picked")


def test_a_box_that_was_ticked_is_empty_when_none_is_picked(page: Page):
    to_library(page)
    box = page.get_by_label("Pick TideBench")
    box.check()
    expect(page.locator("#shelf .tools")).to_contain_text("1 picked")
    page.get_by_role("button", name="Pick none").click()
    expect(page.locator("#shelf .tools")).not_to_contain_text("picked")
    expect(box).not_to_be_checked()


def test_all_that_is_found_is_picked_at_once(page: Page):
    to_library(page)
    page.get_by_label("Search the library").fill("Lakeside")
    expect(page.locator("#shelf td.title")).to_have_count(2)
    page.get_by_role("button", name="Pick all 2").click()
    expect(page.locator("#shelf .tools")).to_contain_text("2 picked")
    assert [box.is_checked() for box in page.locator("#shelf tbody input").all()] == [True, True]


def test_a_pasted_page_is_previewed_before_it_is_stored_and_can_be_removed(page: Page, library: ScriptedLibrary):
    before = len(library)
    to_adding(page)
    page.get_by_label("… or the text of a page").fill(
        "A header of the page\nA Fresh Paper | We test one thing. It works."
    )
    page.get_by_label("Its name").fill("../fresh page")
    page.get_by_role("button", name="Preview").click()
    receipt = page.locator("#receipt")
    expect(receipt).to_contain_text("1 paper found: 1 new. Nothing is stored yet.")
    expect(receipt).to_contain_text("Passed over: 1")
    assert len(library) == before
    page.get_by_role("button", name="Add to the library").click()
    expect(receipt).to_contain_text("1 paper added: 1 new.")
    fresh = page.locator("#shelf tr:has(td.title)", has_text="A Fresh Paper")
    expect(chip(page, "page", "fresh page")).to_contain_text("1")
    assert len(library) == before + 1
    fresh.get_by_role("checkbox").check()
    page.get_by_role("button", name="Remove …").click()
    expect(page.get_by_role("alert")).to_contain_text("Remove this paper from the library?")
    assert len(library) == before + 1
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(fresh).to_have_count(0)
    assert len(library) == before


def test_a_previewed_paper_is_left_out_or_mended_before_it_is_stored(page: Page, library: ScriptedLibrary):
    before = {p.paper_id for p in library.papers()}
    to_adding(page)
    page.get_by_label("… or the text of a page").fill(
        "One Paper | A text.\nTwo Paper | Its text.\nBent Ttile | A text."
    )
    page.get_by_role("button", name="Preview").click()
    kept = page.locator("#kept")
    expect(kept).to_contain_text("2. Two Paper: Its text.")
    kept.get_by_label("1. One Paper").uncheck()
    sign = page.get_by_role("button", name="Mend a paper").locator(".icon")
    expect(sign).to_have_css("width", "7px")  # the chevron of all folds
    page.get_by_role("button", name="Mend a paper").click()
    page.get_by_label("Paper", exact=True).click()
    page.get_by_role("option", name="3. Bent Ttile").click()
    expect(page.get_by_label("Its abstract")).to_have_value("A text.")
    page.get_by_label("Its title").fill("Straight Title")
    page.get_by_role("button", name="Mend", exact=True).click()
    expect(kept).to_contain_text("3. Straight Title: A text.")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator("#receipt")).to_contain_text("2 papers added: 2 new.")
    expect(kept).to_have_count(0)
    added = [p for p in library.papers() if p.paper_id not in before]
    assert {p.title for p in added} == {"Two Paper", "Straight Title"}
    library.remove([p.paper_id for p in added])


def test_progress_is_shown_while_many_papers_are_indexed(page: Page, library: ScriptedLibrary):
    library.pause = 0.1
    before = {p.paper_id for p in library.papers()}
    to_adding(page)
    page.get_by_label("… or the text of a page").fill("\n".join(f"Paper {n} | Text {n}." for n in range(20)))
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator("#receipt progress")).to_be_visible()
    expect(page.locator("#receipt")).to_contain_text("20 papers added")
    library.pause = 0.01
    library.remove([p.paper_id for p in library.papers() if p.paper_id not in before])


def test_an_uploaded_page_is_previewed_and_can_be_discarded(page: Page, library: ScriptedLibrary, tmp_path: Path):
    before = len(library)
    file = tmp_path / "upload.txt"
    file.write_text("Another Paper | We test another thing.\n")
    to_adding(page)
    page.set_input_files("#files input[type=file]", file)
    expect(page.locator("#files")).to_contain_text("upload")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#receipt")).to_contain_text("upload.txt")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#receipt")).to_be_empty()
    assert len(library) == before


def test_nothing_to_preview_says_what_to_do(page: Page):
    to_adding(page)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#receipt")).to_contain_text("Choose a saved page, or paste the text of one.")


def test_what_another_process_adds_appears_without_a_restart(page: Page, library: ScriptedLibrary):
    to_library(page)
    expect(page.get_by_text("From Elsewhere")).to_have_count(0)
    library.put(paper("elsewhere", "From Elsewhere", "Added by another process."))
    page.get_by_role("tab", name="Ask").click()
    page.get_by_role("tab", name="Library").click()
    expect(page.get_by_text("From Elsewhere")).to_be_visible()
    library.remove(["elsewhere"])
