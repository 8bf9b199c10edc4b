"""How the page looks and works for everyone: widths, light and dark, accessibility, nothing from outside."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.conftest import Opener, ask, to_adding

SIZES = [(1440, 900, False), (1024, 768, True), (390, 844, False)]


def overflowing(page: Page) -> list[str]:
    """Return what is wider than the screen, but for places that scroll by themselves and words for screen readers."""
    return page.evaluate(
        """() => [...document.querySelectorAll('gradio-app *')].filter((e) => {
          const box = e.getBoundingClientRect();
          return box.width > 1 && box.right > innerWidth + 1 && !e.closest('.scroll, .sources:not(:has(.lit))')
            && getComputedStyle(e).visibility !== 'hidden';
        }).map((e) => `${e.tagName} ${e.className} ${e.id}`).slice(0, 5)"""
    )


def serious(page: Page) -> list[str]:
    """Return what axe-core holds to be a serious or critical violation, with the element it is about."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary'][:300]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


def conversation(page: Page) -> None:
    ask(page, "How does alignment differ in August 2025?")
    ask(page, "What about quantum gravity?", turn=2)
    ask(page, "Compare TideBench and Value Drift", turn=3)
    page.locator("#t1 .marker").first.click()
    page.wait_for_timeout(200)


@pytest.mark.parametrize(("width", "height", "dark"), SIZES)
def test_nothing_is_wider_than_the_screen_or_a_serious_violation_of_accessibility(
    opened: Opener, width: int, height: int, dark: bool
):
    page = opened(width, height, dark=dark)
    assert overflowing(page) == serious(page) == []
    conversation(page)
    assert overflowing(page) == serious(page) == []
    page.get_by_text("Why these papers").first.click()
    page.keyboard.press("Escape")
    page.click("#reader .label-wrap")
    assert overflowing(page) == serious(page) == []
    to_adding(page)
    page.locator("#shelf td.title button").nth(1).click()
    page.click("#overview > .label-wrap")
    expect(page.locator("#overview .island").first).to_be_visible()
    page.locator("#shelf input").nth(1).check()
    expect(page.locator("#shelf .tools")).to_contain_text("1 picked")
    page.get_by_role("button", name="Remove …").click()
    expect(page.locator("#shelf [role=alert]")).to_be_visible()
    assert overflowing(page) == serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_a_name_of_two_lines_keeps_its_number_and_an_aspect_has_the_whole_line(opened: Opener):
    page = opened(390, 844)
    ask(page, "Compare TideBench and Value Drift")
    widths = page.locator("#t1 .sides tbody").evaluate(
        "all => [all, all.querySelector('th')].map((e) => e.offsetWidth)"
    )
    assert widths[0] == widths[1]
    to_adding(page)
    page.click("#overview > .label-wrap")
    subject = page.get_by_role("button", name="Show the papers on").last
    assert subject.evaluate("link => getComputedStyle(link).display") == "inline"
    subject.press("Enter")
    expect(page.locator("#shelf [data-do=unsubject]")).to_be_visible()


def test_adding_stands_right_below_the_examples(opened: Opener):
    page = opened(1440, 1100)
    welcome, adding, box = (page.locator(one).bounding_box() for one in (".welcome", "#first-add", "#composer"))
    assert welcome
    assert adding
    assert box
    assert adding["y"] - welcome["y"] - welcome["height"] < 5
    assert box["y"] + box["height"] == 1100  # the box stays at the foot of the window


def test_light_and_dark_follow_the_system_and_a_switch_that_is_remembered(opened: Opener):
    page = opened(dark=True)
    dark = "document.body.classList.contains('dark')"
    assert page.evaluate(dark)
    page.get_by_role("button", name="Switch between light and dark").click()
    assert not page.evaluate(dark)
    page.reload()
    expect(page.locator(".welcome h2")).to_be_visible()
    page.wait_for_timeout(200)
    assert not page.evaluate(dark)
    page.evaluate("localStorage.clear()")


def test_latex_in_titles_is_shown_as_characters(page: Page):
    ask(page, "How does alignment differ?")
    title = page.locator("#t1-c2 h3")
    assert "$" not in title.inner_text()
    expect(title.locator("sup")).to_have_text("4")


def test_everything_is_reached_by_tab_alone(fresh: Page):
    ask(fresh, "How does alignment differ?")
    fresh.evaluate("document.activeElement.blur()")
    wanted = {"theme", "card", "evidence", "copy", "again", "up", "down", "export", "edit", "new", "side"}
    wanted |= {"keep_answer", "link", "file"}
    reached = set()
    for _ in range(400):  # as many as the conversations at the side may take
        fresh.keyboard.press("Tab")
        reached.add(fresh.evaluate("document.activeElement.dataset?.do ?? document.activeElement.id"))
        if wanted | {"send"} <= reached:
            break
    assert wanted <= reached, wanted - reached
    assert "send" in reached


def test_a_screen_reader_is_told_when_the_answer_is_ready(page: Page):
    ask(page, "How does alignment differ?")
    expect(page.locator("#spoken [role=status]")).to_have_text("Answer ready, with 3 sources.")
