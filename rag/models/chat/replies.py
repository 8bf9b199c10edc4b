"""A model's reply as its chunks come in, up to its bounds or until it repeats itself, and the JSON object inside one.

Read out of llama-index's responses. Besides the standard: thoughts (`reasoning_content` of vLLM and llama.cpp,
`reasoning` of Ollama), and llama.cpp's `timings` and `prompt_progress`. Not handled: JSON with comments, single quotes
or trailing commas.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile
from operator import eq
from typing import Any

from rag.base.text.cleaning import without_controls
from rag.cite.scan import unwrap
from rag.models.chat.profile import THOUGHTS, EndpointProfile, progress_in_words
from rag.models.chat.tokens import count
from rag.models.failures import SHORTEST_SECRET, Failure, FailureKind, without_key
from rag.nouns import Usage

CHARACTERS = 6
"""Characters up to which one token is counted, where the endpoint does not count: a reply beyond is surely too long."""
_FEWEST_TOKENS = 8
"""Tokens from which a speed is measured."""
_FEWEST_HELD_BACK = 4
"""Characters of the key that may end a growing reply before they are held back."""


@dataclass(frozen=True, slots=True)
class ReplyLimits:
    """The most tokens of a reply, thoughts apart, and the most seconds of the call, as long as words come."""

    tokens: int
    seconds: float = float("inf")


class Finish(StrEnum):
    """Why a reply ended. CUT: the connection ended before the model said that it was done; LATE: its time was up."""

    STOP = "stop"
    LENGTH = "length"
    REPEATED = "repeated"
    LATE = "late"
    FILTERED = "content_filter"
    TOOLS = "tool_calls"
    CUT = "cut"


_ALSO_CALLED = {"max_tokens": Finish.LENGTH, "function_call": Finish.TOOLS}
_TOLD = {finish.value: finish for finish in (Finish.LENGTH, Finish.FILTERED, Finish.TOOLS)} | _ALSO_CALLED
"""Reasons of an end that servers tell; any other one means that the model was done."""
_NOTHING = {Finish.TOOLS: "it called a tool", Finish.LENGTH: "its length limit was reached", Finish.CUT: "it broke off"}
"""Why there is no text."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply so far: `finish` is None while it grows. `usage` is estimated where the endpoint does not count.

    `doing` tells a person what is waited for, while there is no text.
    """

    text: str = ""
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    finish: Finish | None = None
    doing: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What matters of one chunk of a stream.

    `thought`: characters of thoughts sent apart from the text; `reads` and `writes`: tokens a second, as the endpoint
    measured them.
    """

    text: str = ""
    thought: int = 0
    model: str = ""
    finish: str | None = None
    usage: Usage | None = None
    reads: float | None = None
    writes: float | None = None
    doing: str = ""

    @property
    def is_word(self) -> bool:
        """Whether the chunk is a sign of a model at work on its reply, and not of a server."""
        return bool(self.text or self.thought or self.finish)


def read_chunk(response: Any) -> Chunk:
    """Take what matters out of a llama-index `ChatResponse`."""
    raw = response.raw
    choice = raw.choices[0] if raw.choices else None
    used = getattr(raw, "usage", None)
    return Chunk(
        text=response.delta or "",
        thought=len(response.additional_kwargs.get("thinking_delta") or _thought(choice)),
        model=str(getattr(raw, "model", "") or ""),
        finish=getattr(choice, "finish_reason", None),
        usage=Usage(used.prompt_tokens or 0, used.completion_tokens or 0) if used else None,
        reads=_speed(getattr(raw, "timings", None), "prompt"),
        writes=_speed(getattr(raw, "timings", None), "predicted"),
        doing=progress_in_words(getattr(raw, "prompt_progress", None)),
    )


def _thought(choice: Any) -> str:
    delta = getattr(choice, "delta", None)
    found = getattr(delta, "reasoning", None) or getattr(delta, "thinking", None)
    return found if isinstance(found, str) else ""


def _speed(told: Any, what: str) -> float | None:
    if not isinstance(told, dict):
        return None
    count, milliseconds = told.get(f"{what}_n"), told.get(f"{what}_ms")
    if not isinstance(count, int) or not isinstance(milliseconds, int | float):
        return None
    return 1000 * count / milliseconds if count >= _FEWEST_TOKENS and milliseconds > 0 else None


# ----------------------------------------------------------------------------------------------------

_LOOKED_AT = 120
"""Characters by which a reply grows before it is looked at for repetition."""
_LONG, _LONG_NEAR = 2_000, 200
"""Tokens of a prompt from which the clock tells how fast it was read: of any endpoint, and of one nearby."""
_SLOW = 2.0
"""Seconds to a first word from which a model is slow enough for its speed to matter."""
_WRITTEN = 16
"""Tokens of a reply from which the clock tells how fast it was written."""
_CALL = re.compile(r"\s*(?:<tool_call>|<function=|\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_call)")


