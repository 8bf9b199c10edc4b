"""Real parts for every test: the shipped embedder, a real Chroma, the sample pages, and no environment of one's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from rag.base.settings import Settings
from rag.library import Library
from rag.nouns import Receipt

_UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("here", **_UNTIMED)
settings.register_profile("ci", derandomize=True, max_examples=60, **_UNTIMED)
settings.load_profile("ci" if os.environ.get("CI") else "here")

ROOT = Path(__file__).parents[1]
CANARY = "canary-"
"""How every key of these tests begins: it may stand in no output and in no file that a test leaves."""
SAMPLE = ROOT / "rag" / "sample"
NO_BROWSER = "no chromium on this machine; get it with `apt-get install chromium`"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)


def isolate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """See to it that no key, endpoint or library of the person who runs the tests is ever used."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "RAG_MODEL", "RAG_EMBED_MODEL", "RAG_EMBED_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("RAG_CHROMA_URL", "RAG_TIMEOUT", "RAG_CONNECT_TIMEOUT", "RAG_BUDGET", "RAG_FORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RAG_ARXIV_URL", "http://127.0.0.1:9/nobody-is-there")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9/nobody-is-there")
    monkeypatch.setenv("RAG_ZOTERO_URL", "http://127.0.0.1:9/nobody-is-there")
    monkeypatch.setenv("RAG_LIBRARY", str(tmp_path / "default-library"))


@pytest.fixture(scope="session")
def sample_added(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Receipt]:
    """A library of the three sample pages, not to be written to, and what adding them returned."""
    folder = tmp_path_factory.mktemp("sample") / "library"
    with Library.open(folder, Settings()) as library:
        return folder, library.add(sorted(SAMPLE.glob("*.txt")))


@pytest.fixture(scope="session")
def sample_folder(sample_added: tuple[Path, Receipt]) -> Path:
    """The folder of that library."""
    return sample_added[0]


@pytest.fixture(scope="session")
def sample(sample_folder: Path) -> Iterator[Library]:
    """The sample library, open; for reading only."""
    with Library.open(sample_folder, Settings()) as library:
        yield library


@pytest.fixture
def sample_copy(sample_folder: Path, tmp_path: Path) -> Iterator[Library]:
    """The sample library, open, for writing to."""
    shutil.copytree(sample_folder, tmp_path / "copy")
    with Library.open(tmp_path / "copy", Settings()) as library:
        yield library


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Library]:
    """A library without a paper."""
    with Library.open(tmp_path / "empty", Settings()) as library:
        yield library


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say last of all that the page was not tried, where no browser was there to try it."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", ()) if reporter else ()
    if count := sum(NO_BROWSER in str(report.longrepr) for report in skipped):
        reporter.write_line(f"The page was not tried: {count} tests were skipped, as there is {NO_BROWSER}.", red=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Fail a test that printed, logged or raised a key."""
    said = "".join(text for name, text in report.sections) + (str(report.longrepr) if report.failed else "")
    if report.passed and CANARY in said:
        report.outcome = "failed"
        report.longrepr = f"A key was printed: …{said[max(0, said.index(CANARY) - 200) :][:300]}"


@pytest.fixture(scope="session", autouse=True)
def _no_key_is_left_in_a_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Search every file that the tests left: libraries, exports, logs, screenshots, saved conversations."""
    yield
    left = (path for path in tmp_path_factory.getbasetemp().rglob("*") if path.is_file() and not path.is_symlink())
    assert [str(path) for path in left if CANARY.encode() in path.read_bytes()] == []
