"""Questions from programs: what they may carry, and the conversation that a list of messages amounts to.

A program sends its whole conversation every time. The answers given before are remembered by the questions that led
to them, so that a follow-up costs one answer; those that were forgotten are answered again, as for the command line.
Not handled: what a program wrote into the assistant's messages. They are not evidence, and are passed over.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from rag.nouns import Answer
from rag.streaming import in_thread

if TYPE_CHECKING:
    from rag.library import Library

_REMEMBERED = 256
"""Answers kept for follow-ups."""
_EARLIER = 8
"""Earlier questions that a conversation is understood by; what was asked before them is no longer meant."""


class Bounds(BaseModel):
    """Which papers an answer may look at."""

    k: int | None = Field(None, ge=1, le=400, description="papers to retrieve (default 25)")
    since: str | None = Field(None, description="only papers from this date on: 2025, 2025-08 or 2025-08-22")
    until: str | None = Field(None, description="only papers up to this date")
    page: str | None = Field(None, description="only papers seen on this page (its file's name without ending)")


class Conversations:
    """One library's answers to programs, and those it gave lately."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._guard = threading.Lock()
        self._given: OrderedDict[tuple[str, ...], Answer] = OrderedDict()

    async def ask(self, questions: Sequence[str], bounds: Bounds) -> Answer:
        """Return the answer to the last of `questions`, the others being those before it."""
        return [answer async for answer in self.stream(questions, bounds)][-1]

    async def stream(self, questions: Sequence[str], bounds: Bounds) -> AsyncIterator[Answer]:
        """Yield the growing answer to the last of `questions`."""
        asked = tuple(questions[-_EARLIER - 1 :])
        async for answer in in_thread(lambda: self._stream(asked, bounds)):
            if answer.final:
                self._remember(asked, answer)
            yield answer

    def _stream(self, asked: tuple[str, ...], bounds: Bounds) -> Iterator[Answer]:
        yield from self.library.stream(asked[-1], history=self._history(asked), **bounds.model_dump(include=_BOUNDS))

    def _history(self, asked: tuple[str, ...]) -> list[Answer | str]:
        with self._guard:
            return [self._given.get(asked[:end], asked[end - 1]) for end in range(1, len(asked))]

    def _remember(self, asked: tuple[str, ...], answer: Answer) -> None:
        with self._guard:
            self._given[asked] = answer
            self._given.move_to_end(asked)
            while len(self._given) > _REMEMBERED:
                self._given.popitem(last=False)


_BOUNDS = set(Bounds.model_fields)
