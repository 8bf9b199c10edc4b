"""The coefficients of the reader without a model, fitted anew: `python -m eval fit SET...`.

Three models, each by Newton's method with an L2 penalty: "this paper answers" (a logistic regression over the papers
read), "the question is answered" (the same over questions, on the log-odds that the first gives to papers of questions
it was not fitted on), and "this sentence answers" (a conditional logit over the sentences of a paper that answers, all
that do counted). Printed, not written: a coefficient goes into the reader by hand, with its reasons.

Not handled: what the catalogue answers, lists, comparisons and questions that lean on a conversation, which go to
readers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.embedder.contextual import Contextual
from rag.nouns import Paper, Query
from rag.readers.extractive.asking import asks_for_several
from rag.readers.extractive.reader import about
from rag.readers.extractive.sentences import compare, measured
from rag.readers.extractive.weighing import Weighed, weigh
from rag.text.titles import normalise_title

from .libraries import AskableLibrary, Contents, Libraries
from .metrics.evidence import evidence_found
from .questions import Question
from .twins import make_twins

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FITTED = ("fact", "numeric", "paraphrase", "named", "multi", "instruction", "injection")
DECLINED = ("unanswerable_near", "false_premise", "off_topic")
_SHOWN = 25
_FOLDS = 8
_SHARES = (0.5, 0.3, 0.2)
"""What answered questions, unanswerable ones, and those whose paper was taken out weigh together."""


@dataclass(frozen=True, slots=True)
class Example:
    """One asking: its papers weighed, which of them answer, and for each of these its sentences measured and marked."""

    name: str
    question: Question
    papers: Sequence[Weighed]
    answers: Floats
    sentences: Sequence[tuple[Floats, Floats]]


def examples(questions: Sequence[Question], library: AskableLibrary, contextual: Contextual) -> Iterator[Example]:
    """Yield what the reader would see of each question, asked of `library`."""
    for question in questions:
        _, query = about(Query(question.question, question.question))
        weighed = weigh(query, library.passages(query.standalone, _SHOWN), contextual)
        gold = set(map(normalise_title, question.gold_titles)) if question.answerable else set()
        holds = [normalise_title(w.paper.title) in gold for w in weighed]
        marked = [
            pair
            for w, held in zip(weighed, holds, strict=True)
            if held
            for pair in _marked(question, query.question, w.paper, contextual)
        ]
        if weighed:
            yield Example(question.twin_of or question.id, question, weighed, _floats(holds), marked)


def fitted_type(question: Question) -> bool:
    """Tell whether a question goes to the reader that is fitted, in a library that its set describes."""
    return question.type in (*FITTED, *DECLINED) and not question.add_papers and not question.history


def _marked(question: Question, asked: str, paper: Paper, contextual: Contextual) -> Iterator[tuple[Floats, Floats]]:
    """Yield for each nugget of `paper` its sentences as measured, and which of them are the evidence."""
    import numpy as np

    title, texts = normalise_title(paper.title), [paper.sentence(i + 1) for i in range(len(paper.sentences))]
    compared = compare(asked, [paper], contextual)[0]
    rows = np.array(measured(asked, paper, compared, several=asks_for_several(asked)))[1:]
    for nugget in question.nuggets:
        if nugget.evidence and normalise_title(nugget.title) == title:
            found = _floats([evidence_found(nugget, {title: [text]}) for text in texts])
            if found.any() and len(found) > 1:
                yield rows, found


def papers_answer(fitted: Sequence[Example]) -> Floats:
    """Return the coefficients of "this paper answers", the intercept last."""
    import numpy as np

    rows = np.array([w.features for e in fitted for w in e.papers])
    return logistic(rows, np.concatenate([e.answers for e in fitted]), np.ones(len(rows)))


def question_is_answered(fitted: Sequence[Example]) -> Floats:
    """Return the coefficients of "the question is answered", the intercept last."""
    import numpy as np

    rows = np.concatenate([_stages(part, papers_answer(rest)) for part, rest in _folds(fitted)])
    order = [e for part, _ in _folds(fitted) for e in part]
    kinds = [0 if e.question.answerable else 2 if e.question.twin_of else 1 for e in order]
    weights = np.array([_SHARES[kind] / kinds.count(kind) for kind in kinds]) * len(order)
    return logistic(rows, _floats([kind == 0 for kind in kinds]), weights)


def sentence_answers(fitted: Sequence[Example], penalty: float = 0.5) -> Floats:
    """Return the weights of "this sentence answers"."""
    import numpy as np

    pairs = [pair for e in fitted for pair in e.sentences]
    scale = np.concatenate([rows for rows, _ in pairs]).std(axis=0) + 1e-9
    weights = np.zeros(len(scale))
    for _ in range(50):
        gradient, curvature = -penalty * weights, penalty * np.eye(len(weights))
        for rows, marked in pairs:
            x = (rows - rows.mean(axis=0)) / scale
            power = np.exp(x @ weights - (x @ weights).max())
            chance = power / power.sum()
            right = chance * marked / (chance * marked).sum()
            mean = x.T @ chance
            gradient += x.T @ (right - chance)
            curvature += (x.T * chance) @ x - np.outer(mean, mean)
        weights += np.clip(np.linalg.solve(curvature, gradient), -1, 1)
    found: Floats = weights / scale
    return found


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
    """Yield parts of the examples with the rest of them; a question and its twin are in one part."""
    names = sorted({e.name for e in fitted})
    for k in range(_FOLDS):
        held = set(names[k::_FOLDS])
        yield [e for e in fitted if e.name in held], [e for e in fitted if e.name not in held]


def _stages(part: Sequence[Example], coefficients: Floats) -> Floats:
    """Return for each example the log-odds of its likeliest paper, and what that is judged by besides."""
    import numpy as np

    rows = []
    for e in part:
        odds = np.array([w.features for w in e.papers]) @ coefficients[:-1] + coefficients[-1]
        best = int(odds.argmax())
        rows.append([odds[best], *e.papers[best].answering])
    return np.array(rows)


def _floats(values: Sequence[bool]) -> Floats:
    import numpy as np

    return np.array(values, dtype=np.float64)


def collected(questions: Sequence[Question], libraries: Libraries) -> list[Example]:
    """Return the examples of questions and of their twins, each asked of the library that it describes."""
    fitted = [q for q in questions if fitted_type(q)]
    by_contents: dict[Contents, list[Question]] = {}
    for question in (*fitted, *make_twins(fitted)):
        by_contents.setdefault(Contents.of(question), []).append(question)
    contextual, found = Contextual(), list[Example]()
    for contents, group in by_contents.items():
        with libraries.holding(contents) as library:
            found += examples(group, library, contextual)
    return found


def usual_quality(fitted: Sequence[Example]) -> float:
    """Return the mean quality of papers that do not answer."""
    told = [w.quality for e in fitted for w, answers in zip(e.papers, e.answers, strict=True) if not answers]
    return sum(told) / len(told)
