"""Thumbs given on the page, as questions of a set: from the file that the page writes to a set that can be run."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import feedback
from eval.__main__ import main
from eval.questions import load
from rag.base.settings import Settings
from rag.library import Library
from rag.nouns import Answer
from rag.page.conversation import Thumb
from rag.page.feedback import store

NORMAD = "NormAd: A Benchmark for Measuring the Cultural Adaptability of Large Language Models"


@pytest.fixture(scope="module")
def answers(sample_folder: Path) -> tuple[Answer, Answer]:
    """An answer and an abstention of the true library."""
    with Library.open(sample_folder, Settings()) as library:
        return library.ask("What is NormAd?"), library.ask("What is the boiling point of lead under water?")


def test_a_thumb_up_makes_what_was_cited_gold(answers: tuple[Answer, Answer], tmp_path: Path) -> None:
    store(tmp_path, Thumb.UP, answers[0], [])
    (question,) = feedback.questions(feedback.read(tmp_path))
    assert (question.question, question.type, question.answerable) == ("What is NormAd?", "fact", True)
    assert question.gold_titles == (NORMAD,)
    assert [n.evidence for n in question.nuggets] == [s.quote for s in answers[0].citations[0].sentences if s.index]


def test_a_thumb_up_for_an_abstention_makes_a_question_that_is_to_be_declined(
    answers: tuple[Answer, Answer], tmp_path: Path
) -> None:
    store(tmp_path, Thumb.UP, answers[1], [])
    (question,) = feedback.questions(feedback.read(tmp_path))
    assert (question.answerable, question.gold_titles, question.nuggets) == (False, (), ())
    assert question.notes


def test_a_thumb_down_waits_for_its_gold(answers: tuple[Answer, Answer], tmp_path: Path) -> None:
    store(tmp_path, Thumb.DOWN, answers[0], ["Which benchmarks are there?"])
    (question,) = feedback.questions(feedback.read(tmp_path))
    assert question.waits_for_gold
    assert (question.type, question.history) == ("followup", ("Which benchmarks are there?",))
    assert NORMAD in question.notes


def test_the_last_thumb_counts_and_one_taken_back_none(answers: tuple[Answer, Answer], tmp_path: Path) -> None:
    for thumb in (Thumb.UP, None, Thumb.DOWN):
        store(tmp_path, thumb, answers[0], [])
    assert [e["thumb"] for e in feedback.read(tmp_path)] == ["down"]
    store(tmp_path, None, answers[0], [])
    assert feedback.read(tmp_path) == []


def test_the_command_writes_a_set_that_can_be_validated_and_run(
    answers: tuple[Answer, Answer], sample_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "thumbs.jsonl"
    for answer in answers:
        store(tmp_path, Thumb.UP, answer, [])
    assert main(["feedback", "--library", str(tmp_path), "--out", str(out)]) == 0
    assert "2 new questions" in capsys.readouterr().out
    assert main(["validate", str(out), "--library", str(sample_folder)]) == 0
    run = ["run", str(out), "--out", str(tmp_path / "run"), "--library", str(sample_folder)]
    assert main([*run, "--no-controls", "--no-twins"]) == 0
    assert "Cited-title F1 1.000" in " ".join(capsys.readouterr().out.split())


def test_what_a_set_holds_stays_as_it_was_mended(answers: tuple[Answer, Answer], tmp_path: Path) -> None:
    out = tmp_path / "thumbs.jsonl"
    store(tmp_path, Thumb.DOWN, answers[0], [])
    feedback.append(out, tuple(feedback.questions(feedback.read(tmp_path))))
    mended = out.read_text("utf-8").replace('"gold_titles": []', f'"gold_titles": ["{NORMAD}"]')
    out.write_text(mended, "utf-8")
    store(tmp_path, Thumb.UP, answers[1], [])
    new = feedback.append(out, tuple(feedback.questions(feedback.read(tmp_path))))
    assert len(new) == 1
    assert load(out).questions[0].gold_titles == (NORMAD,)


@pytest.mark.parametrize("text", [None, "not json", '{"thumb": "up"}', "[]"])
def test_a_folder_without_thumbs_is_told(tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    if text is not None:
        (tmp_path / "feedback.jsonl").write_text(text)
    assert main(["feedback", "--library", str(tmp_path), "--out", str(tmp_path / "set.jsonl")]) == 2
    assert "thumbs" in capsys.readouterr().err
