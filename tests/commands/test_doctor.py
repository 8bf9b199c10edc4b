"""`doctor`: what it looks at, and that every failing line ends with what to do."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.__main__ import main
from rag.base.settings import Settings
from rag.commands.doctor import model, packages, room
from tests.conftest import ROOT
from tests.endpoint_server import MODEL, EndpointServer, Turn, closed_port

Doctor = Callable[..., dict[str, Any]]


@pytest.fixture
def doctor(sample_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Run `doctor` over a copy of the sample library; return its one failing line, None where all is well."""
    shutil.copytree(sample_folder, tmp_path / "library")

    def run(folder: Path = tmp_path / "library") -> Any:
        code = main(["doctor", "--json", "--library", str(folder)])
        failing = [check for check in json.loads(capsys.readouterr().out) if not check["ok"]]
        assert code == bool(failing)
        assert len(failing) <= 1, failing
        return failing[0] if failing else None

    return run


def test_it_looks_at_all_that_can_be_amiss(sample_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--library", str(sample_folder)])
    said = capsys.readouterr().out
    for what in (
        "packages: all in their versions",
        "can be written",
        "MiB free",
        "no model is set; answers are quotes",
        "library.db is sound, in format",
        "both indexes hold what the catalogue holds (127 papers, 127 with vectors, 127 with words)",
        "the embedder is the one that the library was embedded with: minilm@",
        ", 384 numbers a vector",
        "a search works",
    ):
        assert what in said


def test_a_sound_set_up_has_no_failing_line(doctor: Doctor) -> None:
    assert doctor() is None


def test_on_an_empty_machine_all_is_said_that_can_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "home" / "papers"
    for flags in ((), ("--repair",)):
        assert main(["doctor", "--library", str(folder), *flags]) == 2
        told, err = capsys.readouterr()
        for what in (
            "packages: ",
            f"{tmp_path} can be written",
            "MiB free",
            "no model",
        ):
            assert what in told
        (failing,) = (line for line in told.splitlines() if line.startswith("FAIL"))
        assert "There is no library in" in failing
        assert "abstract-qa add" in failing
        assert err == ""
    assert not folder.parent.exists()


def test_settings_that_cannot_be_read_are_a_line_among_the_others(
    sample_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAG_TIMEOUT", "soon")
    assert main(["doctor", "--library", str(sample_folder)]) == 2
    told = capsys.readouterr().out
    assert "FAIL the settings can be read: RAG_TIMEOUT must be a number of seconds" in told
    assert "ok   a search works" in told
    assert "model" not in told


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["doctor", "--library", str(tmp_path / "file" / "papers")]) == 2
    assert "It is a file: name a folder with --library." in capsys.readouterr().out


def test_words_that_are_lost_are_built_anew(doctor: Doctor, tmp_path: Path) -> None:
    from rag.library import Library

    with Library.open(tmp_path / "library", Settings()) as library:
        library.indexes.words.replace([], [library.papers()[0].paper_id])
    failing = doctor()
    assert "126 with words" in failing["check"]
    assert failing["remedy"].endswith("abstract-qa doctor --repair")


def test_another_embedder_than_the_librarys_is_named(doctor: Doctor, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "library" / "library.db") as database:
        database.execute("update meta set value = replace(value, 'minilm@', 'other@') where key = 'embedder'")
    with_another = json.dumps(doctor_lines(tmp_path / "library"))
    assert with_another.count("abstract-qa doctor --repair") == 2  # a search fails for the same reason


def doctor_lines(folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "rag", "doctor", "--json", "--library", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return [check for check in json.loads(done.stdout) if not check["ok"]]


def test_too_little_room_is_said() -> None:
    assert room(Path.cwd(), least=1).ok
    full = room(Path.cwd(), least=2**62)
    assert (full.ok, full.remedy.startswith("Free some disk space")) == (False, True)


def test_a_package_in_another_version_is_named(tmp_path: Path) -> None:
    stated = tmp_path / "pyproject.toml"
    stated.write_text('[project]\ndependencies = ["rich>=99,<100", "numpy>=2,<3", "no-such-package>=1"]')
    found = packages(stated)
    assert not found.ok
    assert "rich is " in found.check
    assert "not >=99,<100; no-such-package is missing" in found.check
    assert "numpy" not in found.check
    assert "requirements.lock" in found.remedy


@pytest.mark.parametrize(
    ("turn", "remedy"),
    [
        (Turn(status=401), "Check OPENAI_API_KEY."),
        (Turn(status=404), "It serves the older completion route alone"),
        (Turn(""), "RAG_MODEL"),
    ],
)
def test_a_model_that_does_not_answer_fails_with_its_remedy(
    turn: Turn, remedy: str, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(request: dict[str, Any]) -> Turn:
        if "messages" in request:
            return turn
        return Turn(raw=b'{"choices": [{"text": "OK"}]}', content_type="application/json")

    with EndpointServer(take) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        failing = doctor()
    assert failing["check"] == "the model answers"
    assert remedy in failing["remedy"]


def test_a_model_that_answers_is_named_and_one_that_is_away_has_a_remedy(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EndpointServer(["OK"]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert doctor() is None
    monkeypatch.setenv("OPENAI_BASE_URL", closed_port())
    monkeypatch.setenv("RAG_MODEL", "m")
    assert "OPENAI_BASE_URL" in doctor()["remedy"]


def test_a_model_is_told_with_its_window_its_size_and_its_speed() -> None:
    told = {"owned_by": "llamacpp", "meta": {"n_ctx": 8192, "n_params": 1_543_714_304}}
    timings = {"prompt_n": 400, "prompt_ms": 4_000, "predicted_n": 20, "predicted_ms": 2_000}
    with EndpointServer([Turn("{}", timings=timings)], told=told) as server:
        found = model(Settings(base_url=server.url, model=MODEL))
    assert found.check == (
        f"the model {MODEL} answers: window 8,192 tokens; 1.54 billion parameters; "
        "reads 100 and writes 10 tokens a second; asked in the small form"
    )


def test_a_repair_leaves_papers_of_which_an_id_alone_is_known_out_of_the_indexes(
    doctor: Doctor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ids.txt").write_text("arXiv:2501.05441\n")
    library = ["--library", str(tmp_path / "library")]
    assert main(["add", str(tmp_path / "ids.txt"), *library]) == 0
    assert main(["doctor", "--repair", *library]) == 0
    capsys.readouterr()
    assert doctor() is None
