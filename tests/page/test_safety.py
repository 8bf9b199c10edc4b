"""Text from papers, models, people and files is never mark-up: in a real browser, in each place that shows text."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.page.conftest import ask, to_adding, to_library, to_side
from tests.page.papers import EVIL
from tests.page.scripted import EVIL_LINE
from tests.page.test_keeping import downloaded

INERT = """() => !window.pwned
  && !document.querySelector('#tabs :is(script, iframe, object, embed, form, base, link, meta, b)')
  && ![...document.querySelectorAll('#tabs img')].length
  && ![...document.querySelectorAll('#tabs a[href]')].some((a) => !/^(https?:|#)/.test(a.getAttribute('href')))
  && ![...document.querySelectorAll('#tabs *')].some((e) => [...e.attributes].some((a) => /^on/i.test(a.name)))"""


def assert_inert(page: Page) -> None:
    page.wait_for_timeout(150)
    assert page.evaluate(INERT)


def test_a_models_answer_is_text(page: Page):
    ask(page, "evil, please")
    assert_inert(page)
    expect(page.locator("#t1 .prose")).to_contain_text("<script>window.pwned=1</script>")
    expect(page.locator("#t1 .prose")).to_contain_text("![x](https://evil.example/x.png)")
    expect(page.locator("#t1 .prose")).to_contain_text("<b>bold</b>")


def test_a_papers_title_abstract_and_metadata_are_text(page: Page):
    ask(page, "evil, please")
    card = page.locator("#t1-c1")
    expect(card.locator("h3")).to_contain_text(EVIL.title)
    expect(card.locator(".abstract")).to_contain_text("[a link](javascript:window.pwned=1)")
    expect(card.locator(".abstract")).to_contain_text("{{constructor}} ${window.pwned=1}")
    expect(card.locator(".about")).to_contain_text("<svg/onload=window.pwned=1>")
    assert card.locator("h3 a").get_attribute("href").startswith("https://huggingface.co/papers?q=")
    page.locator("#t1 .claim").first.click()
    assert_inert(page)


def test_the_librarys_table_is_text(fresh: Page):
    to_library(fresh)
    fresh.locator("#shelf td.title button", has_text="<script>").click()
    expect(fresh.locator("#shelf")).to_contain_text("<i>page</i>")
    assert_inert(fresh)


def test_a_question_is_text_wherever_it_appears(fresh: Page):
    ask(fresh, EVIL_LINE)
    expect(fresh.locator("#t1 .question")).to_contain_text("<script>window.pwned=1</script>")
    fresh.get_by_text("Why these papers").click()
    assert_inert(fresh)
    fresh.click("#t1 [data-do=edit]")
    expect(fresh.locator("#question textarea")).to_have_value(EVIL_LINE)
    to_library(fresh)
    fresh.get_by_label("Search the library").fill(EVIL_LINE)
    expect(fresh.locator("#shelf .none")).to_contain_text("<script>")
    assert_inert(fresh)


def test_a_pasted_page_is_text_in_its_receipt(fresh: Page):
    to_adding(fresh)
    fresh.get_by_label("… or the text of a page").fill(EVIL_LINE)
    fresh.get_by_label("Its name").fill("<img src=x onerror=window.pwned=1>")
    fresh.get_by_role("button", name="Preview").click()
    fresh.get_by_text("Passed over: 1").click()
    expect(fresh.locator("#receipt")).to_contain_text("<script>window.pwned=1</script>")
    assert_inert(fresh)


def test_a_saved_conversation_is_text(page: Page, tmp_path: Path):
    ask(page, "How does alignment differ?")
    to_side(page)
    _, text = downloaded(page, "Download this conversation")
    data = json.loads(text)
    answer = data["turns"][0]["answer"]
    data["turns"][0]["opinion"] = data["turns"][0]["question"] = answer["reader"] = EVIL_LINE
    answer["warnings"] = [EVIL_LINE]
    answer["text"] = EVIL_LINE.ljust(len(answer["text"]))
    answer["table"] = {"columns": [EVIL_LINE], "rows": [[EVIL_LINE]]}
    answer["standalone_question"] = EVIL_LINE
    answer["filters"] = {"organisation": EVIL_LINE, "mentions": [EVIL_LINE]}
    data["turns"][0]["dropped"] = {"author": EVIL_LINE}
    answer["citations"][0] |= {"paper_id": "unknown", "title": EVIL.title, "url": "javascript:window.pwned=1"}
    answer["citations"][0]["sentences"][0]["quote"] = EVIL_LINE
    file = tmp_path / "conversation.json"
    file.write_text(json.dumps(data))
    page.set_input_files("#side-foot input[type=file]", file)
    expect(page.locator("#t1 .opinion")).to_contain_text("<script>window.pwned=1</script>")
    expect(page.locator("#t1 .chip")).to_have_count(3)
    expect(page.locator("#t1-c1")).to_contain_text("The abstract has changed since, or is not here.")
    page.get_by_text("Why these papers").click()
    assert_inert(page)


def test_only_pages_and_lists_can_be_uploaded(fresh: Page, tmp_path: Path):
    to_adding(fresh)
    for name in ("program.exe", "page.svg", "photo.png"):
        file = tmp_path / name
        file.write_bytes(b"MZ\x90 not a page")
        fresh.set_input_files("#files input[type=file]", file)
        expect(fresh.get_by_text("Invalid file type")).to_be_visible()
        fresh.get_by_role("button", name="Preview").click()
        expect(fresh.locator("#receipt")).to_contain_text("There is nothing to preview")
        fresh.locator(".toast-body button").first.click()
        expect(fresh.get_by_text("Invalid file type")).to_have_count(0)
