"""A conversation as JSON, in a file or in the library: read back as something that anyone may have written.

Papers are looked up in the library, never taken from the file; a paper that is not there keeps its title and quotes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from rag.base.errors import UsageError
from rag.catalogue.filters import Filters
from rag.nouns import (
    Answer,
    Citation,
    Cite,
    CitedSentence,
    Claim,
    Coverage,
    Group,
    Paper,
    Passage,
    Reason,
    Role,
    Section,
    Statement,
    Status,
    Support,
    Synthesis,
    Table,
    Usage,
)
from rag.page.conversation import Conversation, Stage, Thumb, Turn
from rag.present.filters_in_words import in_words

FORMAT = "abstract-qa conversation"
VERSION = 1
LARGEST_FILE = 5_000_000
"""Bytes of a conversation's file."""
_MOST_TURNS = 500
Lookup = Callable[[str], Paper | None]
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, UsageError)
"""What reading a text that is none of ours may raise."""


def to_json(conversation: Conversation) -> str:
    """Return the conversation as a JSON file's text."""
    turns = [turn_to_dict(turn) for turn in conversation.turns if turn.stage is not Stage.ASKING]
    return json.dumps({"format": FORMAT, "version": VERSION, "turns": turns}, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, lookup: Lookup) -> Conversation:
    """Return the conversation that a file's text holds; UsageError when it holds none."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT or data["version"] != VERSION:
            raise ValueError
        turns = tuple(turn_from_dict(n, entry, lookup) for n, entry in enumerate(data["turns"][:_MOST_TURNS], 1))
    except UNREADABLE as exc:
        raise UsageError(
            "This file is not a conversation saved from this page. Choose one that was downloaded here."
        ) from exc
    return Conversation(turns, token_hex(8))


def turn_to_dict(turn: Turn) -> dict[str, Any]:
    """Return a turn as JSON, its answer as `ask --json` writes it."""
    return {
        "question": turn.question,
        "stage": turn.stage.value,
        "problem": turn.problem,
        "thumb": turn.thumb.value if turn.thumb else None,
        "opinion": turn.opinion,
        "answer": turn.answer.to_dict() if turn.answer and turn.answer.final else None,
        "dropped": dict(turn.dropped),
    }


def turn_from_dict(number: int, entry: dict[str, Any], lookup: Lookup, *, from_file: bool = True) -> Turn:
    """Return the turn that `turn_to_dict` wrote; one of `UNREADABLE` where it did not."""
    answer = entry.get("answer")
    return Turn(
        number,
        _text(entry["question"]),
        _answer(answer, lookup) if answer else None,
        Stage(entry["stage"]),
        _text(entry.get("problem", "")),
        Thumb(entry["thumb"]) if entry.get("thumb") else None,
        _text(entry.get("opinion", "")),
        from_file=from_file,
        dropped=_filters(entry.get("dropped", {})),
    )


def _answer(data: dict[str, Any], lookup: Lookup) -> Answer:
    coverage, usage = data["coverage"], data["usage"]
    text = _text(data["text"])
    return Answer(
        question=_text(data["question"]),
        standalone_question=_text(data["standalone_question"]),
        status=Status(data["status"]),
        reason=Reason(data["reason"]) if data["reason"] else None,
        text=text,
        citations=tuple(_citation(c, lookup) for c in data["citations"]),
        claims=tuple(_claim(c, text) for c in data["claims"]),
        related=tuple(_paper(p, lookup) for p in data["related"]),
        evidence=tuple(_passage(p, lookup) for p in data["evidence"]),
        filters=_filters(data["filters"]),
        coverage=Coverage(int(coverage["looked_at"]), int(coverage["matched"]), int(coverage["undated"])),
        table=_table(data["table"]),
        warnings=tuple(_text(w) for w in data["warnings"]),
        reader=_text(data["reader"]),
        usage=Usage(int(usage["prompt_tokens"]), int(usage["completion_tokens"]), _cost(usage.get("cost"))),
        timings={_text(k): float(v) for k, v in data["timings"].items()},
        id=_text(data["id"]),
        next_questions=tuple(_text(q) for q in data.get("next_questions", [])),
        synthesis=_synthesis(data["synthesis"], lookup) if data.get("synthesis") else None,
    )


def _table(data: Any) -> Table | None:
    """Return a table as an answer has it: rows of words and numbers."""
    if not isinstance(data, dict):
        return None
    for row in (data["columns"], *data["rows"]):
        if not isinstance(row, list) or not all(isinstance(cell, str | int | float | None) for cell in row):
            raise ValueError("a row of a table was expected")
    rows = tuple(tuple(_text(cell) if isinstance(cell, str) else cell for cell in row) for row in data["rows"])
    return Table(tuple(map(_text, data["columns"])), rows, _text(data.get("caption") or ""))


def _cost(value: Any) -> float | None:
    return None if value is None else float(value)


def _filters(data: dict[str, Any]) -> dict[str, Any]:
    """Return filters as an answer tells them, each of the kind that its name asks for."""
    read = Filters.of({name: _filter(name, value) for name, value in data.items()})
    in_words(read)  # a date that is none is found when it is said
    return read.to_dict()


def _filter(name: str, value: Any) -> Any:
    if name == "excluding":
        return [_filters(one) for one in value]
    if name == "either":
        return [[_filters(one) for one in group] for group in value]
    if name.startswith(("min_", "max_")):
        return _offset(value)
    if Filters.__dataclass_fields__[name].default == ():
        if not isinstance(value, list):
            raise ValueError("a list was expected")
        return tuple(_text(v) for v in value)
    return _text(value)


def _citation(data: dict[str, Any], lookup: Lookup) -> Citation:
    sentences = tuple(
        CitedSentence(int(s["index"]), _offset(s["start"]), _offset(s["end"]), _text(s["quote"]))
        for s in data["sentences"]
    )
    return Citation(int(data["number"]), _paper(data, lookup), sentences)


def _claim(data: dict[str, Any], text: str) -> Claim:
    start, end = int(data["start"]), int(data["end"])
    if not 0 <= start <= end <= len(text):
        raise ValueError("a claim lies outside its answer")
    cites = tuple(Cite(int(c["number"]), int(c["sentence"])) for c in data["cites"])
    score = None if data["score"] is None else float(data["score"])
    return Claim(text[start:end], start, end, cites, Support(data["support"]), score)


def _passage(data: dict[str, Any], lookup: Lookup) -> Passage:
    return Passage(
        _paper(data, lookup), float(data["score"]), _offset(data["dense_rank"]), _offset(data["lexical_rank"])
    )


def _paper(data: dict[str, Any], lookup: Lookup) -> Paper:
    """Return the library's paper of that id; else one that has its title and nothing more."""
    paper_id = _text(data["paper_id"])
    return lookup(paper_id) or Paper(paper_id, _text(data["title"]), "")


