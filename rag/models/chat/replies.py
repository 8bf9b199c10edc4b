"""A model's reply read chunk by chunk out of llama-index's responses, and the JSON object inside one.

Besides the standard: thoughts (`reasoning_content` of vLLM and llama.cpp, `reasoning` of Ollama), and llama.cpp's
`timings` and `prompt_progress`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rag.base.text.cleaning import without_controls
from rag.cite.scan import unwrap
from rag.models.chat.tokens import count
from rag.nouns import Usage

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage


# ----------------------------------------------------------------------------------------------------
# The JSON object inside a model's reply. Not handled: JSON with comments, single quotes or trailing commas.

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


# ----------------------------------------------------------------------------------------------------


THOUGHTS = 6_000
"""Tokens that a model may think before it says anything, besides those of its reply."""
CHARACTERS = 6
"""Characters up to which one token is counted, where the endpoint does not count: a reply beyond is surely too long."""


@dataclass(frozen=True, slots=True)
class Bounds:
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


_FEWEST_TOKENS = 8
"""Tokens from which a speed is measured."""


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


_AT_ONCE = 3.0
"""Seconds up to which a wait needs no words."""


def reading_in_words(tokens: int, seconds: float) -> str:
    """Return what is said while a prompt of `tokens` is read, for about `seconds`; nothing for a short wait."""
    if seconds < _AT_ONCE:
        return ""
    about = round(tokens, -2) if tokens >= 1000 else round(tokens, -1)
    return f"Reading {about:,} tokens, first words in about {_seconds_in_words(seconds)} …"


def progress_in_words(told: Any) -> str:
    """Return what is said where llama.cpp tells how far it has read; empty for anything else that it may send."""
    try:
        done, total, cached = (int(told[name]) for name in ("processed", "total", "cache"))
        left = (total - done) * float(told["time_ms"]) / 1000 / (done - cached) if done > cached else 0.0
    except (KeyError, TypeError, ValueError):
        return ""
    if done >= total or left < 1:
        return f"Read {total:,} tokens, writing …"
    return f"Read {done:,} of {total:,} tokens, first words in about {_seconds_in_words(left)} …"


def _seconds_in_words(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} minutes"


def read_finish(reason: str | None) -> Finish:
    """Read a finish reason; servers have words of their own, and any unknown one means that the model was done."""
    known = {finish.value: finish for finish in (Finish.LENGTH, Finish.FILTERED, Finish.TOOLS)}
    known |= {"max_tokens": Finish.LENGTH, "function_call": Finish.TOOLS}
    return Finish.CUT if reason is None else known.get(reason, Finish.STOP)


def size(messages: Sequence[ChatMessage]) -> int:
    """Return the tokens of `messages` by our own count."""
    return sum(count(str(message.content or "")) for message in messages)


def estimate(messages: Sequence[ChatMessage], text: str) -> Usage:
    """Return what a call has cost by our own count of tokens."""
    return Usage(size(messages), count(text))
