"""The question set: its nouns, how a line of JSON becomes one, and the twins made of its questions.

What makes a set unusable is raised as `SetError`; what makes it less believable is for `eval.validate` to say.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rag.base.errors import UsageError
from rag.base.text.titles import normalise_title

SHIPPED = Path(__file__).with_name("questions.jsonl")
TRAINING = Path(__file__).with_name("training.jsonl")
"""Questions of the same kinds over the same papers, for fitting alone."""
ANSWERED_TYPES = (
    *("fact", "numeric", "paraphrase", "named", "multi", "list", "compare", "metadata", "followup"),
    *("count", "filter", "extreme"),
)
DECLINED_TYPES = ("unanswerable_near", "false_premise", "off_topic")
TYPES = (*ANSWERED_TYPES, *DECLINED_TYPES, "injection", "instruction")


class SetError(UsageError):
    """A question set cannot be used; the message names the line and what to mend."""


@dataclass(frozen=True, slots=True)
class Nugget:
    """One fact that a right answer holds; `evidence` is verbatim in the abstract of `title`, None for metadata."""

    text: str
    title: str = ""
    evidence: str | None = None
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its gold. `twin_of` is the id of the question that a twin was made from."""

    id: str
    type: str
    question: str
    answerable: bool
    gold_titles: tuple[str, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    history: tuple[str, ...] = ()
    distractor_titles: tuple[str, ...] = ()
    without_titles: tuple[str, ...] = ()
    add_papers: tuple[Mapping[str, Any], ...] = ()
    check: str = ""
    twin: bool = True
    split: str = ""
    notes: str = ""
    twin_of: str = ""

    @property
    def waits_for_gold(self) -> bool:
        """Whether it is answerable and nothing says what a right answer holds."""
        return self.answerable and not (self.gold_titles or self.nuggets or self.check or self.add_papers)

    def to_dict(self) -> dict[str, Any]:
        """Return the question as a JSON object that `parse_question` reads back."""
        return asdict(self)


_QUESTION = TypeAdapter(Question)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in file order, with the file's SHA-256."""

    questions: tuple[Question, ...]
    sha256: str
    path: str = ""
    by_id: Mapping[str, Question] = field(default_factory=dict)


def load(path: Path) -> QuestionSet:
    """Read a set of questions; raises SetError on an unreadable file, a bad line, or an id used twice."""
    try:
        data = path.read_bytes()
        lines = data.decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SetError(f"Cannot read the question set {path}: {error}.") from error
    questions = tuple(_parse_line(line, n, path) for n, line in enumerate(lines, 1) if line.strip())
    if not questions:
        raise SetError(f"{path} holds no question: one JSON object a line is expected.")
    by_id = {q.id: q for q in questions}
    if len(by_id) < len(questions):
        twice = sorted({q.id for q in questions if sum(q.id == other.id for other in questions) > 1})
        raise SetError(f"{path}: ids must be unique; used more than once: {', '.join(twice)}.")
    return QuestionSet(questions, hashlib.sha256(data).hexdigest(), str(path), by_id)


def parse_question(item: Any) -> Question:
    """Return one question from its JSON object; raises SetError that says which field is wrong."""
    if not isinstance(item, dict):
        raise SetError("a question must be a JSON object")
    told = {name: value for name, value in item.items() if value is not None}
    told["history"] = [turn.get("question") if isinstance(turn, dict) else turn for turn in _list(item, "history")]
    told["twin"] = item.get("twin") is not False
    told["check"] = _check(item.get("check"))
    try:
        question = _QUESTION.validate_python(told)
    except ValidationError as error:
        first = error.errors()[0]
        raise SetError(f"`{'.'.join(map(str, first['loc']))}`: {first['msg']}") from error
    if not question.id.strip() or not question.question.strip():
        raise SetError("`id` and `question` must not be empty")
    if not all(paper.get("title") and paper.get("abstract") for paper in question.add_papers):
        raise SetError("each of `add_papers` must be an object with `title` and `abstract`")
    return question


def matches(pattern: str, text: str) -> bool:
    """Return whether a nugget's `any_of` entry, a regular expression or a plain string, occurs in the text."""
    if pattern.casefold() in text.casefold():
        return True
    try:
        return re.search(pattern, text, re.IGNORECASE) is not None
    except re.error:
        return False


def _parse_line(line: str, number: int, path: Path) -> Question:
    try:
        return parse_question(json.loads(line))
    except (json.JSONDecodeError, SetError) as error:
        raise SetError(f"{path}, line {number}: {error}.") from error


def _list(item: Mapping[str, Any], key: str) -> list[Any]:
    value = item.get(key) or []
    if not isinstance(value, list | tuple):
        raise SetError(f"`{key}` must be a list")
    return list(value)


def _check(value: Any) -> str:
    """Return the forms asked for as one string, whether written as a string, a list of them, or an object."""
    if isinstance(value, dict):
        return "; ".join(name if arg in (True, None) else f"{name}={arg}" for name, arg in value.items())
    if isinstance(value, list):
        return "; ".join(str(v) for v in value)
    return str(value or "")


# ----------------------------------------------------------------------------------------------------
# Twins: the same question with its gold paper taken out of the library, which must then be an abstention.


def make_twins(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return a twin of every answerable question with exactly one gold paper, but those marked `"twin": false`."""
    return tuple(_twin(q) for q in questions if q.answerable and q.twin and len(set(q.gold_titles)) == 1)


def _twin(question: Question) -> Question:
    gold = question.gold_titles[0]
    return replace(
        question,
        id=f"{question.id}~twin",
        type="twin",
        answerable=False,
        gold_titles=(),
        nuggets=(),
        without_titles=(*question.without_titles, gold),
        add_papers=tuple(p for p in question.add_papers if normalise_title(str(p["title"])) != normalise_title(gold)),
        check="",
        twin=False,
        twin_of=question.id,
    )
