"""One reply as its chunks come in: its text so far, whether it is over, and what it tells of the endpoint."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from operator import eq
from typing import TYPE_CHECKING

from rag.base.http import reply_without_key, without_key
from rag.cite.scan import unwrap
from rag.models.chat import failures
from rag.models.chat.failures import Failure
from rag.models.chat.profile import Known
from rag.models.chat.replies import CHARACTERS, THOUGHTS, Bounds, Chunk, Finish, Reply, estimate, read_finish
from rag.nouns import Usage

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage


_LOOKED_AT = 120
"""Characters by which a reply grows before it is looked at for repetition."""
_LONG, _LONG_NEAR = 2_000, 200
"""Tokens of a prompt from which the clock tells how fast it was read: of any endpoint, and of one nearby."""
_SLOW = 2.0
"""Seconds to a first word from which a model is slow enough for its speed to matter."""
_WRITTEN = 16
"""Tokens of a reply from which the clock tells how fast it was written."""
_CALL = re.compile(r"\s*(?:<tool_call>|<function=|\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_call)")


class Growing:
    """The state of one call. `prompt` is the size of its prompt in tokens as we count them."""

    def __init__(self, model: str, key: str | None, bounds: Bounds, prompt: int) -> None:
        self.prompt, self._key, self._bounds = prompt, key, bounds
        self._reply = Reply(model=model)
        self._thought, self._looked = 0, 0
        self._usage: Usage | None = None
        self._ended: str | None = None
        self._finish: Finish | None = None
        self._reads: float | None = None
        self._writes: float | None = None
        self._started, self._first, self._latest = time.monotonic(), 0.0, 0.0

    @property
    def began(self) -> bool:
        """Whether the model has said or thought anything."""
        return self._first > 0

    @property
    def is_late(self) -> bool:
        """Whether the time of the whole call is up."""
        return time.monotonic() - self._started >= self._bounds.seconds

    @property
    def is_over(self) -> bool:
        """Whether the reply has been ended by its bounds."""
        return self._finish is not None

    @property
    def only_thought(self) -> bool:
        """Whether the model was still thinking when its tokens were used up."""
        thought = self._thought > 0 or self._reply.text.lstrip().startswith("<think")
        return thought and self._end() is Finish.LENGTH and not unwrap(self._reply.text, final=True).strip()

    @property
    def failure(self) -> Failure | None:
        """Why there is no reply, None where there is one."""
        if _CALL.match(self._reply.text):
            return failures.nothing(Finish.TOOLS)
        return None if self._reply.text.strip() else failures.nothing(self._end(), thought=self._thought > 0)

    def told(self, doing: str) -> Reply:
        """Return the reply so far with what is waited for."""
        return replace(self._reply, doing=doing)

    def add(self, chunk: Chunk) -> Reply | None:
        """Take in a chunk; return the reply as it may be shown, None where nothing new is to be seen."""
        self._usage, self._ended = chunk.usage or self._usage, chunk.finish or self._ended
        self._thought += chunk.thought
        self._reads, self._writes = chunk.reads or self._reads, chunk.writes or self._writes
        if chunk.is_word:
            self._latest = time.monotonic()
            self._first = self._first or self._latest
        text = self._reply.text + chunk.text
        self._reply = replace(self._reply, text=text, model=without_key(chunk.model, self._key) or self._reply.model)
        self._hold_to_bounds()
        if chunk.text:
            return replace(self._reply, text=reply_without_key(self._reply.text, self._key, final=False))
        return self.told(chunk.doing) if chunk.doing and not text else None

    def _hold_to_bounds(self) -> None:
        text = self._reply.text
        if len(text) > self._bounds.tokens * CHARACTERS or self._thought > THOUGHTS * CHARACTERS:
            self._finish = Finish.LENGTH
        elif len(text) - self._looked >= _LOOKED_AT:
            self._looked = len(text)
            if (once := without_repetition(text)) is not None:
                self._finish, self._reply = Finish.REPEATED, replace(self._reply, text=once)

    def end(self, finish: Finish) -> None:
        """End the reply with what has come."""
        self._finish = finish

    def last(self, messages: Sequence[ChatMessage]) -> Reply:
        """Return the whole reply."""
        text = reply_without_key(self._reply.text, self._key, final=True)
        return replace(self._reply, text=text, finish=self._end(), usage=self._usage or estimate(messages, text))

    def measured(self, known: Known, *, near: bool) -> Known:
        """Return what is known of the endpoint after this call: its speeds, and how it counts tokens."""
        if self._usage and self._usage.prompt_tokens:
            known = known.was_counted(self.prompt, self._usage.prompt_tokens)
        if (speed := self._reads or self._read_by_the_clock(known, near=near)) is not None:
            known = known.has_read(speed)
        if (speed := self._writes or self._written_by_the_clock()) is not None:
            known = known.has_written(speed)
        return known

    def _read_by_the_clock(self, known: Known, *, near: bool) -> float | None:
        """Return the speed by the time to the first word; None where that tells more of all else than of reading."""
        if self._writes or not self.began or self.prompt < (_LONG_NEAR if near else _LONG):
            return None
        spent = self._first - self._started
        return self.prompt / max(spent, 1e-3) if spent >= _SLOW or known.reads is not None else None

    def _written_by_the_clock(self) -> float | None:
        written = self._usage.completion_tokens if self._usage else 0
        spent = self._latest - self._first
        return written / spent if written >= _WRITTEN and spent > 0.05 else None

    def _end(self) -> Finish:
        return self._finish or read_finish(self._ended)


# ----------------------------------------------------------------------------------------------------
# Saying the same again: small models write pointers without end.

_WATCHED, _LEAST, _TIMES = 900, 160, 3
"""Characters at the end that are looked at; how many must repeat, and how often at least."""
_POINTER = re.compile(r"[\[【]\s?P?\d{1,4}(?:\.\d{1,5})?\s?[\]】]")
_SIGN = "\u0001"
"""What stands for each pointer while repetition is looked for."""
_END = re.compile(r"[.!?](?=\s)|(?=\n)")
_RULE = re.compile(r"[\s|:=_*.-]*")
"""A line across a table, which repeats by its nature."""


def without_repetition(text: str) -> str | None:
    """Return `text` with what it says over and over at its end said once; None where it does not.

    Pointers count as one another: `[P2.4] [P2.5] [P2.6]` repeats.
    """
    watched = text[-3 * _WATCHED :]
    pointers = iter(_POINTER.findall(watched))
    masked = _POINTER.sub(_SIGN, watched)
    backwards = masked[::-1]
    period = _period(backwards[:_WATCHED])
    if period is None:
        return None
    again = len(masked) - _alike(backwards, period)
    # The first time round may end in the midst of a sentence that is like the next one.
    sentence = _END.search(masked, again, min(len(masked), again + period))
    once = masked[: sentence.end() if sentence else again]
    return text[: len(text) - len(watched)] + re.sub(_SIGN, lambda _: next(pointers), once).rstrip()


def _period(backwards: str) -> int | None:
    """Return the shortest length that a text read backwards begins with again and again, long enough; or None."""
    for period in range(1, len(backwards) // _TIMES + 1):
        length = period + _alike(backwards, period)
        pointers = backwards[:length].count(_SIGN)
        is_long = length + 5 * pointers >= _LEAST and length >= _TIMES * period
        if is_long and not _RULE.fullmatch(backwards[:period]):
            return period
    return None


def _alike(text: str, period: int) -> int:
    """Return how far `text` goes on as it did `period` characters before."""
    return sum(takewhile(bool, map(eq, text, text[period:])))
