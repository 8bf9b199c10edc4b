"""Kept answers, and answers handed on, in a real browser."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Opener, ask, to_side
from tests.page.test_keeping import downloaded
from tests.page.test_looks import overflowing, serious
from tests.page.test_side import serving


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("kept")) as (_, url):
        yield url


def keep(page: Page, turn: int = 1) -> None:
    button = page.locator(f"#t{turn}").get_by_role("button", name="Keep this answer")
    button.click()
    expect(page.locator(f"#t{turn} [data-do=keep_answer]")).to_have_attribute("aria-pressed", "true")


def to_kept(page: Page) -> None:
    to_side(page)
    page.get_by_role("button", name="Kept answers").click()
    expect(page.locator(".kept h2")).to_be_visible()


def test_an_answer_is_kept_with_a_note_that_outlives_the_program(opened: Opener, tmp_path: Path):
    with serving(tmp_path) as (_, url):
        page = opened(at=url)
        ask(page, "How does alignment differ?")
        keep(page)
        to_kept(page)
        note = page.get_by_label("Note on How does alignment differ?")
        note.fill("For chapter <b>two</b>")
        expect(page.locator("#transcript")).to_be_hidden()
        page.get_by_role("button", name="Back to the conversation").click()
        expect(page.locator("#t1")).to_be_visible()
        page.close()
    with serving(tmp_path) as (_, url):
        page = opened(at=url)
        to_kept(page)
        expect(page.get_by_label("Note on How does alignment differ?")).to_have_value("For chapter <b>two</b>")
        expect(page.locator(".kept-sources > li")).to_have_count(3)
        page.get_by_role("button", name="Open the conversation of How").click()
        expect(page.locator("#t1 [data-do=keep_answer]")).to_have_attribute("aria-pressed", "true")
        page.locator("#t1 [data-do=keep_answer]").click()
        expect(page.locator("#t1 [data-do=keep_answer]")).to_have_attribute("aria-pressed", "false")
        to_kept(page)
        expect(page.locator("#kept-answers")).to_contain_text("None yet.")


def test_all_kept_answers_are_exported_as_one_file(opened: Opener, tmp_path: Path):
    with serving(tmp_path) as (_, url):
        page = opened(at=url)
        ask(page, "How does alignment differ?")
        keep(page)
        ask(page, "Tell me again", turn=2)
        keep(page, 2)
        to_kept(page)
        name, text = downloaded(page, "Export all kept answers as Markdown")
        assert (name, text.count("\n## "), text.count("[TideBench")) == ("kept-answers.md", 3, 1)
        name, text = downloaded(page, "Export all kept answers as BibTeX")
        assert text.count("@misc{") == 3
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Export all kept answers as Word").click()
        assert waiting.value.suggested_filename == "kept-answers.docx"
        with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as archive:
            assert "Tell me again" in archive.read("word/document.xml").decode()
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Keep no longer: Tell me again").click()
        expect(page.locator(".kept-one")).to_have_count(1)
        page.get_by_role("button", name="Back to the conversation").click()
        expect(page.locator("#t2 [data-do=keep_answer]")).to_have_attribute("aria-pressed", "false")


def test_a_link_opens_the_page_at_its_answer(opened: Opener, shared: str):
    page = opened(at=shared)
    ask(page, "How does alignment differ?")
    ask(page, "Tell me again", turn=2)
    page.locator("#t1").get_by_role("button", name="Copy a link to this answer").click()
    expect(page.locator("#t1 [data-do=link]")).to_have_attribute("data-said", "Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{shared}/?turn=")
    page.goto(link)
    expect(page.locator("#t1.active")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(2)
    page.goto(f"{shared}/?turn=none")
    expect(page.get_by_text("What this address names is not here")).to_be_visible()
    expect(page.locator(".welcome h2")).to_be_visible()


def test_an_answer_is_downloaded_as_a_page_that_loads_nothing(opened: Opener, shared: str, tmp_path: Path):
    page = opened(at=shared)
    ask(page, "How does alignment differ?")
    name, text = downloaded(page, "Download as a page to send")
    assert name == "how-does-alignment-differ.html"
    (tmp_path / name).write_text(text, "utf-8")
    requests: list[str] = []
    sent = page.context.new_page()
    sent.on("request", lambda request: requests.append(request.url))
    sent.goto((tmp_path / name).as_uri())
    expect(sent.locator("mark")).to_have_count(5)
    sent.locator(".marker").first.click()
    assert sent.evaluate("location.hash") == "#t0-c1"
    assert serious(sent) == []
    assert json.dumps([url for url in requests if not url.startswith("file:")]) == "[]"
    sent.close()


@pytest.mark.parametrize(("width", "height", "dark"), [(1440, 900, False), (1024, 768, True), (390, 844, False)])
def test_the_list_of_kept_answers_is_accessible_and_fits(
    opened: Opener, shared: str, width: int, height: int, dark: bool
):
    page = opened(width, height, at=shared, dark=dark)
    ask(page, "Compare TideBench and Value Drift")
    keep(page)
    to_kept(page)
    expect(page.locator(".kept-one").first).to_be_visible()
    assert serious(page) == []
    assert overflowing(page) == []