@dataclass(slots=True)
class Growing:
    """The state of one call. `prompt` is the size of its prompt in tokens as we count them.

    `first` and `latest`: when words or thoughts came, 0 before any; `finish`: set by the bounds, or by who waits.
    """

    model: str
    key: str | None
    bounds: ReplyLimits
    prompt: int
    text: str = ""
    thought: int = 0
    finish: Finish | None = None
    usage: Usage | None = None
    started: float = field(default_factory=time.monotonic)
    first: float = 0.0
    latest: float = 0.0
    _ended: str | None = None
    _reads: float | None = None
    _writes: float | None = None
    _looked: int = 0

    @property
    def is_late(self) -> bool:
        """Whether the time of the whole call is up."""
        return time.monotonic() - self.started >= self.bounds.seconds

    @property
    def only_thought(self) -> bool:
        """Whether the model was still thinking when its tokens were used up."""
        thought = self.thought > 0 or self.text.lstrip().startswith("<think")
        return thought and self._end() is Finish.LENGTH and not unwrap(self.text, final=True).strip()

    @property
    def failure(self) -> Failure | None:
        """Why there is no reply, None where there is one."""
        calls = _CALL.match(self.text) is not None
        if self.text.strip() and not calls:
            return None
        finish = Finish.TOOLS if calls else self._end()
        if finish is Finish.FILTERED:
            return Failure(FailureKind.FILTERED)
        if self.thought and finish in (Finish.STOP, Finish.LENGTH):
            ended = " until its length limit was reached" if finish is Finish.LENGTH else ""
            return Failure(FailureKind.EMPTY, message=f"it only thought{ended}")
        return Failure(FailureKind.EMPTY, message=_NOTHING.get(finish, ""))

    def add(self, chunk: Chunk) -> Reply | None:
        """Take in a chunk; return the reply as it may be shown, None where nothing new is to be seen."""
        self.usage, self._ended = chunk.usage or self.usage, chunk.finish or self._ended
        self._reads, self._writes = chunk.reads or self._reads, chunk.writes or self._writes
        self.thought += chunk.thought
        if chunk.is_word:
            self.latest = time.monotonic()
            self.first = self.first or self.latest
        self.text += chunk.text
        self.model = without_key(chunk.model, self.key) or self.model
        self._hold_to_bounds()
        if chunk.text:
            return Reply(self._shown(final=False), self.model)
        return Reply(self.text, self.model, doing=chunk.doing) if chunk.doing and not self.text else None

    def _hold_to_bounds(self) -> None:
        if len(self.text) > self.bounds.tokens * CHARACTERS or self.thought > THOUGHTS * CHARACTERS:
            self.finish = Finish.LENGTH
        elif len(self.text) - self._looked >= _LOOKED_AT:
            self._looked = len(self.text)
            if (once := without_repetition(self.text)) is not None:
                self.finish, self.text = Finish.REPEATED, once

    def last(self) -> Reply:
        """Return the whole reply."""
        text = self._shown(final=True)
        return Reply(text, self.model, self.usage or Usage(self.prompt, count(text)), self._end())

    def _shown(self, *, final: bool) -> str:
        """Return the text without the key; until it is final, also without an end that may yet become the key."""
        key = self.key
        if not key or len(key) < SHORTEST_SECRET:
            return self.text
        text = without_key(self.text, key)
        for length in () if final else range(min(len(key), len(text)), _FEWEST_HELD_BACK - 1, -1):
            if text.endswith(key[:length]):
                return text[:-length]
        return text

    def measured(self, known: EndpointProfile, *, near: bool) -> EndpointProfile:
        """Return what is known of the endpoint after this call: its speeds, and how it counts tokens."""
        if self.usage and self.usage.prompt_tokens:
            known = known.was_counted(self.prompt, self.usage.prompt_tokens)
        if (speed := self._reads or self._read_by_the_clock(known, near=near)) is not None:
            known = known.has_read(speed)
        if (speed := self._writes or self._written_by_the_clock()) is not None:
            known = known.has_written(speed)
        return known

    def _read_by_the_clock(self, known: EndpointProfile, *, near: bool) -> float | None:
        """Return the speed by the time to the first word; None where that tells more of all else than of reading."""
        if self._writes or not self.first or self.prompt < (_LONG_NEAR if near else _LONG):
            return None
        spent = self.first - self.started
        return self.prompt / max(spent, 1e-3) if spent >= _SLOW or known.reads is not None else None

    def _written_by_the_clock(self) -> float | None:
        written = self.usage.completion_tokens if self.usage else 0
        spent = self.latest - self.first
        return written / spent if written >= _WRITTEN and spent > 0.05 else None

    def _end(self) -> Finish:
        return self.finish or (Finish.CUT if self._ended is None else _TOLD.get(self._ended, Finish.STOP))


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


# ----------------------------------------------------------------------------------------------------
# The JSON object inside a reply.

_TRIES = 20
"""Opening braces that are tried; a reply with more before its object is unreadable."""


def read_object(reply: str) -> dict[str, Any] | None:
    """Return the first JSON object in `reply`, whatever stands around it; None when there is none."""
    text = unwrap(reply, final=True)
    decoder = json.JSONDecoder()
    position = -1
    for _ in range(min(_TRIES, text.count("{"))):
        position = text.find("{", position + 1)
        try:
            found, _end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            continue
        return found if isinstance(found, dict) else None
    return None


def text_in(value: object, longest: int) -> str | None:
    """Return `value` as one line of at most `longest` characters; None unless it is a text that says something."""
    if not isinstance(value, str):
        return None
    return " ".join(without_controls(value).split())[:longest] or None
