"""Conversations stored, in the library and in a file of JSON: read back as something that anyone may have written.

Papers are looked up in the library, never taken from the file; a paper that is not there keeps its title and quotes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from rag.base.errors import UsageError
from rag.catalogue.filters import Filters
from rag.kept.conversations import KeptTurn, StoredTurn
from rag.nouns import Answer, Group, Paper, Role, Section, Statement, Synthesis
from rag.page.conversation import Conversation, Stage, Turn
from rag.present.filters_in_words import in_words

if TYPE_CHECKING:
    from rag.library import Library

FORMAT = "abstract-qa conversation"
VERSION = 1
LARGEST_FILE = 5_000_000
"""Bytes of a conversation's file."""
_MOST_TURNS = 500
Lookup = Callable[[str], Paper | None]
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, UsageError)
"""What reading a text that is none of ours may raise."""
_TEXT, _ANSWER, _FILTERS, _TURN = TypeAdapter(str), TypeAdapter(Answer), TypeAdapter(Filters), TypeAdapter(Turn)


def to_json(conversation: Conversation) -> str:
    """Return the conversation as a JSON file's text."""
    turns = [turn_to_dict(turn) for turn in conversation.turns if turn.stage is not Stage.ASKING]
    return json.dumps({"format": FORMAT, "version": VERSION, "turns": turns}, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, lookup: Lookup) -> Conversation:
    """Return the conversation that a file's text holds; UsageError when it holds none."""
    try:
        data = loaded(text)
        if data["format"] != FORMAT or data["version"] != VERSION:
            raise ValueError
        turns = tuple(turn_from_dict(n, entry, lookup) for n, entry in enumerate(data["turns"][:_MOST_TURNS], 1))
    except UNREADABLE as exc:
        raise UsageError(
            "This file is not a conversation saved from this page. Choose one that was downloaded here."
        ) from exc
    return Conversation(turns, token_hex(8))


def loaded(text: str) -> Any:
    """Return what a JSON text holds, without the half characters that it may hold and that no page takes."""
    return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))


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
    told = {
        "question": entry["question"],
        "stage": entry["stage"],
        "problem": entry.get("problem", ""),
        "thumb": entry.get("thumb") or None,
        "opinion": entry.get("opinion", ""),
        "answer": _answer(entry["answer"], lookup) if entry.get("answer") else None,
        "dropped": _filters(entry.get("dropped", {})),
    }
    return _TURN.validate_python({**told, "number": number, "from_file": from_file})


def _answer(data: dict[str, Any], lookup: Lookup) -> Answer:
    """Return an answer of whose fields each is of its kind, with the library's papers."""

    def paper(told: dict[str, Any]) -> Paper:
        """Return the library's paper of that id; else one that has its title and nothing more."""
        paper_id = _TEXT.validate_python(told["paper_id"])
        return lookup(paper_id) or Paper(paper_id, _TEXT.validate_python(told["title"]), "")

    within = {
        "citations": [{**cited, "paper": paper(cited)} for cited in data["citations"]],
        "evidence": [{**passage, "paper": paper(passage)} for passage in data["evidence"]],
        "related": list(map(paper, data["related"])),
        "filters": _filters(data["filters"]),
        "synthesis": _synthesis(data["synthesis"], lookup) if data.get("synthesis") else None,
    }
    answer = _ANSWER.validate_python({**data, **within, "final": True, "doing": ""})
    if not all(0 <= claim.start <= claim.end <= len(answer.text) for claim in answer.claims):
        raise ValueError("a claim lies outside its answer")
    return replace(answer, claims=tuple(replace(c, text=answer.text[c.start : c.end]) for c in answer.claims))


def _filters(data: dict[str, Any]) -> dict[str, Any]:
    """Return filters as an answer tells them, each of the kind that its name asks for."""
    _FILTERS.validate_json(json.dumps(data), strict=True)
    read = Filters.of(data)
    in_words(read)  # a date that is none is found when it is said
    return read.to_dict()


