"""A damaged library: one clear line that names the command which mends it, never a fault of memory or a wrong answer.

Chroma's own way with damaged files is to answer from half of them, or to end the process; hence the seals.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rag.__main__ import main
from rag.catalogue import Catalogue
from rag.errors import LibraryDamaged, LibraryTooNew
from rag.indexes.vectors import Vectors
from rag.library import Library
from rag.settings import Settings
from tests.crash.kills import check
from tests.crash.pages import paper, write_pages

PAPERS = 1100
"""More than the thousand from which on Chroma writes its graph to files of its own."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of short papers, not to be written to."""
    work = tmp_path_factory.mktemp("sound")
    with Library.open(work / "library", Settings()) as library:
        library.add(write_pages(work / "pages", PAPERS, PAPERS))
    return work / "library"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A library of 150 papers, to be damaged."""
    with Library.open(tmp_path / "small", Settings()) as library:
        library.add(write_pages(tmp_path / "pages", 150, 150))
    return tmp_path / "small"


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copytree(sound, tmp_path / "library"))


def scribble(path: Path, start: float = 0.0, end: float = 1.0) -> None:
    """Overwrite a part of a file."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(int(size * start))
        file.write(os.urandom(int(size * (end - start))))


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def one(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "the graph is overwritten": lambda f: scribble(one(f, "chroma/*/*/data_level0.bin")),
    "the graph is cut": lambda f: halve(one(f, "chroma/*/*/data_level0.bin")),
    "a bit of the graph is turned": lambda f: scribble(one(f, "chroma/*/*/data_level0.bin"), 0.5, 0.5001),
    "the graph's names are gone": lambda f: one(f, "chroma/*/*/index_metadata.pickle").unlink(),
    "the graph is gone": lambda f: shutil.rmtree(one(f, "chroma/*/*/data_level0.bin").parent),
    "Chroma's database is overwritten": lambda f: scribble(one(f, "chroma/*/chroma.sqlite3")),
    "Chroma's database is gone": lambda f: one(f, "chroma/*/chroma.sqlite3").unlink(),
    "the vectors are gone": lambda f: shutil.rmtree(f / "chroma"),
    "the words are gone": lambda f: shutil.rmtree(f / "words"),
    "the list of words is overwritten": lambda f: scribble(f / "words" / "meta.json"),
    "the list of words is cut": lambda f: halve(f / "words" / "meta.json"),
    "a file of words is overwritten": lambda f: scribble(one(f, "words/*.term")),
    "the names are overwritten": lambda f: scribble(f / "names.db"),
    "a bit of a file of words is turned": lambda f: scribble(one(f, "words/*.idx"), 0.3, 0.301),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_index_is_refused_in_one_line_that_names_the_remedy(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder)
    with Library.open(folder, Settings()) as library, pytest.raises(LibraryDamaged, match=r"doctor --repair$") as said:
        library.search("otters", 3)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(
    "name", ["the graph is overwritten", "Chroma's database is overwritten", "the vectors are gone"]
)
def test_repair_embeds_anew_where_the_vectors_are_lost(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    DAMAGES[name](folder)
    assert main(["doctor", "--library", str(folder)]) == 1
    assert "doctor --repair" in capsys.readouterr().out
    main(["doctor", "--repair", "--json", "--library", str(folder)])
    said = capsys.readouterr()
    assert f"{PAPERS:,} papers were embedded anew" in said.err
    assert [c["check"] for c in json.loads(said.out) if not c["ok"] and "MiB free" not in c["check"]] == []
    check(folder, set())


@pytest.mark.parametrize("name", ["the words are gone", "a file of words is overwritten", "the names are overwritten"])
def test_repair_of_the_words_embeds_nothing(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    DAMAGES[name](folder)
    assert main(["doctor", "--library", str(folder)]) == 1
    main(["doctor", "--repair", "--library", str(folder)])
    assert " 0 papers were embedded anew" in capsys.readouterr().err
    with Library.open(folder, Settings()) as library:
        assert library.indexes.words.count() == PAPERS
        assert library.indexes.words.search(paper(77)["title"], 3)[0][0] == "p77"


# ---------------------------------------------------------------- the catalogue


def test_what_can_be_read_of_a_damaged_catalogue_is_saved_with_its_ids(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(small / "library.db")) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    scribble(small / "library.db", 0.4, 0.5)
    assert main(["doctor", "--library", str(small)]) == 1
    assert "doctor --repair" in capsys.readouterr().out
    main(["doctor", "--repair", "--library", str(small)])
    assert "papers could be saved" in capsys.readouterr().err
    with Library.open(small, Settings()) as library:
        saved = {p.paper_id: p for p in library.papers()}
        assert 75 < len(saved) < 150
        assert all(saved[name].abstract == paper(int(name[1:]))["abstract"] for name in saved)
        assert library.indexes.vectors.paper_ids() == set(saved)
    assert (small / "library.db.damaged-1").is_file()


def test_a_file_that_is_no_catalogue_is_refused_in_one_line_and_set_aside_by_repair(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for side in ("-wal", "-shm"):
        (small / f"library.db{side}").unlink(missing_ok=True)
    scribble(small / "library.db")
    assert main(["ask", "why?", "--library", str(small)]) == 1
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1
    assert "doctor --repair" in said
    main(["doctor", "--repair", "--library", str(small)])
    assert "0 papers could be saved" in capsys.readouterr().err
    with Library.open(small, Settings()) as library:
        assert library.papers() == []
        assert "empty" in library.ask("Is anything left?").text


def test_a_library_of_a_newer_version_is_refused_in_one_line(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(small / "library.db")) as db:
        db.execute("pragma user_version = 99")
    with pytest.raises(LibraryTooNew, match="update the program"):
        Library.open(small, Settings())
    for command in (["ask", "why?"], ["doctor"], ["doctor", "--repair"]):
        assert main([*command, "--library", str(small)]) == 1
        said = "".join(capsys.readouterr())
        assert "format 99" in said
        assert len([line for line in said.strip().splitlines() if not line.startswith("ok ")]) == 1


def test_a_library_of_version_1_is_brought_up_to_date_and_embedded_anew(tmp_path: Path) -> None:
    """`library-v1.sql` is what version 1 stored; its indexes, which lay elsewhere, are derived and built anew."""
    stored = Path(__file__).parents[1] / "catalogue" / "library-v1.sql"
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        db.executescript(stored.read_text(encoding="utf-8"))
    with Library.open(tmp_path, Settings()) as library:
        assert [p.paper_id for p in library.papers()] == ["fish", "timing-of-stars-6bbe19", "2401.01234"]
        assert library.search("variable stars", 1)[0].paper_id == "timing-of-stars-6bbe19"
        assert library.indexes.vectors.paper_ids() == {p.paper_id for p in library.papers()}
        assert library.catalogue.count_stale() == 0
    with Library.open(tmp_path, Settings()) as again:
        assert len(again) == 3


def test_two_processes_may_open_an_empty_folder_at_once(tmp_path: Path) -> None:
    first, second = Catalogue(tmp_path / "library.db"), Catalogue(tmp_path / "library.db")
    assert first.meta("library") == second.meta("library") != ""


def test_vectors_on_a_server_are_not_looked_for_in_the_folder(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path / "chroma", None, "", lambda: "on a Chroma server")
    with pytest.raises(Exception, match="RAG_CHROMA_URL is not set"):
        vectors.count()
