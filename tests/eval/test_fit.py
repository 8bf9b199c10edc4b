"""The fits behind the reader without a model, on cases that one can reckon."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from eval.fit import fitted_type, logistic, sentence_answers
from eval.questions import SHIPPED, TRAINING, load


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


def test_the_sentence_with_what_all_evidence_has_is_preferred() -> None:
    """Two pairs of sentences, evidence first; the first measure tells it, the second says nothing."""
    pair = (np.array([[1.0, 0.5], [0.0, 0.5]]), np.array([1.0, 0.0]))
    told, silent = sentence_answers([SimpleNamespace(sentences=[pair, pair])])  # type: ignore[list-item]
    assert told > 0
    assert silent == pytest.approx(0)


def test_nothing_is_fitted_on_a_question_that_the_other_half_is_tested_by() -> None:
    shipped = {q.question.casefold() for q in load(SHIPPED).questions if q.split == "test"}
    training = [q for q in load(TRAINING).questions if fitted_type(q)]
    assert training
    assert not shipped & {q.question.casefold() for q in training}
