"""The same library with its vectors in its folder and on a Chroma server: it does the same, and survives the server."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rag.base.errors import EmbedderMismatch, WorkFailed
from rag.base.settings import Settings
from rag.catalogue.filters import Filters
from rag.commands.doctor import examine
from rag.index.vectors import Vectors
from rag.intake.adding import Intake
from rag.library import Library
from tests.crash.hashed import HashedEmbedder
from tests.crash.pages import paper, write_page
from tests.index.chroma_server import ChromaServer

PAPERS = 40
Open = Callable[[Path], Library]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    running = ChromaServer(tmp_path_factory.mktemp("chroma"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def on_server(server: ChromaServer) -> Open:
    return opening(Settings(chroma_url=server.url))


@pytest.fixture(params=["in its folder", "on a server"])
def open_place(request: pytest.FixtureRequest) -> Open:
    if request.param == "in its folder":
        return opening(Settings())
    opened: Open = request.getfixturevalue("on_server")
    return opened


@pytest.fixture
def library(open_place: Open, tmp_path: Path) -> Iterator[Library]:
    """A library of 40 short papers."""
    with open_place(tmp_path / "library") as opened:
        opened.add(write_page(tmp_path / "page.jsonl", range(PAPERS)))
        yield opened


def opening(settings: Settings) -> Open:
    def open_hashed(folder: Path) -> Library:
        library = Library.open(folder, settings)
        library._embedder = HashedEmbedder()
        return library

    return open_hashed


def found(library: Library, number: int) -> bool:
    """Whether a paper's own words find it by its vector."""
    told = paper(number)
    hits = library.passages(f"{told['title']}\n{told['abstract']}", 3)
    return any(hit.paper.paper_id == told["id"] and hit.dense_rank == 1 for hit in hits)


def in_step(library: Library) -> bool:
    return all(check.ok for check in examine(library) if "MiB free" not in check.check)


def test_what_is_added_is_found_and_stays_when_opened_again(library: Library, open_place: Open) -> None:
    assert all(found(library, n) for n in range(0, PAPERS, 7))
    library.close()
    with open_place(library.folder) as again:
        assert found(again, PAPERS - 1)
        assert in_step(again)


def test_an_edit_takes_the_place_of_what_stood_there(library: Library, tmp_path: Path) -> None:
    edited = paper(3) | {"abstract": "Glaciers calve into the fjord. Icebergs drift south."}
    (tmp_path / "page.jsonl").write_text(json.dumps(edited) + "\n")
    library.add(tmp_path / "page.jsonl")
    (first, *_) = library.search("Glaciers calve into the fjord. Icebergs drift south.", 3)
    assert first.paper_id == "p3"
    assert library.indexes.vectors.count() == PAPERS


def test_what_is_removed_is_gone(library: Library) -> None:
    library.remove(["p5", "p6"])
    assert library.indexes.vectors.paper_ids() == {f"p{n}" for n in range(PAPERS)} - {"p5", "p6"}
    assert not found(library, 5)


def test_a_filter_lets_only_its_papers_through(library: Library, tmp_path: Path) -> None:
    library.add(write_page(tmp_path / "other.jsonl", range(100, 110)))
    hits = library.passages("Study of clouds", 50, Filters(page="other"))
    assert {hit.paper.paper_id for hit in hits} == {f"p{n}" for n in range(100, 110)}


def test_what_was_read_and_not_embedded_is_caught_up_by_a_question(library: Library, tmp_path: Path) -> None:
    Intake(library.catalogue, None).add([write_page(tmp_path / "late.jsonl", range(200, 205))])
    assert found(library, 203)


def test_sound_vectors_are_kept_by_a_repair_and_lost_ones_come_back(library: Library) -> None:
    assert library.rebuild() == 0
    library.indexes.vectors.drop()
    library.catalogue.mark_all_stale()
    assert library.rebuild() == PAPERS
    assert in_step(library)


def test_another_embedder_is_refused(library: Library) -> None:
    with Library.open(library.folder, library.settings) as other, pytest.raises(EmbedderMismatch):
        other.search("clouds")


def test_while_the_server_is_away_it_is_named_and_afterwards_all_goes_on(
    on_server: Open, server: ChromaServer, tmp_path: Path
) -> None:
    with on_server(tmp_path / "library") as library:
        library.add(write_page(tmp_path / "page.jsonl", range(PAPERS)))
        assert found(library, 1)
        server.stop()
        try:
            with pytest.raises(WorkFailed, match=f"{server.url} did not do its work"):
                library.search("clouds")
            with pytest.raises(WorkFailed, match="Check that it runs"):
                library.add(write_page(tmp_path / "more.jsonl", range(100, 110)))
            assert library.catalogue.count_stale() == 10
        finally:
            server.start()
        assert found(library, 1)
        assert found(library, 105)
        assert in_step(library)


def test_a_server_that_accepts_and_never_replies_is_told_and_not_waited_for(
    on_server: Open, server: ChromaServer, tmp_path: Path
) -> None:
    folder = tmp_path / "library"
    with on_server(folder) as library:
        library.add(write_page(tmp_path / "page.jsonl", range(PAPERS)))
        assert found(library, 1)
    server.fall_silent()
    try:
        hasty = opening(Settings(chroma_url=server.url, timeout=0.5))(folder)
        with hasty, pytest.raises(WorkFailed, match=r"nothing came within 0\.5 s.*Check that it runs"):
            hasty.search("clouds")
    finally:
        server.go_on()
    with on_server(folder) as library:
        assert found(library, 1)


def test_a_server_that_falls_silent_once_it_is_connected_is_told_too(server: ChromaServer, tmp_path: Path) -> None:
    for patience in (1.0, 10.0):  # a busy machine may need the longer one to connect
        vectors = Vectors(tmp_path, server.url, "silent", lambda: "on a Chroma server", patience)
        with suppress(WorkFailed):
            assert vectors.count() == 0
            break
    server.fall_silent()
    try:
        with pytest.raises(WorkFailed, match="did not do its work"):
            vectors.count()
    finally:
        server.go_on()
    assert vectors.count() == 0


def test_two_workers_ask_one_server_while_one_of_them_adds(on_server: Open, tmp_path: Path) -> None:
    with on_server(tmp_path / "first") as first:
        first.add(write_page(tmp_path / "page.jsonl", range(PAPERS)))
        shutil.copytree(tmp_path / "first", tmp_path / "second")
        with on_server(tmp_path / "second") as second:
            failures: list[int] = []
            asking = threading.Thread(
                target=lambda: failures.extend(n for n in [*range(PAPERS)] * 2 if not found(second, n))
            )
            asking.start()
            for number in range(100, 104):
                first.add(write_page(tmp_path / f"{number}.jsonl", range(number, number + 1)))
                assert found(first, number)
            asking.join()
            assert failures == []
        shutil.rmtree(tmp_path / "second")
        shutil.copytree(tmp_path / "first", tmp_path / "second")
        with on_server(tmp_path / "second") as second:
            assert found(second, 103)
            assert in_step(second)


def test_two_libraries_on_one_server_keep_to_their_own(on_server: Open, tmp_path: Path) -> None:
    with on_server(tmp_path / "one") as one, on_server(tmp_path / "two") as two:
        one.add(write_page(tmp_path / "one.jsonl", range(4)))
        two.add(write_page(tmp_path / "two.jsonl", range(100, 103)))
        assert one.indexes.vectors.paper_ids() == {"p0", "p1", "p2", "p3"}
        assert two.indexes.vectors.count() == 3
