"""The command line, through `main`: what is printed where, and the exit code."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from tests.conftest import ROOT, SAMPLE

ANSWER_KEYS = [
    "id", "question", "standalone_question", "status", "reason", "text", "citations", "claims", "related", "evidence",
    "filters", "coverage", "table", "warnings", "reader", "usage", "timings", "next_questions",
]  # fmt: skip


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


# ---------------------------------------------------------------- results


def test_ask_json_is_the_contract_to_the_letter(run, sample_folder: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("ask", "How many value rules does CVC contain?", "--json", "--library", sample_folder)
    answer = json.loads(out)
    assert code == 0
    assert list(answer) == ANSWER_KEYS
    assert answer["reader"] == "extractive"
    assert set(answer["coverage"]) == {"looked_at", "matched", "undated"}
    assert set(answer["usage"]) == {"prompt_tokens", "completion_tokens"}
    assert set(answer["citations"][0]) == {"number", "paper_id", "title", "url", "sentences"}
    assert set(answer["citations"][0]["sentences"][0]) == {"index", "start", "end", "quote"}
    assert set(answer["claims"][0]) == {"text", "start", "end", "support", "score", "cites"}
    assert set(answer["evidence"][0]) == {"paper_id", "title", "score", "dense_rank", "lexical_rank"}
    for claim in answer["claims"]:
        assert answer["text"][claim["start"] : claim["end"]] == claim["text"]


def test_ask_prints_text_and_titles(run, sample_folder: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("ask", "How many value rules does CVC contain?", "--library", sample_folder)
    assert (code, err) == (0, "")
    assert "[1]" in out
    assert "CVC: A Large-Scale Chinese Value Rule Corpus" in out


def test_search_json_is_ranked(run, sample_folder: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("search", "Korean social values", "-k", 3, "--json", "--library", sample_folder)
    found = json.loads(out)
    assert code == 0
    assert list(found) == ["id", "query", "results"]
    assert [set(r) for r in found["results"]] == [{"paper_id", "title", "score"}] * 3
    assert found["results"][0]["title"].startswith("KorNAT")


def test_papers_json_lists_all(run, sample_folder: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("papers", "--json", "--library", sample_folder)
    papers = json.loads(out)["papers"]
    assert code == 0
    assert len(papers) == 127
    assert {"paper_id", "title", "abstract", "date", "authors"} <= set(papers[0])


def test_a_batch_answers_in_order_and_goes_on_after_a_bad_line(run, sample_folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    batch = tmp_path / "batch.jsonl"
    batch.write_text(
        '{"id": 1, "question": "Which corpus collects Chinese value rules?"}\n'
        "not json\n"
        '{"id": "c", "question": "And how large is it?", "history": ["Which corpus collects Chinese value rules?"]}\n'
        '{"id": "d", "question": ""}\n'
    )
    code, out, _ = run("ask", "--batch", batch, "--json", "--library", sample_folder)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [line["id"] for line in lines] == [1, None, "c", "d"]
    assert [line["status"] for line in lines] == ["answered", "error", "answered", "error"]
    assert "Line 2 is not JSON" in lines[1]["error"]
    assert "250,000" in lines[2]["text"]


def test_a_line_of_a_batch_without_a_question_is_told_by_its_id(run, sample_folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "batch.jsonl").write_text('{"id": 29}\n')
    code, out, _ = run("ask", "--batch", tmp_path / "batch.jsonl", "--library", sample_folder)
    assert (code, json.loads(out)["id"], json.loads(out)["status"]) == (1, 29, "error")


def test_a_search_batch_takes_query_or_question(run, sample_folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": "a", "query": "Korean values"}\n{"id": "b", "question": "Korean values"}\n')
    code, out, _ = run("search", "--batch", batch, "-k", 2, "--library", sample_folder)
    first, second = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert first["results"] == second["results"]


def test_add_remove_and_doctor_speak_json(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    library, page = tmp_path / "lib", tmp_path / "page.jsonl"
    page.write_text('{"id": "x", "title": "Perch of a Lake", "abstract": "We count perch in a lake. They return."}\n')
    code, out, _ = run("add", page, "--json", "--library", library)
    receipt = json.loads(out)
    assert (code, receipt["found"], receipt["new"]) == (0, 1, 1)
    assert {"path", "format", "records", "skipped", "warnings"} <= set(receipt["files"][0])
    code, out, _ = run("doctor", "--json", "--library", library)
    assert code == 0
    assert {frozenset(check) for check in json.loads(out)} == {frozenset({"check", "ok", "remedy"})}
    code, out, err = run("remove", "x", "y", "--json", "--library", library)
    assert (code, json.loads(out)) == (2, {"removed": ["x"], "unknown": ["y"]})
    assert "abstract-qa papers" in err


def test_a_dry_run_makes_no_library(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("add", SAMPLE / "value-alignment.txt", "--dry-run", "--library", tmp_path / "lib")
    assert code == 0
    assert "42 papers: 42 new" in out
    assert not (tmp_path / "lib").exists()


def test_the_receipt_says_what_is_missing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run("add", SAMPLE / "alignment.txt", "--library", tmp_path / "lib")
    assert "57 records" in out
    assert "57 without date" in out


# ---------------------------------------------------------------- wrong use and bad input


def bad_files(folder: Path) -> dict[str, Path]:
    files = {
        "empty": b"",
        "no paper": b"Nothing here but a line.\n",
        "binary": bytes(range(256)) * 40,
        "unknown": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
        "truncated": gzip.compress(b'{"title": "A", "abstract": "B"}\n' * 400)[:-40],
    }
    endings = {"empty": "txt", "no paper": "txt", "binary": "dat", "unknown": "pdf", "truncated": "jsonl.gz"}
    made = {}
    for name, body in files.items():
        made[name] = folder / f"{name}.{endings[name]}"
        made[name].write_bytes(body)
    return made


@pytest.mark.parametrize("kind", ["empty", "no paper", "binary", "unknown"])
def test_a_file_without_papers_fails_and_says_why(run, tmp_path: Path, kind: str) -> None:  # type: ignore[no-untyped-def]
    path = bad_files(tmp_path)[kind]
    code, out, err = run("add", path, "--library", tmp_path / "lib")
    assert code == 1
    assert "Traceback" not in out + err
    assert path.name in out
    assert "0 papers" in out


def test_a_bad_file_does_not_keep_a_good_one_out(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    bad = bad_files(tmp_path)
    code, out, _ = run("add", bad["binary"], SAMPLE / "value-alignment.txt", "--json", "--library", tmp_path / "lib")
    assert (code, json.loads(out)["new"]) == (0, 42)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["ask", ""], "empty"),
        (["ask", "x " * 25_000], "Shorten it"),
        (["ask", "why?", "--since", "yesterday"], "--since takes a date"),
        (["ask", "why?", "--since", "2025-13"], "'2025-13' is none"),
        (["ask", "why?", "--since", "2025-13-45"], "'2025-13-45' is none"),
        (["ask", "why?", "--until", "2025-02-30"], "'2025-02-30' is none"),
        (["ask", "why?", "--since", "0000"], "'0000' is none"),
        (["ask", "why?", "--since", "2025", "--until", "2024"], "--since 2025 is later than --until 2024"),
        (["ask", "why?", "--since", "2025-02", "--until", "2025-01-31"], "no date lies between"),
        (["ask", "--batch", "missing.jsonl", "--since", "2025-13"], "'2025-13' is none"),
        (["ask", "why?", "--strict-model"], "--strict-model needs a model's endpoint"),
        (["ask", "why?", "--model", "m"], "--model needs a model's endpoint"),
        (["ask", "why?", "--rerank"], "--rerank needs a model's endpoint"),
        (["ask", "why?", "--check"], "--check needs a model's endpoint"),
        (["ask", "why?", "--page", "nowhere"], "No page is named"),
        (["search", " "], "empty"),
        (["ask", "--batch", "missing.jsonl"], "Cannot read missing.jsonl"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(run, sample_folder: Path, argv: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(*argv, "--library", sample_folder)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert says in err


@pytest.mark.parametrize(("since", "until"), [("2025", "2025"), ("2025-03", "2025"), ("2025-03-04", "2025-03")])
def test_a_period_may_be_told_in_two_precisions(run, sample_folder: Path, since: str, until: str) -> None:  # type: ignore[no-untyped-def]
    asked = ("ask", "Which papers are there?", "--since", since, "--until", until)
    assert run(*asked, "--library", sample_folder)[0] == 0


@pytest.mark.parametrize("command", [["ask", "why?"], ["search", "x"], ["papers"], ["remove", "x"]])
def test_a_missing_library_is_exit_code_2_with_the_command_that_makes_one(run, tmp_path: Path, command) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(*command, "--library", tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "abstract-qa add" in err


@pytest.mark.parametrize("argv", [[], ["fly"], ["ask"], ["ask", "a", "--batch", "b"], ["search", "x", "-k", "0"]])
def test_arguments_that_make_no_sense_are_exit_code_2(run, argv: list[str]) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert "usage:" in err


def test_a_missing_file_is_exit_code_2(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, _, err = run("add", tmp_path / "nothing.txt", "--library", tmp_path / "lib")
    assert code == 2
    assert one_line(err)


def test_an_unreachable_endpoint_leaves_quotes_and_says_so(run, sample_folder: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("RAG_MODEL", "m")
    code, out, _ = run("ask", "What does URIAL need?", "--json", "--library", sample_folder)
    answer = json.loads(out)
    assert (code, answer["reader"], answer["reason"]) == (0, "extractive", "model_failed")
    assert answer["warnings"]


def test_an_unreachable_endpoint_fails_when_the_model_must_answer(run, sample_folder: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("RAG_MODEL", "m")
    code, out, err = run("ask", "What does URIAL need?", "--strict-model", "--library", sample_folder)
    assert (code, out) == (1, "")
    assert one_line(err)


WITHOUT_ROOTS_POWER = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
"""To root no folder is read-only."""


@pytest.mark.skipif(os.geteuid() == 0 and not which("setpriv"), reason="root, and no setpriv to be less")
def test_a_read_only_folder_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    argv = [sys.executable, "-m", "rag", "add", str(SAMPLE / "alignment.txt"), "--library", str(folder / "lib")]
    prefix = WITHOUT_ROOTS_POWER if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *argv], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert one_line(done.stderr), done.stderr
    assert "--library" in done.stderr


def test_a_surprise_is_one_line_and_no_traceback(run, sample_folder: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict"))
    code, _, err = run("papers", "--library", sample_folder)
    assert code in (0, 1)
    assert "Traceback" not in err
