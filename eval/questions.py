"""The question set: its nouns, and how a line of JSON becomes one.

What makes a set unusable is raised as `SetError`; what makes it less believable is for `eval.validate` to say.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rag.base.errors import UsageError

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
    for key, kind in (("id", str), ("type", str), ("question", str), ("answerable", bool)):
        if not isinstance(item.get(key), kind):
            raise SetError(f"`{key}` must be there and be a {kind.__name__}")
    if not item["id"].strip() or not item["question"].strip():
        raise SetError("`id` and `question` must not be empty")
    return Question(
        id=item["id"],
        type=item["type"],
        question=item["question"],
        answerable=item["answerable"],
        gold_titles=_strings(item, "gold_titles"),
        nuggets=tuple(_nugget(n) for n in _list(item, "nuggets")),
        history=tuple(_earlier_question(h) for h in _list(item, "history")),
        distractor_titles=_strings(item, "distractor_titles"),
        without_titles=_strings(item, "without_titles"),
        add_papers=tuple(_paper(p) for p in _list(item, "add_papers")),
        check=_check(item.get("check")),
        twin=item.get("twin") is not False,
        split=str(item.get("split") or ""),
        notes=str(item.get("notes") or ""),
        twin_of=str(item.get("twin_of") or ""),
    )


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


def _strings(item: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _list(item, key)
    if not all(isinstance(v, str) for v in values):
        raise SetError(f"`{key}` must be a list of strings")
    return tuple(values)


def _nugget(item: Any) -> Nugget:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise SetError("a nugget must be an object with a `text`")
    evidence = item.get("evidence")
    return Nugget(
        item["text"], str(item.get("title") or ""), str(evidence) if evidence else None, _strings(item, "any_of")
    )


def _earlier_question(item: Any) -> str:
    text = item.get("question") if isinstance(item, dict) else item
    if not isinstance(text, str):
        raise SetError("`history` must be a list of earlier questions")
    return text


def _paper(item: Any) -> Mapping[str, Any]:
    if not isinstance(item, dict) or not item.get("title") or not item.get("abstract"):
        raise SetError("each of `add_papers` must be an object with `title` and `abstract`")
    return item


def _check(value: Any) -> str:
    """Return the forms asked for as one string, whether written as a string, a list of them, or an object."""
    if isinstance(value, dict):
        return "; ".join(name if arg in (True, None) else f"{name}={arg}" for name, arg in value.items())
    if isinstance(value, list):
        return "; ".join(str(v) for v in value)
    return str(value or "")
