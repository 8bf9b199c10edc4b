"""Conversations of the page in the library's store: recorded as they are held, read back turn by turn.

Whatever a row holds is read as something that anyone may have written: one that cannot be read costs itself alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import gradio as gr

from rag.kept.conversations import StoredTurn
from rag.page.conversation import Conversation, Stage, Turn
from rag.page.saved import UNREADABLE, turn_from_dict, turn_to_dict

if TYPE_CHECKING:
    from rag.library import Library

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
        found = []
        for row in self._store.kept(owner):
            turn = replace(self._turn(1, row.id, row.question, row.body), kept=True)
            found.append(KeptAnswer(turn, row.conversation, row.note, row.at))
        return found

    def _turns(self, owner: str, conversation: str) -> tuple[Turn, ...]:
        kept, rows = self._store.kept_ids(owner), self._store.turns(owner, conversation)
        turns = (self._turn(number, row.id, row.question, row.body) for number, row in enumerate(rows, 1))
        return tuple(replace(turn, kept=turn.asking in kept) for turn in turns)

    def _turn(self, number: int, name: str, question: str, body: str) -> Turn:
        """Return the turn of a row; one that says so where the row cannot be read or the answer never came."""
        try:
            told = json.loads(body)
            turn = turn_from_dict(number, told, self._lookup, from_file=told.get("from_file") is True)
        except UNREADABLE:
            turn = Turn(number, question, stage=Stage.FAILED, problem=_DAMAGED)
        if turn.stage is Stage.ASKING:
            turn = replace(turn, stage=Stage.FAILED, problem=_INTERRUPTED)
        return replace(turn, asking=name)


def owner_of(request: gr.Request | None) -> str:
    """Return the name by which the person of a request signed in; empty where nobody has to."""
    return str(getattr(request, "username", None) or "")


def warned(work: Callable[[], None]) -> bool:
    """Do what stores something; where it fails, say so on the page and return false."""
    from rag.base.errors import AbstractQAError

    try:
        work()
    except AbstractQAError as exc:
        gr.Warning(str(exc))
        return False
    return True


def _stored(turn: Turn) -> StoredTurn:
    body = json.dumps({**turn_to_dict(turn), "from_file": turn.from_file}, ensure_ascii=False)
    answer = turn.answer.text if turn.answer else ""
    return StoredTurn(turn.asking, turn.question, f"{turn.question}\n{answer}", body)
