"""A conversation as the page keeps it, and one question of it: from Enter to the last update."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from rag.base.errors import AbstractQAError
from rag.base.settings import Settings
from rag.base.text import plural
from rag.base.timeouts import in_thread
from rag.nouns import Answer, Status

if TYPE_CHECKING:
    from rag.library import Library


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

    @property
    def is_answered(self) -> bool:
        """Whether its answer is there, whole."""
        return self.answer is not None and self.answer.final


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

        def stopped(turn: Turn) -> Turn:
            stage = Stage.STOPPED if turn.stage is Stage.ASKING else turn.stage
            return replace(turn, stage=stage, opinion="" if turn.opinion == READING else turn.opinion)

        return replace(self, turns=tuple(map(stopped, self.turns)))

    def history(self) -> list[Answer]:
        """Return the answers that the next question may lean on: those of earlier turns that came to an end."""
        return [t.answer for t in self.turns[:-1] if t.answer is not None and t.is_answered]


# ----------------------------------------------------------------------------------------------------
# One question on the page: from Enter to the last update, with whatever may go wrong on the way.

_log = logging.getLogger(__name__)
_UNEXPECTED = "Something went wrong here, and it is not your question. Ask again; the log of the server says more."


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person has set on the page: who answers, and which papers may be looked at."""

    settings: Settings
    since: str | None = None
    until: str | None = None


async def asked(
    library: Library, conversation: Conversation, choose: Callable[[], Choices]
) -> AsyncIterator[Conversation]:
    """Yield the conversation as its last turn grows; the last one yielded is done or failed, and none raises."""
    turn, history = conversation.turns[-1], conversation.history()
    number = turn.number

    def answers() -> Iterator[Answer]:
        choices = choose()
        yield from library.stream(
            turn.question, history=history, since=choices.since, until=choices.until, dropped=tuple(turn.dropped),
            settings=choices.settings,
        )  # fmt: skip

    try:
        async for answer in in_thread(answers):
            conversation = conversation.changed(number, answer=answer)
            yield conversation
    except AbstractQAError as exc:
        yield conversation.changed(number, stage=Stage.FAILED, problem=str(exc))
    except Exception:
        _log.exception("A question failed")
        yield conversation.changed(number, stage=Stage.FAILED, problem=_UNEXPECTED)
    else:
        yield conversation.changed(number, stage=Stage.DONE)


def spoken(turn: Turn) -> str:
    """Return what a screen reader says when a turn has come to its end."""
    if turn.stage is Stage.STOPPED:
        return "Stopped."
    if turn.answer is None or turn.problem:
        return f"No answer. {turn.problem}"
    if turn.answer.status is Status.ABSTAINED:
        return f"No answer: {turn.answer.text}"
    return f"Answer ready, with {plural(len(turn.answer.citations), 'source')}."
