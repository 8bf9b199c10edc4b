"""Papers from elsewhere, over a real connection to recorded answers, through the library and the command line."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.base.errors import LookupFailed, UsageError
from rag.base.settings import Settings
from rag.intake import sources
from rag.intake.fetch import Fetcher, place_of
from rag.library import Library
from tests.intake.enrich.atom_server import AtomPaper, AtomServer, feed
from tests.intake.fetch.recorded import Recorded

TODAY = date(2026, 8, 21)
DAYS = sorted(Path(os.environ.get("HF_DAILY_RECORDED") or "nowhere").glob("*.json"))
"""Days as the API answered, `2026-08-21.json` and so on, where a folder of them is named."""
DAY = [
    {"paper": {"id": "2608.00001", "title": "Tides of a Small Sea", "summary": "We measure tides. They are 3 m high.",
               "authors": [{"name": "Ada Berg"}], "publishedAt": "2026-08-20T00:00:00.000Z", "upvotes": 7}},
    {"paper": {"id": "2608.00002", "title": "Perch of a Lake", "summary": "We count perch. There are nine.",
               "authors": [], "publishedAt": "2026-08-20T00:00:00.000Z", "upvotes": 2}},
]  # fmt: skip
DAILY = "/api/daily_papers?date={}&limit=100"
BIBTEX = b"""@article{berg_tides_2024,
  title = {Tides of a {Small} Sea}, author = {Berg, Ada and Cho, Ben}, year = {2024},
  abstract = {We measure tides in a small sea. They are three metres high.}, doi = {10.1/x}
}
"""
COLLECTIONS = [
    {"key": "AAAA1111", "data": {"key": "AAAA1111", "name": "To Read", "parentCollection": False}},
    {"key": "BBBB2222", "data": {"key": "BBBB2222", "name": "Twice", "parentCollection": False}},
    {"key": "CCCC3333", "data": {"key": "CCCC3333", "name": "twice", "parentCollection": "AAAA1111"}},
]
KEYS = "items/top?v=3&format=keys"
PORTION = "items/top?v=3&format=bibtex&sort=dateAdded&direction=asc&start={}&limit=200"
OWN, TO_READ = "/api/users/0/", "/api/users/0/collections/AAAA1111/"
ZOTERO = {
    OWN + KEYS: (200, b"QWER1234"),
    OWN + PORTION.format(0): (200, BIBTEX),
    OWN + "collections?v=3": (200, json.dumps(COLLECTIONS).encode()),
    TO_READ + KEYS: (200, b"QWER1234"),
    TO_READ + PORTION.format(0): (200, BIBTEX),
}
"""As Zotero 7's local API answers, by its documentation and its source."""


def fetcher(tmp_path: Path, server: Recorded, today: date = TODAY) -> Fetcher:
    settings = Settings(hf_url=server.url, zotero_url=server.url, arxiv_url=f"{server.url}/api/query")
    return Fetcher(settings, tmp_path / "fetched", today)


@pytest.mark.skipif(not DAYS, reason="HF_DAILY_RECORDED names no folder of recorded days")
def test_every_recorded_day_is_read_as_its_file_is(tmp_path: Path) -> None:
    answers = {DAILY.format(day.stem): (200, day.read_bytes()) for day in DAYS}
    with Recorded(answers) as server:
        client = fetcher(tmp_path, server)
        for day in DAYS:
            source = client.fetch(f"hf:{day.stem}")
            (file,) = sources(day)
            fetched, saved = source.read(), file.read()
            assert [s.record for s in fetched.sightings] == [s.record for s in saved.sightings]
            assert fetched.receipt.skipped == saved.receipt.skipped
            assert source.page == f"hf-{day.stem}"


def test_a_day_is_added_and_not_fetched_twice(tmp_path: Path) -> None:
    answers = {DAILY.format(day): (200, json.dumps(DAY).encode()) for day in ("2026-08-01", TODAY.isoformat())}
    with Recorded(answers) as server, Library.open(tmp_path / "lib", Settings(hf_url=server.url)) as library:
        receipt = library.add("hf:2026-08-01")
        assert (receipt.new, receipt.files[0].path, receipt.files[0].format) == (
            2,
            "hf:2026-08-01",
            "daily-papers-json",
        )
        assert library.add(["hf:2026-08-01", "hf:2026-08-01"]).unchanged == 2
        assert len(server.asked) == 1
        assert library.papers()[0].pages == ("hf-2026-08-01",)


