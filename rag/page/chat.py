"""One question on the page: from Enter to the last update, with whatever may go wrong on the way."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import AbstractQAError
from rag.nouns import Answer, Status
from rag.page.conversation import Conversation, Stage, Turn
from rag.settings import Settings
from rag.streaming import in_thread

if TYPE_CHECKING:
    from rag.library import Library

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
    try:
        async for answer in in_thread(lambda: _stream(library, turn, history, choose())):
            conversation = conversation.changed(number, answer=answer)
            yield conversation
    except AbstractQAError as exc:
        yield conversation.changed(number, stage=Stage.FAILED, problem=str(exc))
    except Exception:
        _log.exception("A question failed")
        yield conversation.changed(number, stage=Stage.FAILED, problem=_UNEXPECTED)
    else:
        yield conversation.changed(number, stage=Stage.DONE)


def _stream(library: Library, turn: Turn, history: list[Answer], choices: Choices) -> Iterator[Answer]:
    return library.stream(
        turn.question,
        history=history,
        since=choices.since,
        until=choices.until,
        dropped=tuple(turn.dropped),
        settings=choices.settings,
    )


def spoken(turn: Turn) -> str:
    """Return what a screen reader says when a turn has come to its end."""
    if turn.stage is Stage.STOPPED:
        return "Stopped."
    if turn.answer is None or turn.problem:
        return f"No answer. {turn.problem}"
    count = len(turn.answer.citations)
    if turn.answer.status is Status.ABSTAINED:
        return f"No answer: {turn.answer.text}"
    return f"Answer ready, with {count} source{'s' * (count != 1)}."
