"""Conversations at the side, in a real browser: kept by themselves, gone on with, found, named, removed, apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from rag.kept.conversations import FILE, StoredTurn
from rag.page.server import start
from tests.page.conftest import Opener, ask, free_port, to_side
from tests.page.scripted import ScriptedLibrary
from tests.page.test_keeping import downloaded
from tests.page.test_looks import overflowing, serious


@contextmanager
def serving(folder: Path, auth: str | None = None) -> Iterator[tuple[ScriptedLibrary, str]]:
    """Serve a library's folder, as a program started anew does."""
    library = ScriptedLibrary(folder, pause=0.001)
    blocks, url = start(library, port=free_port(), auth=auth)  # type: ignore[arg-type]
    try:
        yield library, url
    finally:
        blocks.close(verbose=False)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("talks")) as (_, url):
        yield url


def begin(page: Page) -> None:
    page.locator("#new-row").get_by_role("button").click()
    expect(page.locator(".welcome h2")).to_be_visible()


def test_a_conversation_goes_on_in_another_window_and_after_a_restart(opened: Opener, tmp_path: Path):
    with serving(tmp_path) as (_, url):
        page = opened(at=url)
        ask(page, "How does alignment differ?")
        ask(page, "What about quantum gravity?", turn=2)
        page.reload()
        expect(page.locator(".turn")).to_have_count(2)
        page.close()
    with serving(tmp_path) as (library, url):
        page = opened(at=url)
        page.locator(".talk-open", has_text="How does alignment differ?").click()
        expect(page.locator("#t1 mark")).to_have_count(5)
        expect(page.locator("#t2.active")).to_be_visible()
        assert "conversation=" in page.url
        ask(page, "And then?", turn=3)
        assert library.asked[-1][1] == ("How does alignment differ?", "What about quantum gravity?")
        expect(page.locator(".talk")).to_have_count(1)


def test_who_comes_back_is_offered_the_last_conversations_on_the_first_view(opened: Opener, tmp_path: Path):
    with serving(tmp_path) as (_, url):
        page = opened(1180, 800, at=url)
        expect(page.locator(".welcome h2")).to_be_visible()
        expect(page.locator(".recent")).to_have_count(0)
        ask(page, "How does alignment differ?")
        page.close()
    with serving(tmp_path) as (library, url):
        page = opened(1180, 800, at=url)
        page.locator(".recent").get_by_role("button", name="How does alignment differ?").click()
        expect(page.locator("#t1")).to_be_visible()
        expect(page.locator(".recent")).to_have_count(0)
        ask(page, "And then?", turn=2)
        assert library.asked[-1][1] == ("How does alignment differ?",)
        begin(page)
        expect(page.locator(".recent")).to_be_visible()
        to_side(page)
        expect(page.locator(".recent")).to_be_hidden()  # the list stands at the side
        assert serious(page) == []


def test_two_windows_that_write_one_conversation_lose_no_turn(opened: Opener, tmp_path: Path):
    with serving(tmp_path) as (_, url):
        one, other = opened(at=url), opened(at=url)
        ask(one, "How does alignment differ?")
        other.goto(one.url)
        expect(other.locator(".turn")).to_have_count(1)
        ask(one, "Asked in one window", turn=2)
        ask(other, "Asked in the other window, tell me again", turn=3)
        expect(other.locator(".question")).to_have_text(
            ["How does alignment differ?", "Asked in one window", "Asked in the other window, tell me again"]
        )
        one.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(one.locator(".turn")).to_have_count(3)
        one.reload()
        expect(one.locator(".turn")).to_have_count(3)


def test_conversations_are_found_named_and_removed(opened: Opener, shared: str):
    page = opened(at=shared)
    ask(page, "How does alignment differ?")
    begin(page)
    ask(page, "What about quantum gravity?")
    to_side(page)
    talks = page.locator(".talk-open")
    expect(talks).to_have_text(["What about quantum gravity?", "How does alignment differ?"])
    page.get_by_role("searchbox", name="Search conversations").fill("LOCAL raters")
    expect(talks).to_have_text(["How does alignment differ?"])
    page.get_by_role("button", name="Rename How does alignment differ?").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name of the conversation").fill("Norms <b>for</b> the thesis")
    page.keyboard.press("Enter")
    expect(talks).to_have_text(["Norms <b>for</b> the thesis"])
    page.get_by_role("searchbox", name="Search conversations").fill("nowhere")
    expect(page.locator("#side-list")).to_contain_text("No conversation has these words.")
    page.get_by_role("searchbox", name="Search conversations").fill("")
    expect(talks).to_have_count(2)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove What about quantum gravity?").focus()
    page.keyboard.press("Enter")
    expect(talks).to_have_count(1)
    expect(page.locator(".welcome h2")).to_be_visible()
    assert "conversation=" not in page.url


def test_a_file_of_a_conversation_comes_back_as_one_of_its_own(opened: Opener, tmp_path: Path):
    (tmp_path / "library").mkdir()
    with serving(tmp_path / "library") as (_, url):
        page = opened(at=url)
        ask(page, "How does alignment differ?")
        to_side(page)
        name, text = downloaded(page, "Download this conversation")
        assert name.startswith("conversation-")
        (tmp_path / name).write_text(text, "utf-8")
        page.set_input_files("#load input, input#load, #side-foot input[type=file]", tmp_path / name)
        expect(page.locator("#t1 .facts")).to_contain_text("From a saved conversation")
        expect(page.locator(".talk")).to_have_count(2)
        (tmp_path / "other.json").write_text('{"format": "another"}')
        page.set_input_files("#load input, input#load, #side-foot input[type=file]", tmp_path / "other.json")
        expect(page.get_by_text("not a conversation saved from this page")).to_be_visible()
        expect(page.locator(".turn")).to_have_count(1)


