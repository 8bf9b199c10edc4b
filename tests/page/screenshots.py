"""Screenshots of the page's main states: `python -m tests.page.screenshots FOLDER [STATE …]`.

The states come from the scripted library of the tests, at three widths, light and dark. The state `readme` writes
`page.png`, the picture of the README, from the real library of the sample pages.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rag.base.settings import Settings
from rag.library import Library
from rag.page.server import start
from tests.page.conftest import ARGUMENTS, CHROMIUM, ask, free_port, to_adding, to_library, to_side
from tests.page.scripted import ScriptedLibrary

SIZES = ((1440, 900), (1024, 768), (390, 844))
SAMPLE = Path(__file__).parents[2] / "rag" / "sample"
README_QUESTION = "Which papers from 2025 deal with cultural bias?"


def welcome(page: Page) -> None:
    expect(page.locator(".example").first).to_be_visible()


def first_add(page: Page) -> None:
    page.click("#first-add > .label-wrap")
    page.fill("#first-paste textarea", "A Fresh Paper | We test it. It works.")
    page.click("#first-preview")
    expect(page.locator("#first-receipt")).to_contain_text("1 paper found")
    page.locator("#first-receipt").scroll_into_view_if_needed()


def answer(page: Page) -> None:
    ask(page, "How does cultural alignment differ between languages?")


def evidence(page: Page) -> None:
    answer(page)
    page.locator("#t1 .claim", has_text="Raters form").click()


def why(page: Page) -> None:
    answer(page)
    page.locator("#t1 .marker").first.click()
    page.get_by_text("Why these papers").click()
    page.locator("#t1 .why").scroll_into_view_if_needed()


def abstention(page: Page) -> None:
    answer(page)
    ask(page, "What do they say about quantum gravity?", turn=2)


def filtered(page: Page) -> None:
    ask(page, "What do raters say in August 2025?")
    page.get_by_role("button", name="Ask again without: mentioning").click()
    expect(page.locator("#t1 .is-restore")).to_be_visible()


def table(page: Page) -> None:
    ask(page, "Compare TideBench and Value Drift")


def partial(page: Page) -> None:
    ask(page, "Is it partly so?")


def failure(page: Page) -> None:
    ask(page, "fail, please")


def writing(page: Page) -> None:
    page.fill("#question textarea", "slow, please: how does alignment differ?")
    page.press("#question textarea", "Enter")
    expect(page.locator("#t1 .prose")).to_contain_text("languages")


def reader(page: Page) -> None:
    page.click("#reader .label-wrap")
    expect(page.get_by_label("Papers from")).to_be_visible()


def library(page: Page) -> None:
    to_library(page)
    page.locator("#shelf input").nth(1).check()
    page.locator("#shelf td.title button").nth(1).click()
    expect(page.locator("#shelf .tools")).to_contain_text("1 picked")


def overview(page: Page) -> None:
    to_library(page)
    page.click("#overview > .label-wrap")
    expect(page.locator("#overview .island").first).to_be_visible()


def filtered_library(page: Page) -> None:
    to_library(page)
    page.locator("#shelf [data-facet=page]").nth(1).click()
    expect(page.get_by_role("button", name="Clear filters")).to_be_visible()


def adding(page: Page) -> None:
    to_adding(page)
    page.get_by_label("… or the text of a page").fill("A header of the page\nA Fresh Paper | We test it. It works.")
    page.get_by_label("Its name").fill("fresh")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#receipt")).to_contain_text("1 paper found")


def kept(page: Page) -> None:
    answer(page)
    page.get_by_role("button", name="Keep this answer").click()
    to_side(page)
    page.get_by_role("button", name="Kept answers").click()
    expect(page.locator(".kept-one").first).to_be_visible()


def side(page: Page) -> None:
    answer(page)
    to_side(page)
    expect(page.locator(".talk").first).to_be_visible()


STATES: tuple[Callable[[Page], None], ...] = (
    welcome, first_add, answer, evidence, why, abstention, filtered, table, partial, failure, writing, reader, library,
    overview, filtered_library, adding, side, kept,
)  # fmt: skip


def main(folder: Path, only: set[str]) -> None:
    """Write the states named in `only`, or all, at every size, light and dark, and the picture of the README."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        _, address = start(ScriptedLibrary(Path(scratch)), port=free_port())  # type: ignore[arg-type]
        for state in STATES:
            if not only or state.__name__ in only:
                _shoot_all(browser, address, state, folder)
        if not only or "readme" in only:
            _shoot_readme(browser, Path(scratch) / "sample", folder / "page.png")
        browser.close()


def _shoot_all(browser: Browser, address: str, state: Callable[[Page], None], folder: Path) -> None:
    for width, height in SIZES:
        for dark in (False, True):
            file = folder / f"{state.__name__}-{width}-{'dark' if dark else 'light'}.png"
            _shoot(browser, address, state, file, width, height, dark)


def _shoot_readme(browser: Browser, place: Path, file: Path) -> None:
    def evidence(page: Page) -> None:
        ask(page, README_QUESTION)
        page.locator("#t1 .claim").nth(1).click()

    with Library.open(place, Settings()) as sample:
        sample.add(sorted(SAMPLE.glob("*.txt")))
        _, address = start(sample, port=free_port())
        _shoot(browser, address, evidence, file, 1280, 800, False)
    Image.open(file).convert("RGB").quantize(128).save(file, optimize=True)


def _shoot(
    browser: Browser, address: str, state: Callable[[Page], None], file: Path, width: int, height: int, dark: bool
) -> None:
    scheme = "dark" if dark else "light"
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page.goto(address)
    expect(page.locator(".welcome h2")).to_be_visible()
    state(page)
    page.wait_for_timeout(250)
    page.screenshot(path=file)
    page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots"), set(sys.argv[2:]))
