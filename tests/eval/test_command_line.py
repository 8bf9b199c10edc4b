"""The command line over the true library."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.agreement import agreement, load_labels
from eval.questions import DECLINED_TYPES, SHIPPED, TYPES, load
from eval.records import Record, RunFolder
from eval.validate import validate
from rag.library import Library
from tests.conftest import ROOT, isolate
from tests.eval.conftest import Endpoint, write_lines

LABELS = SHIPPED.with_name("second_labels.jsonl")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three questions of the shipped set."""
    chosen = ("fact-a01", "numeric", "off_topic")
    questions = load(SHIPPED).questions
    picked = [next(q for q in questions if wanted in (q.id, q.type)) for wanted in chosen]
    return write_lines(tmp_path_factory.mktemp("few") / "few.jsonl", [q.to_dict() for q in picked])


@pytest.fixture(scope="module")
def answered(few: Path, sample_folder: Path) -> Path:
    """The folder of a run of them by the extractive reader, not to be written to."""
    out = few.parent / "out"
    with pytest.MonkeyPatch.context() as patch:
        isolate(patch, few.parent)
        assert main(["run", str(few), "--out", str(out), "--library", str(sample_folder), "--no-controls"]) == 0
    return out


@pytest.fixture
def done(answered: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(answered, tmp_path / "out"))


def test_help_is_quick_since_it_imports_next_to_nothing() -> None:
    code = "import sys, eval.__main__ as m; m.parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    heavy = {"numpy", "chromadb", "llama_index", "openai", "tiktoken", "rag.library", "eval.commands"}
    assert not heavy & set(done.stdout.split())


def test_a_run_of_the_true_library_breaks_no_invariant_and_has_its_table(
    done: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["score", str(done)]) == 0
    printed = capsys.readouterr().out
    assert "Cited-title F1" in printed
    assert re.search(r"broken invariants +0", printed)
    assert re.search(r"errors +0/", printed)


def test_score_reads_what_was_recorded_and_nothing_else(done: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (done / "records.jsonl").read_bytes()
    capsys.readouterr()
    assert main(["score", str(done), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["counts"]["asked"] == 5
    assert found["figures"]["title_f1"]["n"] == 2
    assert (done / "records.jsonl").read_bytes() == before


def test_a_run_against_itself_is_told_apart_nowhere(done: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["compare", str(done), str(done)]) == 0
    assert "better" not in capsys.readouterr().out


def test_the_report_is_one_page_that_loads_nothing(done: Path) -> None:
    assert main(["report", str(done)]) == 0
    page, text = (done / "report.html").read_text(), (done / "report.md").read_text()
    assert page.count("<svg") >= 4
    assert not re.search(r"<script|<link|<img|@import|url\(|src=", page)
    assert "http" not in re.sub(r"http://www\.w3\.org/2000/svg", "", page.partition("<h2>Every question")[0])
    for part in ("Figures", "By type", "Controls", "Expected order", "Damage seen", "Every question"):
        assert f"## {part}" in text
        assert part in page


def test_markup_in_a_question_stays_text_in_the_report(done: Path) -> None:
    path = done / "questions.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    write_lines(path, [{**lines[0], "question": "<script>alert(1)</script>"}, *lines[1:]])
    assert main(["report", str(done)]) == 0
    page = (done / "report.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_exit_codes_tell_what_went_wrong(done: Path, few: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate.toml"
    gate.write_text("least_n = 1\n[at_least]\ntitle_f1 = 1.01\n")
    assert main(["gate", str(done), "--gate", str(gate)]) == 1
    gate.write_text("least_n = 1\n[at_least]\ntitle_f1 = 0\n")
    assert main(["gate", str(done), "--gate", str(gate)]) == 0
    assert main(["run", str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "x")]) == 2
    assert main(["score", str(tmp_path)]) == 2
    assert main(["run", str(few), "--out", str(tmp_path / "y"), "--reader", "model"]) == 2
    RunFolder(done).append(Record("fact-a01", error="away"))
    assert main(["score", str(done)]) == 3
    assert main(["gate", str(done), "--gate", str(gate)]) == 3


def test_the_true_librarys_model_is_recorded_and_replayed_without_it(
    few: Path, sample_folder: Path, tmp_path: Path, chat_endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat_endpoint.replies = ["ANSWERED\nIt is told there [P1.1]."]
    monkeypatch.setenv("OPENAI_BASE_URL", chat_endpoint.url)
    command = ["run", str(few), "--library", str(sample_folder), "--no-twins", "--out"]
    live, replayed = tmp_path / "live", tmp_path / "replayed"
    assert main([*command, str(live), "--reader", "model", "--model", "small"]) == 0
    asked = len(chat_endpoint.requests)
    assert asked >= 1
    monkeypatch.delenv("OPENAI_BASE_URL")
    replies = str(live / "replies.jsonl")
    assert main([*command, str(replayed), "--reader", "recorded", "--recordings", replies]) == 0
    assert len(chat_endpoint.requests) == asked
    told = [[(r.answer or {}).get("text") for r in RunFolder(path).records()] for path in (live, replayed)]
    assert told[0] == told[1]
    assert (RunFolder(live).records()[0].answer or {})["usage"]["prompt_tokens"] > 0


def test_a_changed_prompt_leaves_a_recording_missing(
    few: Path, sample_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "replies.jsonl").write_text("")
    command = ["run", str(few), "--library", str(sample_folder), "--no-twins", "--out", str(tmp_path / "out")]
    recorded = ["--reader", "recorded", "--recordings", str(tmp_path / "replies.jsonl"), "--model", "small"]
    assert main([*command, *recorded]) == 3
    assert re.search(r"missing recordings +[23]/3", capsys.readouterr().out)


def test_a_wrong_option_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["run", "--limit", "none", "--out", "x"])
    assert caught.value.code == 2


def test_the_manifest_holds_hashes_and_revision_and_no_key(
    done: Path,
) -> None:
    manifest = json.loads((done / "manifest.json").read_text())
    assert "api_key" not in manifest["settings"]
    assert set(manifest["sha256"]) == {"prompts", "set", "library", "embedder"}
    assert manifest["git"]["revision"] is None or len(manifest["git"]["revision"]) == 40


# The shipped set


def test_the_shipped_set_has_no_mistake(sample: Library) -> None:
    findings = validate(load(SHIPPED).questions, {p.title: p.abstract for p in sample.papers()})
    assert [f for f in findings if f.mistake] == []


def test_the_shipped_set_is_large_and_varied_enough() -> None:
    questions = load(SHIPPED).questions
    types, splits = Counter(q.type for q in questions), Counter(q.split for q in questions)
    assert len(questions) >= 120
    assert set(types) == set(TYPES)
    assert types["unanswerable_near"] >= 14
    assert abs(splits["dev"] - splits["test"]) <= 0.1 * len(questions)
    assert all(q.notes for q in questions if q.type in DECLINED_TYPES)


def test_a_fifth_of_the_shipped_set_was_labelled_twice_and_agrees() -> None:
    questions, labels = load(SHIPPED), load_labels(LABELS)
    by_hand = [q for q in questions.questions if not q.id.startswith("whole-")]  # gold of the others is computed
    assert len(labels) >= 0.18 * len(by_hand)
    assert agreement(questions.by_id, labels).kappa > 0.8
