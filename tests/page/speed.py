"""How long a person waits: `python -m tests.page.speed [--library DIR] [--questions 10] [--looking 3]`.

Starts `app.py` over the sample pages, or over a copy of a library, and opens it in a browser. Prints the seconds to the
first page, as served and as seen, and those from Enter to the first words of answers without a model, the first of
which is asked after somebody has looked at the page for a while.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from rag.base.settings import Settings
from rag.library import Library
from tests.page.conftest import ARGUMENTS, CHROMIUM, free_port
from tests.page.soak import QUESTIONS, SAMPLE
from tests.page.test_app import Running

_FIRST_WORDS = """(turn) => new Promise((done) => {
  const start = performance.now();
  new MutationObserver((_, observer) => {
    if (!document.querySelector(`#t${turn} .prose`)) return;
    observer.disconnect();
    done(performance.now() - start);
  }).observe(document.body, { childList: true, subtree: true });
  const enter = new KeyboardEvent("keypress", { key: "Enter", bubbles: true });
  document.querySelector("#question textarea").dispatchEvent(enter);
})"""


def milliseconds_to_first_words(page: Page, question: str, *, turn: int) -> float:
    """Ask, as turn number `turn`, and return the time from Enter until its first words stand on the page."""
    page.fill("#question textarea", question)
    return float(page.evaluate(_FIRST_WORDS, turn))


def main() -> None:
    """Run, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.page.speed")
    parser.add_argument("--library", type=Path, metavar="DIR", help="measure over a copy of this one")
    parser.add_argument("--questions", type=int, default=10)
    parser.add_argument("--looking", type=float, default=3.0, metavar="S", help="seconds before the first question")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "library"
        if arguments.library:
            shutil.copytree(arguments.library, place)
        with Library.open(place, Settings()) as library:
            if not arguments.library:
                library.add(sorted(SAMPLE.glob("*.txt")))
            print(f"{len(library):,} papers")
        _measure(place, arguments.questions, arguments.looking)


def _measure(place: Path, count: int, looking: float) -> None:
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS).new_page()
        started = time.monotonic()
        running = Running(place, free_port())
        try:
            running.wait()
            served, worked = time.monotonic() - started, running.seconds_of_work()
            print(f"first page served after {served:.1f} s, of which {worked:.1f} s of processor time")
            page.goto(running.address)
            expect(page.locator(".welcome h2")).to_be_visible()
            print(f"first page seen after {time.monotonic() - started:.1f} s")
            page.wait_for_timeout(1000 * looking)
            _print_first_words(page, count)
        finally:
            running.process.terminate()
            running.process.wait()


def _print_first_words(page: Page, count: int) -> None:
    waits = []
    for number in range(1, count + 1):
        waits.append(milliseconds_to_first_words(page, QUESTIONS[number % len(QUESTIONS)], turn=number))
        expect(page.locator(f"#t{number}:not(.is-asking)")).to_be_visible()
        expect(page.locator("#send")).to_be_visible()
    first, *rest = waits
    print(f"first words after {first:.0f} ms at first")
    print(f"then, of {len(rest)} questions: median {statistics.median(rest):.0f} ms, at most {max(rest):.0f} ms")


if __name__ == "__main__":
    main()
