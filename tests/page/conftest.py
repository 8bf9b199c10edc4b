"""One server over a scripted library, one Chromium, for all tests of the page; without Chromium they are skipped."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from rag.page.server import start
from tests.conftest import NO_BROWSER
from tests.page.papers import EVIL, PAPERS
from tests.page.scripted import ScriptedLibrary

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Opener = Callable[..., Page]
PATIENCE = 600_000
"""Milliseconds to wait for what must come, on however slow a machine."""
expect.set_options(timeout=PATIENCE)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> ScriptedLibrary:
    return ScriptedLibrary(Path(tmp_path_factory.mktemp("library")), (*PAPERS, EVIL), pause=0.001)


@pytest.fixture(scope="session")
def address(library: ScriptedLibrary) -> Iterator[str]:
    blocks, url = start(library, port=free_port())  # type: ignore[arg-type]
    yield url
    blocks.close(verbose=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One window for all tests, so that the page's scripts are fetched and compiled once; chats are per page."""
    window = browser.new_context(reduced_motion="reduce", accept_downloads=True)
    window.set_default_timeout(PATIENCE)
    window.grant_permissions(["clipboard-read", "clipboard-write"])
    yield window
    window.close()


@dataclass
class Watch:
    """What pages loaded from elsewhere, and what broke on them."""

    faults: list[str] = field(default_factory=list)

    def open(self, context: BrowserContext, at: str, width: int, height: int, *, dark: bool) -> Page:
        """Open the page in a window of that size, under watch from its first request."""
        page = context.new_page()
        page.on("request", lambda request: self._look(request.url, at))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(at)
        expect(page.locator(".welcome h2")).to_be_visible()
        return page

    def _look(self, url: str, at: str) -> None:
        if not url.startswith((at, "data:", "blob:")):
            self.faults.append(f"loaded from outside the machine: {url}")

    def assert_clean(self) -> None:
        """Fail when there was a fault, and forget it."""
        faults, self.faults = self.faults, []
        assert not faults


@pytest.fixture
def opened(context: BrowserContext, address: str) -> Iterator[Opener]:
    """Open the page as often as a test wants; whatever one loads from elsewhere, or breaks, fails the test."""
    pages: list[Page] = []
    watch = Watch()

    def open_page(width: int = 1440, height: int = 900, *, dark: bool = False, at: str = address) -> Page:
        pages.append(watch.open(context, at, width, height, dark=dark))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()
    watch.assert_clean()


@pytest.fixture(scope="session")
def kept(context: BrowserContext, address: str) -> tuple[Page, Watch]:
    """One page for all tests that leave it as they found it, but for the conversation."""
    watch = Watch()
    return watch.open(context, address, 1440, 900, dark=False), watch


@pytest.fixture
def page(kept: tuple[Page, Watch]) -> Iterator[Page]:
    """A page with an empty conversation, and the library's tab as at the start."""
    page, watch = kept
    page.bring_to_front()
    yield page
    watch.assert_clean()
    page.get_by_role("tab", name="Ask").click()
    expect(page.locator("#send")).to_be_visible()
    page.get_by_role("button", name="Begin a new conversation").click()
    expect(page.locator(".welcome h2")).to_be_visible()
    page.fill("#question textarea", "")


@pytest.fixture
def fresh(opened: Opener) -> Page:
    """A page of its own, for tests that change the panel or the library's table."""
    return opened()


def ask(page: Page, question: str, *, turn: int = 1) -> None:
    """Type a question, press Enter, and wait until its answer has come to an end."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    finished(page, turn)


def finished(page: Page, turn: int) -> None:
    """Wait until a turn has come to its end, and the page is free for the next question."""
    expect(page.locator(f"#t{turn}:not(.is-asking)")).to_be_visible()
    expect(page.locator("#send")).to_be_visible()


def to_side(page: Page) -> None:
    """Bring up the conversations at the side, where they are not there."""
    if page.locator("#side").is_hidden():
        page.locator("#side-switch").click()
    expect(page.locator("#side-foot")).to_be_in_viewport()


def to_library(page: Page) -> None:
    """Go to the library's tab."""
    page.get_by_role("tab", name="Library").click()
    expect(page.locator("#shelf .shelf")).to_be_visible()


def to_adding(page: Page) -> None:
    """Go to the library's tab and open the panel that adds pages."""
    to_library(page)
    if "open" not in (page.locator("#add .label-wrap").first.get_attribute("class") or "").split():
        page.locator("#add .label-wrap").first.click()
    expect(page.get_by_role("button", name="Preview")).to_be_visible()
