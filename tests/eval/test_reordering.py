"""Papers found, looked at more closely."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.questions import Question
from eval.reordering import _scored, main
from rag.library import Library
from rag.nouns import Passage
from rag.settings import Settings
from tests.readers.papers import paper
from tests.test_library import write_jsonl


def test_a_weight_lifts_what_its_measure_is_above_the_mean_for() -> None:
    """Of two papers the second answers: at rank 2 its gain is 1 / log2(3); lifted above the first it is 1."""
    question = Question("q", "fact", "?", answerable=True, gold_titles=("Owls",))
    shown = (Passage(paper("a", "Bats", "Bats fly."), 0.6), Passage(paper("b", "Owls", "Owls fly."), 0.5))
    assert _scored([(question, shown)], [[0.0, 1.0]], 0.0) == ("1.000", "0.631")
    assert _scored([(question, shown)], [[0.0, 1.0]], 0.2) == ("1.000", "1.000")


def test_each_way_is_printed_with_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    papers = [{"id": name, "title": f"{name} at night", "abstract": f"We follow {name}."} for name in ("Eels", "Owls")]
    with Library.open(tmp_path / "library", Settings()) as library:
        library.add(write_jsonl(tmp_path / "papers.jsonl", *papers))
    asked = {"id": "q", "type": "fact", "question": "Who follows owls?", "answerable": True, "split": "dev"}
    questions = write_jsonl(tmp_path / "set.jsonl", {**asked, "gold_titles": ["Owls at night"]})
    assert main([str(tmp_path / "library"), "--set", str(questions)]) == 0
    rows = capsys.readouterr().out.splitlines()[4:]
    assert [row.split("  ")[0] for row in rows[:2]] == ["as found", "best sentence"]
    assert len(rows) == 10
    assert all("1.000" in row for row in rows)
