"""arXiv's API, over a real connection to a server that replays its answers and its failures."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from rag.base.errors import LookupFailed, UsageError
from rag.intake.enrich import Arxiv
from rag.intake.web_client import Refused, WebClient
from tests.endpoint_server import HOURS, PATIENT
from tests.intake.enrich.atom_server import AtomPaper, AtomServer, Fault

TIDES = AtomPaper("2401.00001", "The Tides of a Small Sea: A Study", "Tides $\\alpha$ & more. We count them.")
LONGER = AtomPaper("2401.00002", "On the Tides of a Small Sea: A Study of Waves")


@pytest.fixture
def server() -> Iterator[AtomServer]:
    with AtomServer([TIDES, LONGER]) as running:
        yield running


@pytest.fixture
def arxiv(server: AtomServer, tmp_path: Path) -> Arxiv:
    return patient(server, PATIENT, tmp_path)


def patient(server: AtomServer, timeout: float, folder: Path) -> Arxiv:
    return Arxiv(WebClient(server.url, folder / "arxiv", pause=0.01, timeout=timeout))


@pytest.mark.parametrize("layout", [2020, 2026])
def test_a_paper_is_found_by_its_id_in_either_layout(server: AtomServer, arxiv: Arxiv, layout: int) -> None:
    server.layout = layout
    record = arxiv.by_ids(["2401.00001"])["2401.00001"]
    assert not isinstance(record, str)
    assert (record.title, record.abstract, record.date) == (TIDES.title, TIDES.summary, "2024-01-15")
    assert (record.authors, record.categories) == (TIDES.authors, TIDES.categories)
    assert record.url == "https://arxiv.org/abs/2401.00001"


@pytest.mark.parametrize("layout", [2020, 2026])
def test_only_the_very_title_counts(server: AtomServer, arxiv: Arxiv, layout: int) -> None:
    server.layout = layout
    (record,) = arxiv.by_title("the tides of a small sea – a study.")
    assert record.arxiv_id == "2401.00001"
    assert server.asked[0]["search_query"] == 'ti:"the tides of a small sea a study"'
    assert arxiv.by_title("The Tides of a Small") == []


def test_an_unknown_id_is_said_to_be_unknown(arxiv: Arxiv) -> None:
    found = arxiv.by_ids(["2401.00001", "2401.99999"])
    assert found["2401.99999"] == "arXiv knows no paper of this id"


def test_one_bad_id_loses_no_other(server: AtomServer, arxiv: Arxiv) -> None:
    server.bad_ids = {"2413.00000"}
    found = arxiv.by_ids(["2401.00001", "2413.00000", "2401.00002"])
    assert [isinstance(told, str) for told in found.values()] == [False, True, False]
    assert "400" in str(found["2413.00000"])


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, headers={"Retry-After": "0"}),
        Fault(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        Fault(500),
        Fault(cut=True),
        Fault(promise_more=True),
        Fault(body=b""),
        Fault(body=b"<feed><entry><title>A & B</title></entry></feed>"),
        Fault(body=b'<feed><o:totalResults xmlns:o="x">7</o:totalResults></feed>'),
    ],
    ids=["429", "503", "500", "cut", "short", "nothing", "broken XML", "counted but not sent"],
)
def test_a_passing_fault_is_sat_out(server: AtomServer, arxiv: Arxiv, fault: Fault) -> None:
    server.faults = [fault, fault]
    assert len(arxiv.by_title(TIDES.title)) == 1
    assert len(server.asked) == 3


def test_an_answer_that_does_not_come_is_asked_for_again(server: AtomServer, tmp_path: Path) -> None:
    server.faults = [Fault(hang=HOURS)]
    assert len(patient(server, 5, tmp_path).by_title(TIDES.title)) == 1
    assert len(server.asked) == 2


def test_a_server_that_stays_busy_is_left_alone(server: AtomServer, arxiv: Arxiv) -> None:
    server.faults = [Fault(503)] * 9
    with pytest.raises(LookupFailed, match=r"503.*Try again later"):
        arxiv.by_title(TIDES.title)
    assert len(server.asked) == 4


def test_a_server_that_asks_for_more_patience_than_ours_is_asked_once(server: AtomServer, arxiv: Arxiv) -> None:
    server.faults = [Fault(429, headers={"Retry-After": "3600"})]
    with pytest.raises(LookupFailed, match="3600 s"):
        arxiv.by_title(TIDES.title)
    assert len(server.asked) == 1


def test_an_answer_that_stays_damaged_is_refused_and_does_not_stop_the_rest(server: AtomServer, arxiv: Arxiv) -> None:
    server.faults = [Fault(cut=True)] * 4
    with pytest.raises(Refused, match="damaged"):
        arxiv.by_title(TIDES.title)
    assert len(arxiv.by_title(LONGER.title)) == 1


def test_a_login_page_is_no_answer(server: AtomServer, arxiv: Arxiv) -> None:
    server.faults = [Fault(body=b"<html>Please log in</html>")]
    with pytest.raises(LookupFailed, match="something else than Atom"):
        arxiv.by_title(TIDES.title)
    assert len(server.asked) == 1


def test_nobody_there_is_said_with_the_address(tmp_path: Path) -> None:
    with AtomServer() as server:
        address = server.url
    with pytest.raises(LookupFailed, match=r"127\.0\.0\.1"):
        Arxiv(WebClient(address, tmp_path, pause=0.01)).by_title("A Title")


def test_requests_keep_their_distance(server: AtomServer, tmp_path: Path) -> None:
    arxiv = Arxiv(WebClient(server.url, tmp_path, pause=0.2))
    for title in ("One Title", "Two Titles", "Three Titles"):
        arxiv.by_title(title)
    assert len(server.times) >= 3
    assert min(later - earlier for earlier, later in pairwise(server.times)) >= 0.2
    assert server.agents[0].startswith("abstract-qa")


def test_arxiv_itself_is_never_asked_faster_than_it_allows(tmp_path: Path) -> None:
    assert WebClient("https://export.arxiv.org/api/query", tmp_path, pause=0.0).pause == 3.0
    assert WebClient("http://127.0.0.1:9/api", tmp_path, pause=0.0).pause == 0.0


@pytest.mark.parametrize("address", ["file:///etc/passwd", "arxiv.org", ""])
def test_only_the_web_is_asked(address: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no web address"):
        WebClient(address, tmp_path)


def test_nothing_is_asked_twice_but_what_is_old_or_damaged(server: AtomServer, arxiv: Arxiv, tmp_path: Path) -> None:
    for _ in range(3):
        assert len(arxiv.by_title(TIDES.title)) == 1
    assert len(server.asked) == 1
    (kept,) = (tmp_path / "arxiv").iterdir()
    kept.write_bytes(kept.read_bytes()[:40])
    assert len(arxiv.by_title(TIDES.title)) == 1
    assert len(server.asked) == 2
    month_ago = time.time() - 31 * 86_400
    os.utime(kept, (month_ago, month_ago))
    assert len(arxiv.by_title(TIDES.title)) == 1
    assert len(server.asked) == 3


def test_a_failure_is_not_kept(server: AtomServer, arxiv: Arxiv, tmp_path: Path) -> None:
    server.faults = [Fault(503)] * 4
    with pytest.raises(LookupFailed):
        arxiv.by_title(TIDES.title)
    assert not (tmp_path / "arxiv").exists()
