"""The coefficients of the reader without a model, fitted anew: `python -m eval fit SET... [--library DIR]`.

Three logistic regressions by Newton's method with an L2 penalty: "this paper answers" and "this paper is what is asked
about", over the papers read, and "the question is answered" over questions, on the log-odds that the first gives to
papers of questions it was not fitted on.
Asked are the sets' questions, of the sample, and again with the paper that answers taken out of what was found; with
`--library`, a folder that holds the papers of the written set and others, also that set's development part. Printed,
not written: a coefficient goes into the reader by hand, with its reasons.

Not handled: what the catalogue answers, lists, comparisons and questions that lean on a conversation, which go to
readers of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.base.text.titles import normalise_title
from rag.models.cross_encoders import AnswerSelector
from rag.nouns import Passage, Query
from rag.read.candidates import Candidate, read_candidates
from rag.read.extractive import about

from .libraries import AskableLibrary
from .metrics import auroc
from .questions import Question, make_twins
from .written_set import read_written

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FITTED = ("fact", "numeric", "paraphrase", "named", "multi", "instruction", "injection")
DECLINED = ("unanswerable_near", "false_premise", "off_topic")
ANSWERED, OPEN, TAKEN = 0, 1, 2
"""Askings: with an answer, of something that no abstract says, and with the paper that answers taken out."""
KINDS = ("answered", "left open", "answered by a paper that was taken out")
_SHOWN = 25
_FOLDS = 8
_SHARES = {ANSWERED: 0.5, OPEN: 0.3, TAKEN: 0.2}
"""What the kinds of askings weigh together."""


@dataclass(frozen=True, slots=True)
class Example:
    """One asking: its kind, its papers as read, and which are asked about. Those of one name stay in one fold."""

    name: str
    kind: int
    papers: Sequence[Candidate]
    meant: Floats

    @property
    def answers(self) -> Floats:
        """Which of the papers answer."""
        return self.meant * (self.kind == ANSWERED)


def fitted_type(question: Question) -> bool:
    """Tell whether a question goes to the reader that is fitted, in a library that its set describes."""
    return question.type in (*FITTED, *DECLINED) and not question.add_papers and not question.history


def of_set(questions: Sequence[Question], library: AskableLibrary, selector: AnswerSelector) -> Iterator[Example]:
    """Yield the askings of a set's questions and of their twins, of a library of the set's papers."""
    chosen = [question for question in questions if fitted_type(question)]
    for question in (*chosen, *make_twins(chosen)):
        gold = set(map(normalise_title, question.gold_titles)) if question.answerable else set()
        without = set(map(normalise_title, question.without_titles))
        kind = ANSWERED if question.answerable else TAKEN if question.twin_of else OPEN
        shown = _shown(question.question, library, without)
        yield from _read(question.twin_of or question.id, kind, question.question, shown, gold, selector)


def of_written(part: str, library: AskableLibrary, selector: AnswerSelector) -> Iterator[Example]:
    """Yield the askings of a part of the written set, of a library that holds its papers."""
    for own in read_written(part):
        gold = {normalise_title(own.paper.title)}
        for asked in own.questions:
            name, found = own.paper.paper_id, _shown(asked.question, library, ())
            yield from _read(name, ANSWERED, asked.question, found, gold, selector)
            left = tuple(p for p in found if normalise_title(p.paper.title) not in gold)
            yield from _read(name, TAKEN, asked.question, left, set(), selector)
        found = _shown(own.unanswerable, library, ())
        yield from _read(own.paper.paper_id, OPEN, own.unanswerable, found, gold, selector)


def _shown(question: str, library: AskableLibrary, without: Collection[str]) -> tuple[Passage, ...]:
    found = library.passages(question, _SHOWN + len(without))
    return tuple(p for p in found if normalise_title(p.paper.title) not in without)[:_SHOWN]


def _read(
    name: str,
    kind: int,
    question: str,
    shown: Sequence[Passage],
    gold: Collection[str],
    selector: AnswerSelector,
) -> Iterator[Example]:
    _, query = about(Query(question, question))
    papers = read_candidates(query, shown, selector)
    if papers:
        yield Example(name, kind, papers, _floats([normalise_title(c.paper.title) in gold for c in papers]))


def paper_answers(fitted: Sequence[Example]) -> Floats:
    """Return the coefficients of "this paper answers", the intercept last."""
    import numpy as np

    rows = np.array([c.features for e in fitted for c in e.papers])
    return logistic(rows, np.concatenate([e.answers for e in fitted]), np.ones(len(rows)))


def paper_is_meant(fitted: Sequence[Example]) -> Floats:
    """Return the coefficients of "this paper is what is asked about", the intercept last, of where that is known."""
    import numpy as np

    known = [e for e in fitted if e.meant.any()]
    rows = np.array([c.features[1:] for e in known for c in e.papers])
    return logistic(rows, np.concatenate([e.meant for e in known]), np.ones(len(rows)))


def question_is_answered(fitted: Sequence[Example]) -> Floats:
    """Return the coefficients of "the question is answered", the intercept last."""
    import numpy as np

    rows = np.concatenate([_stages(part, paper_answers(rest)) for part, rest in _folds(fitted)])
    kinds = [e.kind for part, _ in _folds(fitted) for e in part]
    weights = np.array([_SHARES[kind] / kinds.count(kind) for kind in kinds]) * len(kinds)
    return logistic(rows, _floats([kind == ANSWERED for kind in kinds]), weights)


def told_apart(fitted: Sequence[Example]) -> dict[int, float]:
    """Return for each kind without an answer the AUROC of answered against it, each fold judged by the others."""
    found: dict[int, list[float]] = {}
    for part, rest in _folds(fitted):
        slopes = question_is_answered(rest)
        for e, odds in zip(part, _stages(part, paper_answers(rest)) @ slopes[:-1] + slopes[-1], strict=True):
            found.setdefault(e.kind, []).append(float(odds))
    return {kind: auroc(found[ANSWERED], found[kind]) for kind in (OPEN, TAKEN) if kind in found}


def logistic(rows: Floats, labels: Floats, weights: Floats, penalty: float = 1.0) -> Floats:
    """Return the slopes of a weighted logistic regression and its intercept, the penalty on standardised slopes."""
    import numpy as np

    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    x = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    ridge = np.diag([penalty] * rows.shape[1] + [1e-6])
    found = np.zeros(x.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-x @ found))
        curvature = (x.T * (weights * chance * (1 - chance))) @ x + ridge
        found += np.linalg.solve(curvature, x.T @ (weights * (labels - chance)) - ridge @ found)
    slopes: Floats = found[:-1] / spread
    intercept: float = found[-1] - slopes @ mean
    return np.array([*slopes, intercept])


def _folds(fitted: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Yield parts of the examples with the rest of them."""
    names = sorted({e.name for e in fitted})
    for k in range(_FOLDS):
        held = set(names[k::_FOLDS])
        part = [e for e in fitted if e.name in held]
        if part:
            yield part, [e for e in fitted if e.name not in held]


def _stages(part: Sequence[Example], coefficients: Floats) -> Floats:
    """Return for each example the log-odds of its likeliest paper, and what that is judged by besides."""
    import numpy as np

    rows = []
    for e in part:
        odds = np.array([c.features for c in e.papers]) @ coefficients[:-1] + coefficients[-1]
        best = int(odds.argmax())
        rows.append([odds[best], *e.papers[best].answering])
    return np.array(rows)


def _floats(values: Sequence[bool]) -> Floats:
    import numpy as np

    return np.array(values, dtype=np.float64)
