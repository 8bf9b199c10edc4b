"""An embedding endpoint that fails in the midst of an `add` never leaves a half-embedded library that looks whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.__main__ import main
from rag.base.errors import EmbedderFailed
from rag.base.settings import Settings
from rag.library import Library
from tests.crash.pages import write_pages
from tests.endpoint_server import PATIENT
from tests.models.embedder.server import HANGS, Server

PAPERS = 260
"""More than are embedded and written at once."""


def settings(server: Server, timeout: float = PATIENT) -> Settings:
    return Settings(embed_model="honest", embed_base_url=server.url, timeout=timeout)


@pytest.mark.parametrize(("mood", "answered"), [("refused", 3), (HANGS, 6), ("wider", 6)])
def test_an_add_that_fails_halfway_says_so_and_the_same_add_completes_it(
    mood: str, answered: int, server: Server, tmp_path: Path
) -> None:
    page = write_pages(tmp_path / "pages", PAPERS, PAPERS)[0]
    server.moods = ["honest"] * answered + [mood]
    with Library.open(tmp_path / "library", settings(server, 5.0 if mood == HANGS else PATIENT)) as library:
        with pytest.raises(EmbedderFailed, match="embedding endpoint"):
            library.add(page)
        assert_honest(library)
    server.moods = []
    with Library.open(tmp_path / "library", settings(server)) as library:
        assert_honest(library)
        library.add(page)
        assert library.indexes.vectors.paper_ids() == {paper.paper_id for paper in library.papers()}
        assert len(library) == library.indexes.words.count() == PAPERS
        assert library.catalogue.count_stale() == 0


def assert_honest(library: Library) -> None:
    """What has vectors is what the catalogue calls indexed, and whoever asks is told that the rest is missing."""
    assert library.indexes.vectors.paper_ids() == library.catalogue.indexed()
    waiting = library.catalogue.count_stale()
    assert waiting
    assert any(f"{waiting:,} papers are not indexed yet" in warning for warning in library.indexes.warnings())


def test_on_the_command_line_it_is_one_line_and_exit_code_1(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = write_pages(tmp_path / "pages", 3, 3)
    server.moods = ["refused"]
    monkeypatch.setenv("RAG_EMBED_MODEL", "honest")
    monkeypatch.setenv("RAG_EMBED_BASE_URL", server.url)
    argv = ["add", *map(str, pages), "--library", str(tmp_path / "library")]
    assert main(argv) == 1
    assert capsys.readouterr().err.strip().splitlines()[-1].endswith("Check OPENAI_API_KEY.")
    server.moods = []
    assert main(argv) == 0
