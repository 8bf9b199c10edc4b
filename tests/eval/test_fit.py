"""The fits behind the reader without a model, on cases that one can reckon."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from eval.__main__ import main
from eval.fit import fitted_type, logistic
from eval.questions import SHIPPED, TRAINING, load
from rag.read import candidates


def test_without_slopes_the_intercept_is_the_log_odds_of_the_labels() -> None:
    rows, labels = np.zeros((8, 1)), np.array([1.0, 1, 1, 0, 0, 0, 0, 0])
    *_, intercept = logistic(rows, labels, np.ones(8))
    assert intercept == pytest.approx(math.log(3 / 5), abs=1e-3)


def test_a_weight_counts_as_so_many_rows() -> None:
    rows, labels = np.array([[0.0], [1.0], [2.0], [4.0]]), np.array([0.0, 1, 0, 1])
    twice = logistic(np.repeat(rows, 2, axis=0), np.repeat(labels, 2), np.ones(8))
    np.testing.assert_allclose(logistic(rows, labels, np.full(4, 2.0)), twice, rtol=1e-6)


def test_a_slope_has_the_sign_of_what_it_tells() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 2))
    up, down, _ = logistic(rows, (rows[:, 0] - rows[:, 1] > 0).astype(float), np.ones(200))
    assert up > 1 > -1 > down


def test_nothing_is_fitted_on_a_question_that_the_other_half_is_tested_by() -> None:
    shipped = {q.question.casefold() for q in load(SHIPPED).questions if q.split == "test"}
    training = [q for q in load(TRAINING).questions if fitted_type(q)]
    assert training
    assert not shipped & {q.question.casefold() for q in training}


def test_as_many_coefficients_are_printed_as_the_reader_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    some = tmp_path / "some.jsonl"
    some.write_text("\n".join(TRAINING.read_text(encoding="utf-8").splitlines()[:12]), encoding="utf-8")
    assert main(["fit", str(some)]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = [line.partition(": ") for line in lines if line.startswith(("this ", "the "))]
    printed = {what: [float(value) for value in values.split(", ")] for what, _, values in told}
    assert {what: len(values) for what, values in printed.items()} == {
        "this paper answers": len(candidates._RELEVANT),
        "this paper is what is asked about": len(candidates._MEANT),
        "the question is answered": len(candidates._ANSWERED),
    }
    aurocs = [float(line.rpartition(": ")[2]) for line in lines if line.startswith("AUROC")]
    assert aurocs
    assert all(0 <= auroc <= 1 for auroc in aurocs)