def _synthesis(data: dict[str, Any], lookup: Lookup) -> Synthesis | None:
    """Return what is known of a subject; None where a sentence no longer reads so, and the text must do."""

    def statement(told: dict[str, Any], role: Role) -> Statement:
        paper, index = lookup(_TEXT.validate_python(told["paper_id"])), int(told["index"])
        if paper is None or not 0 < index <= len(paper.sentences) or paper.sentence(index) != told["quote"]:
            raise LookupError
        return Statement(paper, index, role)

    def group(told: dict[str, Any], role: Role) -> Group:
        return Group(_TEXT.validate_python(told["name"]), tuple(statement(s, role) for s in told["sentences"]))

    def section(told: dict[str, Any]) -> Section:
        role, heading = Role(told["role"]), _TEXT.validate_python(told["heading"])
        return Section(role, heading, tuple(group(one, role) for one in told["groups"]))

    try:
        return TypeAdapter(Synthesis).validate_python(
            {
                **{name: data[name] for name in ("subject", "looked_at", "papers")},
                "alike": [group(told, Role.FINDING) for told in data["alike"]],
                "disputed": [[statement(one, Role.FINDING) for one in pair] for pair in data["may_disagree"]],
                "sections": list(map(section, data["sections"])),
            }
        )
    except LookupError:
        return None


# ----------------------------------------------------------------------------------------------------
# In the library: recorded as they are held, read back turn by turn. A row that cannot be read costs itself alone.

_INTERRUPTED = "This question was interrupted before its answer came. Ask it again."
_DAMAGED = "What was stored of this question cannot be read. Ask it again."


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer in the list of those kept; `at` is when it was kept, in ISO format, UTC."""

    turn: Turn
    conversation: str
    note: str
    at: str


class Memory:
    """What each person asked and kept. Its methods raise WorkFailed where the library's folder fails."""

    def __init__(self, library: Library) -> None:
        self._store, self._lookup = library.conversations, library.paper

    def record(self, owner: str, conversation: Conversation, turns: Sequence[Turn] | None = None) -> None:
        """Store turns of a conversation, by default the last; what one replaces goes when it has come to an end."""
        chosen = conversation.turns[-1:] if turns is None else turns
        gone = [name for turn in chosen if turn.stage is not Stage.ASKING for name in turn.replaces]
        self._store.put(owner, conversation.id, [_stored(turn) for turn in chosen], gone)

    def load(self, owner: str, conversation: str) -> Conversation:
        """Return a person's conversation; an empty one where it is not there, or another person's."""
        turns = self._turns(owner, conversation)
        return Conversation(turns, conversation) if turns else Conversation()

    def joined(self, owner: str, conversation: Conversation) -> Conversation:
        """Return the conversation with what was asked in another window since."""
        if not conversation.id:
            return conversation
        return conversation.joined(turn for turn in self._turns(owner, conversation.id) if turn.problem != _INTERRUPTED)

    def keep(self, owner: str, conversation: Conversation, turn: Turn) -> None:
        """Put an answer into the list of those kept."""
        self._store.keep(owner, conversation.id, _stored(turn))

    def kept(self, owner: str) -> list[KeptAnswer]:
        """Return the answers that a person keeps, in the order of keeping."""
        rows = self._store.kept(owner)
        return [KeptAnswer(self._turn(1, row, kept=True), row.conversation, row.note, row.at) for row in rows]

    def _turns(self, owner: str, conversation: str) -> tuple[Turn, ...]:
        kept, rows = self._store.kept_ids(owner), self._store.turns(owner, conversation)
        return tuple(self._turn(number, row, kept=row.id in kept) for number, row in enumerate(rows, 1))

    def _turn(self, number: int, row: StoredTurn | KeptTurn, *, kept: bool) -> Turn:
        """Return the turn of a row; one that says so where the row cannot be read or the answer never came."""
        try:
            told = loaded(row.body)
            turn = turn_from_dict(number, told, self._lookup, from_file=told.get("from_file") is True)
        except UNREADABLE:
            turn = Turn(number, row.question, stage=Stage.FAILED, problem=_DAMAGED)
        if turn.stage is Stage.ASKING:
            turn = replace(turn, stage=Stage.FAILED, problem=_INTERRUPTED)
        return replace(turn, asking=row.id, kept=kept)


def _stored(turn: Turn) -> StoredTurn:
    body = json.dumps({**turn_to_dict(turn), "from_file": turn.from_file}, ensure_ascii=False)
    answer = turn.answer.text if turn.answer else ""
    return StoredTurn(turn.asking, turn.question, f"{turn.question}\n{answer}", body)
