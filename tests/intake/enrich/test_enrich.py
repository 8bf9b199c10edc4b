"""What arXiv tells fills what a library lacks, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.base.errors import UnknownPaper
from rag.base.settings import Settings
from rag.commands.doctor import examine
from rag.intake.enrich import Enrichment
from rag.library import Library
from tests.intake.enrich.atom_server import AtomPaper, AtomServer, Fault

TIDES = AtomPaper(
    "2401.00001",
    "The Tides of a Small Sea",
    "We measure the tides of a small sea for a year. They are two centimetres high, and late.",
)
PERCH = AtomPaper("2402.00002", "Perch of a Lake", "We count perch in a lake over ten years. They come back in spring.")


@pytest.fixture
def server() -> Iterator[AtomServer]:
    with AtomServer([TIDES, PERCH]) as running:
        yield running


@pytest.fixture
def library(server: AtomServer, tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", Settings(arxiv_url=server.url)) as opened:
        yield opened


def add(library: Library, tmp_path: Path, *records: dict[str, object], name: str = "mine.jsonl") -> None:
    page = tmp_path / name
    page.write_text("".join(json.dumps(record) + "\n" for record in records))
    library.add(page)


def want(library: Library, tmp_path: Path, *ids: str) -> None:
    page = tmp_path / "wanted.txt"
    page.write_text("".join(f"{name}\n" for name in ids))
    library.add(page)


def look_up(library: Library, *names: str, dry_run: bool = False) -> Enrichment:
    return library.enrich(names, pause=0.01, dry_run=dry_run)


def titled(paper: AtomPaper, **more: object) -> dict[str, object]:
    return {"title": paper.title, "abstract": paper.summary} | more


# ---------------------------------------------------------------- papers that are wanted


def test_a_wanted_paper_is_in_no_search_answer_or_count(library: Library, tmp_path: Path) -> None:
    want(library, tmp_path, "2401.00001", "https://arxiv.org/abs/2402.00002")
    assert len(library) == 2
    assert library.search("tides") == []
    assert library.ask("What is known about tides?").coverage.looked_at == 0
    add(library, tmp_path, {"title": "Of Stars", "abstract": "Variable stars are timed with a new instrument."})
    assert [hit.title for hit in library.search("2401.00001 tides")] == ["Of Stars"]
    answer = library.ask("How many papers are there?")
    assert answer.coverage.looked_at == 1
    assert "1" in answer.text
    assert library.ask("Which papers are about stars?").coverage.undated == 1
    assert library.catalogue.count_stale() == 0
    assert all(check.ok for check in examine(library))
    library.rebuild()
    assert [hit.title for hit in library.search("tides")] == ["Of Stars"]


def test_a_wanted_paper_gets_its_text_and_is_found(library: Library, tmp_path: Path) -> None:
    want(library, tmp_path, "2401.00001")
    told = look_up(library)
    assert (told.asked, len(told.found), told.not_taken, told.stopped) == (1, 1, (), None)
    (paper,) = library.papers()
    assert (paper.paper_id, paper.title, paper.abstract) == ("2401.00001", TIDES.title, TIDES.summary)
    assert (paper.date, paper.authors, paper.pages) == ("2024-01-15", TIDES.authors, ("arxiv", "wanted"))
    assert [hit.paper_id for hit in library.search("tides of a sea")] == ["2401.00001"]
    assert all(check.ok for check in examine(library))


def test_a_wanted_paper_joins_the_page_record_of_its_title(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, titled(TIDES), name="page.jsonl")
    want(library, tmp_path, "2401.00001")
    first = library.papers()[0].paper_id
    told = look_up(library)
    assert [paper.paper_id for paper in library.papers()] == [first]
    assert library.catalogue.resolve("2401.00001") == first
    assert len(told.found) + len(told.not_taken) == 2
    assert [hit.paper_id for hit in library.search("tides")] == [first]


def test_an_id_that_arxiv_does_not_know_stays_wanted(library: Library, tmp_path: Path) -> None:
    want(library, tmp_path, "2401.00001", "2401.99999")
    told = look_up(library)
    assert [paper.why for paper in told.not_taken] == ["arXiv knows no paper of this id"]
    assert look_up(library).asked == 1


# ---------------------------------------------------------------- papers of a page


def test_a_title_gains_ids_link_date_authors_and_categories(
    server: AtomServer, library: Library, tmp_path: Path
) -> None:
    add(library, tmp_path, titled(TIDES, date="2024-01"), titled(PERCH, abstract=""))
    before = {paper.paper_id for paper in library.papers()}
    told = look_up(library)
    changes = {change.field: (change.before, change.after) for change in told.found[0].changes}
    assert changes == {
        "date": ("2024-01", "2024-01-15"),
        "authors": (None, "Ada Berg, Ben Cho"),
        "url": (None, "https://arxiv.org/abs/2401.00001"),
        "arxiv_id": (None, "2401.00001"),
        "categories": (None, "cs.CL, cs.AI"),
    }
    assert {paper.paper_id for paper in library.papers()} == before
    assert library.paper("2402.00002").abstract == PERCH.summary  # type: ignore[union-attr]
    asked = len(server.asked)
    assert look_up(library).asked == 0
    assert len(server.asked) == asked


def test_a_dry_run_shows_the_same_and_stores_nothing(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, titled(TIDES))
    want(library, tmp_path, "2402.00002")
    before = library.papers()
    rehearsed = look_up(library, dry_run=True)
    assert library.papers() == before
    assert library.search("perch")[0].title == TIDES.title
    assert look_up(library) == rehearsed
    assert library.papers() != before


def test_a_paper_with_an_id_of_its_own_keeps_its_own_words(library: Library, tmp_path: Path) -> None:
    mine = titled(TIDES, id="k1", title="The tides of a small sea", authors=["A. Berg"])
    add(library, tmp_path, mine)
    look_up(library)
    (paper,) = library.papers()
    assert (paper.paper_id, paper.title, paper.authors) == ("k1", "The tides of a small sea", ("A. Berg",))
    assert (paper.arxiv_id, paper.date, paper.url) == ("2401.00001", "2024-01-15", "https://arxiv.org/abs/2401.00001")
    assert library.catalogue.resolve("2401.00001") == "k1"


def test_one_title_over_another_abstract_is_not_taken(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, titled(TIDES, abstract="Variable stars of an open cluster are timed by new instruments."))
    told = look_up(library)
    assert "another abstract" in told.not_taken[0].why
    assert [paper.arxiv_id for paper in library.papers()] == [None]


def test_a_title_that_two_papers_bear_is_not_taken(server: AtomServer, library: Library, tmp_path: Path) -> None:
    server.papers.append(AtomPaper("2403.00003", TIDES.title))
    add(library, tmp_path, titled(TIDES, abstract=""))
    assert "2401.00001, 2403.00003" in look_up(library).not_taken[0].why


def test_a_title_almost_the_same_is_not_taken(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, titled(TIDES, title="Tides of a Small Sea"))
    assert "exactly this title" in look_up(library).not_taken[0].why


def test_a_paper_that_is_here_twice_is_not_merged_but_pointed_out(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, titled(TIDES, id="k1"), titled(TIDES, url="https://arxiv.org/abs/2401.00001", id="k2"))
    told = look_up(library)
    assert "abstract-qa merge k2 k1" in told.not_taken[0].why
    assert {paper.paper_id for paper in library.papers()} == {"k1", "k2"}


def test_a_generic_title_is_never_looked_up(server: AtomServer, library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, {"title": "Introduction", "abstract": "We count."})
    assert look_up(library).asked == 0
    assert look_up(library, library.papers()[0].paper_id).not_taken[0].why == "its title is none to look for"
    assert server.asked == []


def test_only_the_papers_named_are_looked_up(server: AtomServer, library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, titled(TIDES), titled(PERCH, id="k2"))
    told = look_up(library, "k2")
    assert [paper.paper_id for paper in told.found] == ["k2"]
    assert len(server.asked) == 1
    with pytest.raises(UnknownPaper, match="nobody"):
        look_up(library, "nobody")


def test_ids_are_asked_for_together(server: AtomServer, library: Library, tmp_path: Path) -> None:
    server.papers = [AtomPaper(f"2401.{n:05}", f"Title of Paper {n}") for n in range(150)]
    want(library, tmp_path, *(paper.id for paper in server.papers))
    assert len(look_up(library).found) == 150
    assert len(server.asked) == 2


def test_what_was_found_before_a_failure_is_kept(server: AtomServer, library: Library, tmp_path: Path) -> None:
    want(library, tmp_path, "2401.00001")
    add(library, tmp_path, titled(PERCH))
    server.faults = [Fault(), *[Fault(503)] * 4]
    told = look_up(library)
    assert (len(told.found), told.waiting) == (1, 1)
    assert "503" in str(told.stopped)
    assert [hit.paper_id for hit in library.search("tides", k=1)] == ["2401.00001"]
    assert len(look_up(library).found) == 1


def test_what_was_set_apart_is_not_joined(library: Library, tmp_path: Path) -> None:
    add(library, tmp_path, titled(TIDES))
    want(library, tmp_path, "2401.00001")
    mine, wanted = (paper.paper_id for paper in library.papers())
    library.keep_apart(mine, wanted)
    assert "by your decision" in look_up(library, mine).not_taken[0].why
    assert len(look_up(library, wanted).found) == 1
    assert {paper.paper_id: paper.arxiv_id for paper in library.papers()} == {mine: None, wanted: "2401.00001"}
    assert library.catalogue.duplicates() == []
