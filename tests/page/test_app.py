"""`python app.py` as a person starts it, over the real sample library."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from gradio_client import Client
from playwright.sync_api import BrowserContext, expect

from tests.conftest import ROOT
from tests.page.conftest import Opener, ask, free_port, to_adding, to_library


class Running:
    """An app in a process of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "app.py", "--library", str(folder), "--port", str(port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def wait(self) -> None:
        """Wait until the first page is served."""
        while True:
            assert self.process.poll() is None, self.process.stderr and self.process.stderr.read()
            try:
                with urllib.request.urlopen(self.address, timeout=5) as reply:
                    assert reply.status == 200
                return
            except (urllib.error.URLError, TimeoutError):
                time.sleep(0.1)

    def seconds_of_work(self) -> float:
        """Return the processor time used so far: unlike the clock, it is the same on a busy machine."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def app(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("app") / "library"
    shutil.copytree(sample_folder, folder)
    running = Running(folder, free_port())
    running.wait()
    yield running
    running.process.terminate()
    running.process.wait()


def refused(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "app.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_question_is_answered_from_the_sample_pages(app: Running, opened: Opener):
    page = opened(at=app.address)
    ask(page, "What is NormAd?")
    expect(page.locator("#t1.is-done .marker").first).to_have_text("[1]")
    expect(page.locator("#t1-c1 h3")).to_contain_text("NormAd")
    expect(page.locator("#t1-c1 mark").first).to_be_visible()
    to_library(page)
    expect(page.locator("#shelf .tools")).to_contain_text("papers")


def test_a_page_is_added_to_a_real_library_and_removed(app: Running, opened: Opener):
    page = opened(at=app.address)
    to_adding(page)
    line = '{"id": "x1", "title": "A Fresh Paper on Kites", "abstract": "We fly kites in 9 winds. Six stay up."}'
    page.get_by_label("… or the text of a page").fill(line)
    page.get_by_label("Its name").fill("kites")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#receipt")).to_contain_text("1 paper found: 1 new. Nothing is stored yet.")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator("#receipt")).to_contain_text("1 paper added: 1 new.")
    page.get_by_role("tab", name="Ask").click()
    ask(page, "How many kites stay up?")
    expect(page.locator("#t1-c1 h3")).to_contain_text("A Fresh Paper on Kites")
    to_library(page)
    page.get_by_label("Search the library").fill("kites")
    page.get_by_label("Pick A Fresh Paper on Kites").check()
    page.get_by_role("button", name="Remove …").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_label("Pick A Fresh Paper on Kites")).to_have_count(0)


def test_what_another_process_adds_is_there_without_a_restart(app: Running, opened: Opener, tmp_path: Path):
    page = opened(at=app.address)
    file = tmp_path / "elsewhere.jsonl"
    file.write_text('{"id": "e1", "title": "Umbrellas Elsewhere", "abstract": "We open 11 umbrellas. Two turn over."}')
    add = [sys.executable, "-m", "rag", "add", str(file), "--library", str(app.folder)]
    subprocess.run(add, cwd=ROOT, check=True, capture_output=True)
    to_library(page)
    expect(page.locator("#shelf")).to_contain_text("128 papers")
    page.get_by_role("tab", name="Ask").click()
    ask(page, "How many umbrellas turn over?")
    expect(page.locator("#t1-c1 h3")).to_contain_text("Umbrellas Elsewhere")


def test_without_a_password_it_does_not_listen_to_others(tmp_path: Path):
    done = refused("--host", "0.0.0.0", "--library", str(tmp_path / "never"))
    assert done.returncode == 2
    assert "--auth NAME:PASSWORD" in done.stderr
    assert not (tmp_path / "never").exists()


def test_a_taken_port_names_the_next_free_one(tmp_path: Path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        done = refused("--port", str(port), "--library", str(tmp_path / "never"))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "add --port" in done.stderr
    assert not (tmp_path / "never").exists()


@contextmanager
def crowd(address: str, people: int = 2) -> Iterator[None]:
    """Ask through the page's API, `people` at once, as long as the block lasts."""
    ended = threading.Event()

    def ask_on(number: int) -> None:
        client = Client(address, verbose=False)
        for place in itertools.count(number):
            if ended.is_set():
                return
            client.predict(("What is ProgressGym?", "Which papers deal with jailbreaks?")[place % 2], api_name="/ask")

    threads = [threading.Thread(target=ask_on, args=(number,), daemon=True) for number in range(people)]
    for thread in threads:
        thread.start()
    yield
    ended.set()
    for thread in threads:
        thread.join(60)


def test_nothing_leaks_between_the_chats_of_two_browsers_under_load(app: Running, context: BrowserContext):
    """Each keeps to its own paper through follow-ups that name none, while programs ask of others."""
    own = {
        "NormAd": ("What is NormAd?", "How many countries does it cover?", "What did they find?"),
        "KorNAT": ("What is KorNAT?", "How many questions does it contain?", "What did they find?"),
    }
    browser = context.browser
    assert browser is not None
    pages = {name: browser.new_context(viewport={"width": 1440, "height": 900}).new_page() for name in own}
    for page in pages.values():
        page.goto(app.address)
        expect(page.locator(".welcome h2")).to_be_visible()
    with crowd(app.address):
        for turn in range(1, 4):
            for name, page in pages.items():  # both are asked before either has answered
                page.fill("#question textarea", own[name][turn - 1])
                page.press("#question textarea", "Enter")
            for page in pages.values():
                expect(page.locator(f"#t{turn}:not(.is-asking)")).to_be_visible(timeout=120_000)
                expect(page.locator("#send")).to_be_visible()
    for name, page in pages.items():
        assert page.locator(".question").all_inner_texts() == list(own[name])
        cited = page.locator(".turn .card h3").all_text_contents()
        assert cited
        assert all(name in title for title in cited), cited
        page.context.close()


def test_it_ends_when_it_is_told_to_as_a_container_tells_it(app: Running):
    assert app.process.stdout
    assert app.address in app.process.stdout.readline()
    app.process.terminate()
    assert app.process.communicate()[0] == ""  # what is said at the end is no result
    assert app.process.returncode == 0  # by its own end, not by the signal, which the first process never gets