def test_a_paper_and_a_category_come_from_arxiv(tmp_path: Path) -> None:
    paper = AtomPaper("2401.00001", "Tides of a Small Sea")
    newest = "/api/query?search_query=cat%3Acs.CL&sortBy=submittedDate&sortOrder=descending&max_results=200"
    answers = {
        "/api/query?id_list=2401.00001&max_results=1": (200, feed([paper], 1, 2026).encode()),
        newest: (200, feed([paper, AtomPaper("2402.00002", "Perch of a Lake")], 2, 2020).encode()),
    }
    with Recorded(answers) as server:
        settings = Settings(arxiv_url=f"{server.url}/api/query")
        with Library.open(tmp_path / "lib", settings) as library:
            assert library.add("https://arxiv.org/abs/2401.00001v1").new == 1
            receipt = library.add("arxiv:cs.CL")
            assert (receipt.found, receipt.new) == (2, 1)
            assert library.papers()[0].pages == ("arxiv", "arxiv-cs.CL")


def test_zotero_gives_its_library_or_a_collection(tmp_path: Path) -> None:
    with Recorded(ZOTERO) as server, Library.open(tmp_path / "lib", Settings(zotero_url=server.url)) as library:
        assert library.add("zotero:").new == 1
        for said in ("zotero:to read", "zotero:AAAA1111", "zotero:"):
            assert library.add(said).new == 0
        (paper,) = library.papers()
        assert paper.title == "Tides of a Small Sea"
        assert paper.abstract.startswith("We measure tides in a small sea.")


@pytest.mark.parametrize(
    ("said", "error", "why"),
    [
        ("zotero:Nowhere", UsageError, "no collection 'Nowhere'. It has: To Read, Twice, twice"),
        ("zotero:Twice", UsageError, "2 collections called 'Twice': take a key, BBBB2222 or CCCC3333"),
        ("hf:2026-08-20", LookupFailed, "answered 404 Not Found"),
    ],
)
def test_what_is_not_there_is_one_clear_line(tmp_path: Path, said: str, error: type[Exception], why: str) -> None:
    with Recorded(ZOTERO) as server, pytest.raises(error, match=why) as caught:
        fetcher(tmp_path, server).fetch(said)
    assert len(str(caught.value).splitlines()) == 1


def test_a_large_library_of_zotero_comes_in_portions(tmp_path: Path) -> None:
    def portion(start: int, count: int) -> bytes:
        entry = "@article{{k{0}, title = {{Tide number {0} of a sea}}, abstract = {{It is high. It is low.}}}}"
        return "\n\n".join(entry.format(n) for n in range(start, start + count)).encode()

    answers = {
        OWN + KEYS: (200, "\n".join(f"KEY{n:05}" for n in range(450)).encode()),
        OWN + PORTION.format(0): (200, portion(0, 200)),
        OWN + PORTION.format(200): (200, b""),  # notes and attachments that stand alone, which BibTeX leaves out
        OWN + PORTION.format(400): (200, portion(400, 50)),
    }
    with Recorded(answers) as server, Library.open(tmp_path / "lib", Settings(zotero_url=server.url)) as library:
        assert library.add("zotero:").new == 250
        assert len(server.asked) == 4


def test_an_empty_collection_of_zotero_is_no_failure(tmp_path: Path) -> None:
    with Recorded(ZOTERO | {TO_READ + KEYS: (200, b"")}) as server:
        reading = fetcher(tmp_path, server).fetch("zotero:To Read").read()
        assert list(reading.sightings) == []
        assert "it is empty" in reading.receipt.warnings[0]


