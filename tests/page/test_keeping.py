"""What the buttons below an answer do in a real browser: copy, export, thumbs."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from rag.page.feedback import FILE
from tests.page.conftest import ask
from tests.page.scripted import ScriptedLibrary


def downloaded(page: Page, button: str) -> tuple[str, str]:
    """Click, and return name and text of the file that comes."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text("utf-8")


def test_copy_gives_markdown_with_references(page: Page):
    ask(page, "How does alignment differ?")
    page.get_by_role("button", name="Copy as Markdown, with references").click()
    expect(page.locator("[data-said]")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Agreement with local raters" in copied
    assert "TideBench" in copied
    assert "https://example.org/papers/2508.01001" in copied


def test_cited_papers_are_exported(page: Page):
    ask(page, "How does alignment differ?")
    name, text = downloaded(page, "Export the sources as BibTeX")
    assert (name, text.count("@misc{")) == ("papers.bib", 3)
    name, text = downloaded(page, "Export the sources as RIS")
    assert (name, text.count("TY  - ")) == ("papers.ris", 3)
    name, text = downloaded(page, "Export the sources as CSL JSON")
    assert (name, len(json.loads(text))) == ("papers.json", 3)


def test_a_thumb_is_stored_with_the_whole_answer_and_can_be_taken_back(page: Page, library: ScriptedLibrary):
    ask(page, "How does alignment differ?")
    ask(page, "Tell me again", turn=2)
    up = page.locator("#t2").get_by_role("button", name="Good answer")
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    up.click()
    expect(up).to_have_attribute("aria-pressed", "false")
    given, taken = (json.loads(line) for line in (library.folder / FILE).read_text("utf-8").splitlines()[-2:])
    assert (given["thumb"], taken["thumb"]) == ("up", None)
    assert given["earlier_questions"] == ["How does alignment differ?"]
    assert given["answer"]["question"] == "Tell me again"
    assert given["answer"]["citations"][0]["sentences"][0]["quote"]
