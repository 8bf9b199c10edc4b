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
from rag.base.errors import LibraryDamaged, LibraryTooNew
from rag.base.settings import Settings
from rag.catalogue import Catalogue
from rag.commands.doctor import examine
from rag.index.vectors import Vectors
from rag.library import Library
from tests.crash.kills import check
from tests.crash.pages import paper, write_pages

FEW = 12
PAPERS = 1100
"""More than the thousand from which on Chroma writes its graph to files of its own."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of short papers, not to be written to."""
    work = tmp_path_factory.mktemp("sound")
    with Library.open(work / "library", Settings()) as library:
        library.add(write_pages(work / "pages", PAPERS, PAPERS))
    return work / "library"


@pytest.fixture(scope="module")
def whole_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of 150 papers, not to be written to."""
    work = tmp_path_factory.mktemp("small")
    with Library.open(work / "library", Settings()) as library:
        library.add(write_pages(work / "pages", 150, 150))
    return work / "library"


@pytest.fixture
def small(whole_small: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copytree(whole_small, tmp_path / "small"))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of few papers, not to be written to."""
    work = tmp_path_factory.mktemp("few")
    with Library.open(work / "library", Settings()) as library:
        library.add(write_pages(work / "pages", FEW, FEW))
    return work / "library"


@pytest.fixture
def tiny(few: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed letter by letter."""
    return Path(shutil.copytree(few, tmp_path / "tiny"))


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
    ("name", "fixture", "papers"),
    [
        ("the graph is overwritten", "folder", PAPERS),
        ("Chroma's database is overwritten", "tiny", FEW),
        ("the vectors are gone", "tiny", FEW),
    ],
)
def test_repair_embeds_anew_where_the_vectors_are_lost(
    name: str, fixture: str, papers: int, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = request.getfixturevalue(fixture)
    DAMAGES[name](folder)
    assert main(["doctor", "--library", str(folder)]) == 1
    assert "doctor --repair" in capsys.readouterr().out
    main(["doctor", "--repair", "--json", "--library", str(folder)])
    said = capsys.readouterr()
    assert f" {papers:,} papers were embedded anew" in said.err
    assert [c["check"] for c in json.loads(said.out) if not c["ok"] and "MiB free" not in c["check"]] == []
    check(folder, set())


@pytest.mark.parametrize("name", ["the words are gone", "a file of words is overwritten"])
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
        assert 75 < len(saved) <= 150  # of some only the paper's own row is whole
        assert all(saved[name].abstract == paper(int(name[1:]))["abstract"] for name in saved)
        assert library.indexes.vectors.paper_ids() == set(saved)
    assert (small / "library.db.damaged-1").is_file()


def edited(folder: Path, *statements: str) -> Path:
    """Change the catalogue behind the program's back."""
    with closing(sqlite3.connect(folder / "library.db")) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()
        db.execute("pragma wal_checkpoint(truncate)")
    return folder


PAPER = "update papers set body = replace(body, '{}', '{}') where paper_id = 'p5'"
TOLD = "update sightings set body = replace(body, '{}', '{}') where paper_id = 'p5'"
LETTERS = {
    "a field's name": PAPER.format('"abstract"', '"abstrbct"'),
    "a quotation mark": PAPER.format('"title"', '"title'),
    "a letter of the abstract": PAPER.format("times", "timez"),
    "a letter of the title": PAPER.format("Study", "Stady"),
    "a bound of a sentence": PAPER.format("[[0, ", "[[9000, "),
    "a list that is none": PAPER.format('"sentences": [', '"sentences": 7, "authors": ['),
    "a byte that is no letter": "update papers set body = cast(x'ff' || body as text) where paper_id = 'p5'",
    "a number in a text's place": "update papers set body = 7 where paper_id = 'p5'",
}


@pytest.mark.parametrize("change", LETTERS.values(), ids=LETTERS.keys())
def test_a_letter_that_became_another_is_told_in_one_line_and_never_shown(tiny: Path, change: str) -> None:
    with Library.open(edited(tiny, change), Settings()) as library:
        with pytest.raises(LibraryDamaged, match=r"library\.db is damaged .*doctor --repair$") as said:
            library.ask(paper(5)["title"])
        assert "\n" not in str(said.value)
        assert next(look.ok for look in examine(library)) is False


SEEN = {
    "what a page told": (TOLD.format("times", "timez"), "what page-00000 tells of p5"),
    "a field's name of it": (TOLD.format('"title"', '"titel"'), "what page-00000 tells of p5"),
    "its title's key": ("update sightings set title_key = 'x' where paper_id = 'p5'", "row 6 of what pages tell"),
    "whose it is": ("update sightings set paper_id = 'p6' where paper_id = 'p5'", "p5 it is not known where"),
    "a paper's date": ("update papers set date = '2020' where paper_id = 'p5'", "the row of the paper p5"),
    "a paper's authors": (PAPER.format('"pages"', '"authors": ["Eve"], "pages"'), "the authors of the paper p5"),
    "a paper is gone": ("delete from papers where paper_id = 'p5'", "p5 has no paper"),
    "a note that is no text": (
        "update meta set value = cast(x'ff' as text) where key = 'generation'",
        "a table cannot be read",
    ),
    "a number": ("update meta set value = 'x' where key = 'generation'", "the number noted as generation is none"),
    "another name": ("insert into aliases values ('x', 'y')", "the name x is of no paper"),
    "a decision": ("insert into decisions values (1, 'merge', '{', '{}', '[]')", "decision 1 about duplicates"),
}


@pytest.mark.parametrize(("change", "says"), SEEN.values(), ids=SEEN.keys())
def test_doctor_reads_every_row_and_repair_mends_it(
    tiny: Path, change: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    edited(tiny, change)
    assert main(["doctor", "--library", str(tiny)]) == 1
    assert says in capsys.readouterr().out
    main(["doctor", "--repair", "--library", str(tiny)])
    assert "12 papers could be saved" in capsys.readouterr().err
    with Library.open(tiny, Settings()) as library:
        assert {p.paper_id: p.abstract for p in library.papers()} == {f"p{n}": paper(n)["abstract"] for n in range(FEW)}
        assert [look for look in examine(library) if not look.ok and "MiB free" not in look.check] == []


def test_doctor_holds_the_rows_of_sqlite_against_its_indexes(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited(
        tiny,
        "pragma writable_schema = on",
        "update sqlite_master set sql = replace(sql, '(page, paper_id)', '(paper_id, page)')"
        " where name = 'sightings_page'",
    )
    assert main(["doctor", "--library", str(tiny)]) == 1
    assert "SQLite: row 1 missing from index sightings_page" in capsys.readouterr().out


def test_what_repair_cannot_save_is_named(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited(
        tiny,
        "update sightings set body = 'x' || body where paper_id in ('p5', 'p6', 'p7')",
        "update papers set body = 'x' || body where paper_id in ('p5', 'p6')",
        "delete from sightings where paper_id = 'p8'",
        "delete from papers where paper_id = 'p8'",
    )
    main(["doctor", "--repair", "--library", str(tiny)])
    said = capsys.readouterr().err
    assert "9 papers could be saved from the damaged library.db, which is kept as library.db.damaged-1." in said
    for number in (5, 6):
        assert f"“{paper(number)['title']}” (p{number}), of page-00000" in said.partition("Lost: ")[2].splitlines()[0]
    assert "one with the id p8" in said.partition("Lost: ")[2].splitlines()[0]
    assert f"“{paper(7)['title']}” (p7)" in said.partition("Saved from what is known")[2].splitlines()[0]
    with Library.open(tiny, Settings()) as library:
        saved = library.paper("p7")
        assert saved is not None
        assert saved.abstract == paper(7)["abstract"]
        library.add(write_pages(tiny / "pages", FEW, FEW))
        assert len(library) == FEW
        assert library.indexes.vectors.paper_ids() == {f"p{n}" for n in range(FEW)}


def test_a_vector_that_is_none_of_its_papers_any_more_is_seen_and_made_anew(tiny: Path) -> None:
    with Library.open(tiny, Settings()) as library:
        vectors = library.indexes.vectors
        with vectors.writing() as draft:
            draft.replace(["p5"], [("p5", 0)], 2 * vectors.by_paper(["p5"])["p5"][None])
        library.catalogue.set_meta("vectors", str(draft.name))
        assert [look.remedy.partition(" is not")[0] for look in examine(library) if not look.ok] == ["the vector of p5"]
        assert library.rebuild() == FEW
        assert all(look.ok for look in examine(library) if "MiB free" not in look.check)


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
    vectors = Vectors(tmp_path / "chroma", None, "", lambda: "on a Chroma server", 5.0)
    with pytest.raises(Exception, match="RAG_CHROMA_URL is not set"):
        vectors.count()