def test_what_is_private_to_zotero_does_not_come_along(tmp_path: Path) -> None:
    entry = BIBTEX.replace(
        b"doi = {10.1/x}",
        b"doi = {10.1/x}, annote = {My own doubts.}, urldate = {2024-05-01}, note = {arXiv:2401.00001 [cs]},\n"
        b"  file = {Full Text PDF:/home/ada/Zotero/storage/ABCD1234/Berg - Tides.pdf:application/pdf}",
    )
    server = Recorded(ZOTERO | {OWN + PORTION.format(0): (200, entry)})
    with server, Library.open(tmp_path / "lib", Settings(zotero_url=server.url)) as library:
        library.add("zotero:")
        told = json.dumps([str(paper) for paper in library.papers()])
        assert library.papers()[0].abstract.startswith("We measure tides")
        for private in ("doubts", "/home/ada", "storage"):
            assert private not in told


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (403, "its local API is switched off"),
        (404, "has no local API. Update it to version 7"),
        (501, "a newer version of its API"),
        (500, "does not answer on this machine \\(it answered 500"),
    ],
)
def test_what_zotero_refuses_is_said_with_what_to_do(tmp_path: Path, status: int, why: str) -> None:
    server = Recorded({OWN + KEYS: (status, b"Local API is not enabled")})
    with server, pytest.raises(LookupFailed, match=why) as caught:
        fetcher(tmp_path, server).fetch("zotero:")
    assert len(str(caught.value).splitlines()) == 1
    assert len(server.asked) == 1


def test_zotero_that_does_not_run_is_told(tmp_path: Path) -> None:
    with Recorded({}) as server:
        gone = fetcher(tmp_path, server)
    with pytest.raises(LookupFailed, match=r"Zotero does not answer on this machine .*refused.* Start it"):
        gone.fetch("zotero:")


@pytest.mark.parametrize("body", [b"<html>Log in to the airport</html>", b""])
def test_the_page_of_a_proxy_is_not_taken_for_papers(tmp_path: Path, body: bytes) -> None:
    with Recorded({DAILY.format(TODAY): (200, body)}) as server:
        with pytest.raises(LookupFailed, match="answers with something else"):
            fetcher(tmp_path, server).fetch("hf:")
        server.answers[DAILY.format(TODAY)] = (200, b"[]")
        assert fetcher(tmp_path, server).fetch("hf:").read().receipt.records == 0


def test_a_web_page_is_read_by_the_readers_of_pages(tmp_path: Path) -> None:
    html = b"<html><body><article><h3>Tides of a Sea</h3><p>We measure tides in a sea.</p></article></body></html>"
    with Recorded({"/list": (200, html), "/x.pdf": (200, b"%PDF-1.7")}) as server:
        client = fetcher(tmp_path, server)
        assert client.fetch(f"{server.url}/list").read().receipt.format == "listing-html"
        unreadable = client.fetch(f"{server.url}/x.pdf").read()
        assert list(unreadable.sightings) == []
        assert "a PDF" in unreadable.receipt.warnings[0]


def test_without_a_network_nothing_is_added_and_one_line_says_so(run: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.jsonl"
    page.write_text('{"title": "Perch of a Lake", "abstract": "We count perch."}\n')
    for said in ("hf:2026-08-20", "arxiv:2401.00001", "zotero:", "http://127.0.0.1:9/x"):
        code, out, err = run("add", page, said, "--library", tmp_path / "lib")
        assert (code, out) == (1, "")
        assert len(err.strip().splitlines()) == 1
        assert f"{said.rstrip(':')}: " in err
        assert "refused" in err
        assert "Errno" not in err
    code, out, err = run("add", "gopher://x", "--json", "--library", tmp_path / "lib")
    assert (code, json.loads(out)["status"]) == (2, "error")
    assert "nothing is known of gopher:" in err
    with Library.open(tmp_path / "lib", Settings()) as library:
        assert len(library) == 0


def test_a_machine_without_a_network_is_told_as_one(tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://nobody.invalid")
    code, out, err = run("add", "hf:", "--library", tmp_path / "lib")
    assert (code, out) == (1, "")
    assert err.startswith(
        "abstract-qa: hf: http://nobody.invalid/api/daily_papers could not be asked (there is no network"
    )


def test_arxiv_is_asked_slowly_and_others_too(tmp_path: Path) -> None:
    for said, pause in (("arxiv:cs.CL", 3.0), ("hf:", 1.0), ("https://example.org/", 1.0)):
        assert Fetcher(Settings(), tmp_path).client(place_of(said, Settings(), TODAY)).pause == pause


def test_nothing_is_fetched_that_was_not_asked_for(tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with AtomServer() as arxiv, Recorded({}) as server:
        for name, url in (("RAG_ARXIV_URL", arxiv.url), ("HF_ENDPOINT", server.url), ("RAG_ZOTERO_URL", server.url)):
            monkeypatch.setenv(name, url)
        assert run("add", "sample:alignment", "--dry-run", "--library", tmp_path / "lib")[0] == 0
        assert (arxiv.asked, server.asked) == ([], [])