def _synthesis(data: dict[str, Any], lookup: Lookup) -> Synthesis | None:
    """Return what is known of a subject; None where a sentence no longer reads so, and the text must do."""

    def statement(told: dict[str, Any], role: Role) -> Statement:
        paper, index = lookup(_text(told["paper_id"])), _offset(told["index"])
        if paper is None or not index or index > len(paper.sentences) or paper.sentence(index) != told["quote"]:
            raise LookupError
        return Statement(paper, index, role)

    def group(told: dict[str, Any], role: Role) -> Group:
        return Group(_text(told["name"]), tuple(statement(s, role) for s in told["sentences"]))

    def section(told: dict[str, Any]) -> Section:
        role = Role(told["role"])
        return Section(role, _text(told["heading"]), tuple(group(g, role) for g in told["groups"]))

    try:
        pairs = [[statement(one, Role.FINDING) for one in pair] for pair in data["may_disagree"]]
        return Synthesis(
            _text(data["subject"]),
            int(data["looked_at"]),
            int(data["papers"]),
            tuple(group(g, Role.FINDING) for g in data["alike"]),
            tuple((one, other) for one, other in pairs),
            tuple(map(section, data["sections"])),
        )
    except LookupError:
        return None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text was expected")
    return value.encode("utf-8", "replace").decode()  # JSON may hold half a character, which no page takes


def _offset(value: object) -> int | None:
    """Return a number that may be missing; `True` is none."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a whole number was expected")
    return value
