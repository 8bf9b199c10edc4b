"""A conversation as the page keeps it: turns, each a question and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from secrets import token_hex
from typing import Any

from rag.nouns import Answer

READING = "The model is reading the sources …"
"""What stands in the place of a second opinion until it is there."""


class Stage(StrEnum):
    """How far a turn has come."""

    ASKING = "asking"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Thumb(StrEnum):
    """What a person thinks of an answer."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer; `number` counts from 1. `problem` is the message of a turn that failed.

    `dropped` are the filters, with their values, that the question states and that were taken away. `asking` is of this
    one asking alone: what a person pinned, folded or kept belongs to it, and not to what later has the same number; it
    is the turn's id in the library, as those of the turns in whose place this one came are `replaces`.
    """

    number: int
    question: str
    answer: Answer | None = None
    stage: Stage = Stage.ASKING
    problem: str = ""
    thumb: Thumb | None = None
    opinion: str = ""
    from_file: bool = False
    dropped: Mapping[str, Any] = field(default_factory=dict)
    asking: str = field(default_factory=lambda: token_hex(8), compare=False)
    replaces: tuple[str, ...] = field(default=(), compare=False)
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far, oldest first; `id` is the conversation's in the library, empty until something was asked."""

    turns: tuple[Turn, ...] = ()
    id: str = field(default="", compare=False)

    def asking(
        self, question: str, number: int | None = None, dropped: Mapping[str, Any] | None = None
    ) -> Conversation:
        """Return the conversation with a new turn: at the end, or in the place of turn `number` and all after it."""
        kept = self.turns if number is None else self.turns[: max(0, number - 1)]
        replaces = tuple(turn.asking for turn in self.turns[len(kept) :])
        turn = Turn(len(kept) + 1, question, dropped=dropped or {}, replaces=replaces)
        return Conversation((*kept, turn), self.id or token_hex(8))

    def joined(self, others: Iterable[Turn]) -> Conversation:
        """Return the conversation with turns that came in elsewhere at its end; those that it has stay as they are."""
        known = {turn.asking for turn in self.turns}
        new = [turn for turn in others if turn.asking not in known]
        return replace(self, turns=(*self.turns, *(replace(t, number=n) for n, t in enumerate(new, len(known) + 1))))

    def changed(self, number: int, **values: object) -> Conversation:
        """Return the conversation with fields of turn `number` changed; unchanged when there is no such turn."""
        changed = tuple(replace(t, **values) if t.number == number else t for t in self.turns)  # type: ignore[arg-type]
        return replace(self, turns=changed)

    def turn(self, number: int) -> Turn | None:
        """Return turn `number`."""
        return self.turns[number - 1] if 1 <= number <= len(self.turns) else None

    def stopped(self) -> Conversation:
        """Return the conversation after Stop: what was written stays, what was awaited is no longer."""
        turns = (
            replace(
                turn,
                stage=Stage.STOPPED if turn.stage is Stage.ASKING else turn.stage,
                opinion="" if turn.opinion == READING else turn.opinion,
            )
            for turn in self.turns
        )
        return replace(self, turns=tuple(turns))

    def history(self) -> list[Answer]:
        """Return the answers that the next question may lean on: those of earlier turns that came to an end."""
        return [t.answer for t in self.turns[:-1] if t.answer is not None and t.answer.final]
