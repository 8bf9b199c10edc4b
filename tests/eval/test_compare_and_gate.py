from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.aggregate import Scored, figures, summarise
from eval.compare import compare, compare_folders
from eval.gate import SHIPPED, Exit, Gate, exit_code, judge, load
from eval.questions import Question, SetError
from eval.records import Record, RunFolder
from eval.session import Options, run_set
from rag.base.settings import Settings
from tests.eval.conftest import QUESTIONS, write_lines
from tests.eval.small_library import SmallLibrary


def run_of(**metrics: list[float]) -> Scored:
    """A run whose metrics have these values, question by question."""
    n = max(map(len, metrics.values()))
    questions = {f"q{i}": Question(f"q{i}", "fact", "?", True) for i in range(n)}
    parts = {m.replace("_at_", "@"): {f"q{i}": (v, 1.0) for i, v in enumerate(values)} for m, values in metrics.items()}
    records = [Record(i, answer={"status": "answered"}) for i in questions]
    return replace(summarise(questions, records, []), parts=parts, figures=figures(parts))


def row(first: Scored, second: Scored, metric: str) -> Any:
    return next(r for r in compare(first, second) if r.metric == metric)


def test_eight_questions_won_and_none_lost_are_told_apart() -> None:
    found = row(run_of(twin_accuracy=[0] * 8 + [1] * 8), run_of(twin_accuracy=[1] * 16), "twin_accuracy")
    assert (found.first, found.second, found.difference, found.p) == (0.5, 1.0, 0.5, 2 / 2**8)
    assert found.told_apart
    assert found.better is True


def test_a_run_compared_with_itself_is_not_told_apart() -> None:
    same = run_of(title_f1=[0.2, 0.4, 1.0], twin_accuracy=[1, 0, 1])
    rows = compare(same, same)
    assert {r.metric for r in rows} >= {"title_f1", "twin_accuracy"}
    assert {(r.difference, r.told_apart, r.better) for r in rows} == {(0.0, False, None)}


def test_one_question_more_among_four_is_chance() -> None:
    found = row(run_of(twin_accuracy=[0, 0, 1, 1]), run_of(twin_accuracy=[1, 0, 1, 1]), "twin_accuracy")
    assert found.difference == 0.25
    assert not found.told_apart
    assert found.smallest > 0.25


def test_less_is_better_where_less_is_better() -> None:
    found = row(run_of(latency_s=[1.0, 2.0, 3.0]), run_of(latency_s=[0.5, 1.0, 1.5]), "latency_s")
    assert found.difference < 0
    assert found.better is True


def test_honesty_weighs_both_kinds_of_questions_equally() -> None:
    first = run_of(prudence=[0, 0], over_conservativeness=[0] * 10)
    second = run_of(prudence=[1, 1], over_conservativeness=[1] * 5 + [0] * 5)
    found = row(first, second, "honesty")
    assert (found.first, found.second) == (0.5, 0.75)
    assert found.difference == pytest.approx(0.25)


def test_runs_of_different_questions_are_not_compared(options: Options, tmp_path: Path) -> None:
    alone = replace(options, twins=False, controls=False)
    first = run_set(alone, Settings(), SmallLibrary)
    changed = [{**QUESTIONS[0], "question": "How large is the glacier corpus?"}]
    other = replace(alone, set_path=write_lines(tmp_path / "other.jsonl", changed), out=tmp_path / "other")
    with pytest.raises(SetError, match="num-1"):
        compare_folders(first, run_set(other, Settings(), SmallLibrary))
    with pytest.raises(SetError, match="not the folder of a run"):
        compare_folders(first, RunFolder(tmp_path / "nowhere"))


# The gate

GATE = Gate({"title_f1": 0.65}, {}, least_n=20)


def code(scored: Scored, gate: Gate = GATE) -> Exit:
    return exit_code(scored, gate, judge(scored, gate))


def test_a_run_that_reaches_its_thresholds_passes_and_one_that_does_not_fails() -> None:
    assert code(run_of(title_f1=[0.7] * 20)) is Exit.PASS
    assert code(run_of(title_f1=[0.6] * 20)) is Exit.GATE_FAILED


def test_fewer_than_twenty_questions_have_no_target() -> None:
    (verdict,) = judge(run_of(title_f1=[0.1] * 19), GATE)
    assert (verdict.passed, verdict.n) == (None, 19)
    assert code(run_of(title_f1=[0.1] * 19)) is Exit.PASS


def test_a_figure_that_is_not_there_fails() -> None:
    assert code(run_of(prudence=[1] * 20)) is Exit.GATE_FAILED


def test_errors_come_before_thresholds() -> None:
    good = run_of(title_f1=[1.0] * 20)
    assert code(replace(good, errors=2)) is Exit.TOO_MANY_ERRORS
    assert code(replace(good, missing=1)) is Exit.PASS


def test_what_must_not_happen_fails_whatever_the_figures() -> None:
    good = run_of(title_f1=[1.0] * 20)
    assert code(replace(good, violations=("q1: an abstention cites",))) is Exit.GATE_FAILED
    assert code(replace(good, unasked=1)) is Exit.GATE_FAILED


def test_the_shipped_gate_is_readable_and_an_unknown_metric_is_refused(tmp_path: Path) -> None:
    assert load(SHIPPED).at_least["title_f1"] == 0.65
    assert load(SHIPPED).split == "test"
    (tmp_path / "gate.toml").write_text("[at_least]\nbeauty = 1\n")
    with pytest.raises(SetError, match="beauty"):
        load(tmp_path / "gate.toml")
    with pytest.raises(SetError, match="Cannot read"):
        load(tmp_path / "none.toml")