def test_each_person_who_signs_in_has_conversations_of_their_own(context: BrowserContext, tmp_path: Path):
    def signed_in(url: str, name: str) -> Page:
        page = context.new_page()
        page.goto(url)
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill("secret")
        page.get_by_role("button", name="Login").click()
        expect(page.locator("#send")).to_be_visible()
        return page

    with serving(tmp_path, "ann:secret") as (_, url):
        page = signed_in(url, "ann")
        ask(page, "How does alignment differ?")
        address = page.url.removeprefix(url)
        page.close()
    with serving(tmp_path, "bob:secret") as (_, url):
        page = signed_in(url + address, "bob")
        expect(page.get_by_text("is another person's")).to_be_visible()
        expect(page.locator(".welcome h2")).to_be_visible()
        expect(page.locator("#side-list [data-count='0']")).to_have_count(1)
        page.close()
    context.clear_cookies()


def test_a_store_that_is_damaged_or_from_a_later_program_breaks_nothing(opened: Opener, tmp_path: Path):
    with serving(tmp_path) as (library, url):
        library.conversations.put("", "c", [])
        with closing(sqlite3.connect(tmp_path / FILE)) as db:
            db.execute("pragma user_version = 9")
        page = opened(at=url)
        ask(page, "How does alignment differ?")
        expect(page.get_by_text("This answer was not kept among your conversations.")).to_be_visible()
        to_side(page)
        expect(page.locator("#side [role=alert]")).to_contain_text("update the program")
        expect(page.locator("#t1 mark")).to_have_count(5)


def test_on_a_narrow_screen_it_lies_over_the_page_and_is_left_by_escape(opened: Opener, shared: str):
    page = opened(390, 844, at=shared, dark=True)
    ask(page, "How does alignment differ?")
    expect(page.locator("#side")).to_be_hidden()
    switch = page.get_by_role("button", name="Conversations", exact=True)
    switch.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name="Search conversations")).to_be_focused()
    assert switch.get_attribute("aria-expanded") == "true"
    assert serious(page) == []
    assert overflowing(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()
    expect(switch).to_be_focused()


def test_at_1280_pixels_the_conversation_and_its_sources_make_room_for_it(opened: Opener, shared: str):
    page = opened(1280, 800, at=shared)
    ask(page, "How does alignment differ?")
    ask(page, "And then?", turn=2)
    place = page.locator("#t2 .question").bounding_box()
    to_side(page)
    assert place
    expect(page.locator("#t2 .question")).to_be_in_viewport()
    moved = page.locator("#t2 .question").bounding_box()
    assert moved
    assert abs(moved["y"] - place["y"]) < 2
    places = [page.locator(one).bounding_box() for one in ("#side", "#composer", "#t2 .sources")]
    side, composer, sources = (box for box in places if box)
    assert side["x"] + side["width"] <= composer["x"]
    assert composer["width"] > 560
    assert composer["x"] + composer["width"] <= sources["x"]
    page.set_viewport_size({"width": 1180, "height": 800})
    expect(page.locator("#side")).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("#side")).to_be_visible()


@pytest.mark.parametrize("leaving", ["typing", "a click", "Tab"])
def test_where_it_lies_over_the_page_it_closes_when_one_goes_on_beside_it(opened: Opener, shared: str, leaving: str):
    page = opened(1024, 768, at=shared)
    ask(page, "How does alignment differ?")
    to_side(page)
    if leaving == "typing":
        ask(page, "What about quantum gravity?", turn=2)
    elif leaving == "Tab":
        page.locator("#side").get_by_role("button").last.focus()
        page.keyboard.press("Tab")
    else:
        page.mouse.click(1000, 700)
    expect(page.locator("#side")).to_be_hidden()


def test_the_focus_that_the_page_sets_does_not_close_it(opened: Opener, shared: str):
    page = opened(1024, 768, at=shared)
    to_side(page)
    page.evaluate("document.querySelector('#question textarea').focus()")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(page.locator("#side")).to_be_visible()


@pytest.mark.parametrize(("width", "height", "dark"), [(1440, 900, False), (1024, 768, True)])
def test_the_list_is_accessible_and_fits(opened: Opener, shared: str, width: int, height: int, dark: bool):
    page = opened(width, height, at=shared, dark=dark)
    ask(page, "How does alignment differ?")
    to_side(page)
    expect(page.locator(".talk [aria-current]")).to_be_visible()
    assert serious(page) == []
    assert overflowing(page) == []


def test_a_long_list_scrolls_by_itself(opened: Opener, tmp_path: Path):
    with serving(tmp_path) as (library, url):
        for n in range(80):
            library.conversations.put("", f"c{n}", [StoredTurn(f"t{n}", f"Question {n}", "", "{}")])
        page = opened(1440, 700, at=url)
        to_side(page)
        expect(page.locator(".talk")).to_have_count(80)
        expect(page.get_by_role("button", name="New conversation", exact=True)).to_be_in_viewport()
        assert page.evaluate("(e => e.scrollHeight > e.clientHeight)(document.querySelector('#side-list'))")
        page.locator(".talk-open").last.scroll_into_view_if_needed()
        last, foot = page.locator(".talk-open").last.bounding_box(), page.locator("#side-foot").bounding_box()
        assert last is not None
        assert foot is not None
        assert last["y"] + last["height"] <= foot["y"]  # the list ends above its foot, and does not run through it
        page.locator("#side-list").evaluate("list => { list.scrollTop = 0; }")
        x, y = foot["x"] + foot["width"] / 2, foot["y"] + foot["height"] / 2
        assert page.evaluate(f"!document.elementFromPoint({x}, {y}).closest('.talk')")
        assert overflowing(page) == []
