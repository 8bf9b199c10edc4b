"""`enrich` through the command line, over a real connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.__main__ import main
from tests.intake.enrich.atom_server import AtomServer, Fault
from tests.intake.enrich.test_enrich import PERCH, TIDES


@pytest.fixture
def server() -> Iterator[AtomServer]:
    with AtomServer([TIDES, PERCH], layout=2020) as running:
        yield running


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, server: AtomServer):  # type: ignore[no-untyped-def]
    def call(*argv: object) -> tuple[int, str, str]:
        ways = ["--api", server.url, "--pause", "0.01"] if argv[0] == "enrich" else []
        code = main([*(str(a) for a in argv), *ways, "--library", str(tmp_path / "lib")])
        said = capsys.readouterr()
        return code, said.out, said.err

    (tmp_path / "page.jsonl").write_text(json.dumps({"title": TIDES.title, "abstract": TIDES.summary}) + "\n")
    (tmp_path / "ids.txt").write_text("# to read\nhttps://arxiv.org/abs/2402.00002v3\n")
    assert call("add", tmp_path / "page.jsonl", tmp_path / "ids.txt")[0] == 0
    return call


def test_wanted_papers_are_listed_as_wanted_and_not_found(run) -> None:  # type: ignore[no-untyped-def]
    assert "(wanted: arXiv 2402.00002, not fetched yet)" in run("papers")[1]
    found = json.loads(run("search", "perch", "--json")[1])["results"]
    assert [hit["title"] for hit in found] == [TIDES.title]


def test_nothing_goes_out_without_enrich(run, server: AtomServer, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("RAG_ARXIV_URL", server.url)
    for command in (["papers"], ["search", "tides"], ["ask", "What is known about tides?"], ["doctor"]):
        assert run(*command)[0] == 0
    assert server.asked == []


def test_what_changes_is_shown_then_done(run, server: AtomServer) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("enrich", "--dry-run")
    assert code == 0
    assert out.startswith("Nothing was stored")
    assert "arxiv_id: – → 2401.00001" in out
    assert f"title: – → {PERCH.title}" in out
    assert run("papers", "--json")[1].count("2401.00001") == 0
    asked = len(server.asked)
    code, out, err = run("enrich", "--json")
    told = json.loads(out)
    assert (code, err, len(server.asked)) == (0, "", asked)  # from what was kept
    assert list(told) == ["asked", "found", "not_taken", "waiting", "stopped"]
    assert {"field": "date", "before": None, "after": "2024-01-15"} in told["found"][1]["changes"]
    papers = {p["title"]: p for p in json.loads(run("papers", "--json")[1])["papers"]}
    assert papers[PERCH.title]["authors"] == ["Ada Berg", "Ben Cho"]
    assert papers[TIDES.title]["url"] == "https://arxiv.org/abs/2401.00001"
    assert run("enrich")[1].startswith("No paper lacks")


def test_an_answer_names_a_paper_without_a_link_until_it_is_known(run) -> None:  # type: ignore[no-untyped-def]
    question = "How high are the tides of a small sea?"
    assert "http" not in run("ask", question)[1]
    run("enrich")
    assert "https://arxiv.org/abs/2401.00001" in run("ask", question)[1]


def test_a_failing_arxiv_is_one_line_and_exit_code_1(run, server: AtomServer) -> None:  # type: ignore[no-untyped-def]
    server.faults = [Fault(503)] * 4
    code, out, err = run("enrich", "--json")
    assert (code, json.loads(out)["waiting"]) == (1, 2)
    assert len(err.splitlines()) == 1
    assert "503" in err


@pytest.mark.parametrize("argv", [["--pause", "soon"], ["--pause", "-1"]])
def test_a_pause_is_a_number_of_seconds(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["enrich", *argv])
    assert stopped.value.code == 2


def test_an_address_that_is_none_is_wrong_use(run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert main(["enrich", "--api", "file:///etc/passwd", "--library", str(tmp_path / "lib")]) == 2
    assert "no web address" in capsys.readouterr().err
