"""How far a second, independent labelling of some questions agrees with the set.

A line of the second file is `{"id", "answerable", "gold_titles", "evidence": [verbatim clauses]}`, and any notes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rag.base.text.titles import normalise_title

from .intervals import Part
from .metrics import evidence_recall, title_scores
from .questions import Question, SetError


class Agreement(NamedTuple):
    """Per question: both call it answerable or not, the gold titles are the same, their F1, the evidence shared."""

    answerable: Mapping[str, Part]
    same_titles: Mapping[str, Part]
    title_f1: Mapping[str, Part]
    evidence: Mapping[str, Part]
    kappa: float


def load_labels(path: Path) -> list[dict[str, Any]]:
    """Read a second labelling; SetError where a line has no `id` or no `answerable`."""
    try:
        labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise SetError(f"Cannot read the labels {path}: {error}.") from error
    for number, label in enumerate(labels, 1):
        if not isinstance(label, dict) or "id" not in label or not isinstance(label.get("answerable"), bool):
            raise SetError(f"{path}, line {number}: a label needs an `id` and `answerable`.")
    return labels


def agreement(questions: Mapping[str, Question], labels: Sequence[Mapping[str, Any]]) -> Agreement:
    """Return the agreement over the labelled questions; titles and evidence where both call it answerable."""
    pairs = [(questions[label["id"]], label) for label in labels if label["id"] in questions]
    if not pairs:
        raise SetError("No labelled question is in the set.")
    both = [(q, second) for q, second in pairs if q.answerable and second["answerable"]]
    titles = {q.id: (_keys(q.gold_titles), _keys(second.get("gold_titles") or ())) for q, second in both}
    evidence = {q.id: _evidence(q, second) for q, second in both}
    return Agreement(
        {q.id: (float(q.answerable == second["answerable"]), 1.0) for q, second in pairs},
        {i: (float(mine == theirs), 1.0) for i, (mine, theirs) in titles.items()},
        {i: (title_scores(theirs, mine).f1, 1.0) for i, (mine, theirs) in titles.items() if mine},
        {i: (share, 1.0) for i, share in evidence.items() if share is not None},
        kappa([(q.answerable, second["answerable"]) for q, second in pairs]),
    )


def kappa(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Return Cohen's kappa (observed - chance) / (1 - chance) of two labellings; 1.0 where chance alone agrees wholly.

    Cohen 1960, Educational and Psychological Measurement 20.
    """
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    first, second = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    chance = first * second + (1 - first) * (1 - second)
    return (observed - chance) / (1 - chance) if chance < 1 else 1.0


def _evidence(question: Question, label: Mapping[str, Any]) -> float | None:
    """Return the share of the set's evidence that the second labeller chose too, whichever paper it was noted under."""
    clauses = list(label.get("evidence") or ())
    return evidence_recall(question.nuggets, {normalise_title(n.title): clauses for n in question.nuggets})


def _keys(titles: Sequence[str]) -> set[str]:
    return {normalise_title(t) for t in titles}
