"""How an endpoint is asked (temperature, options it refuses), and what is learnt of it: its window, its speed.

Found out once, learnt from every call, and kept with the endpoint. What it refuses is left out from then on: newer
models of OpenAI take no temperature and no `max_tokens`, some servers no options of a stream and no schema, and the
chat templates of some small models no system message. Not handled: refusals that do not say what they refuse, but for a
schema, which is then the likeliest; an endpoint whose model is exchanged while it is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

_TEMPERATURE = 0.1  # low, for faithfulness; not 0, at which small reasoning models run in circles
THOUGHTS = 6_000
"""Tokens that a model may think before it says anything, besides those of its reply."""
_SCHEMA = "response_format"
_NO_SYSTEM = re.compile(r"system (?:role|message)|only user and assistant roles|roles must alternate", re.I)
_ALSO_CALLED = {_SCHEMA: ("json_schema", "json schema", "grammar"), "stream_options": ("include_usage",)}
_EXTRA = ("return_progress", "chat_template_kwargs")
"""Parameters that the openai client does not know, and passes on all the same."""
WINDOW = 32_000
"""Tokens that a model is taken to read where nothing tells."""
_KEPT = 3
"""Measurements of a speed that are kept; the one in the middle counts, since a server may have read a prompt before."""
_DENSEST = 2.0
"""Tokens of a model to one of ours, beyond which a count is taken to be of something else."""
_SURE = 200
"""Tokens of a prompt from which its count tells how dense a model's tokens are."""
SHARE_OF_PATIENCE = 0.8
"""Part of the time to a first word that a prompt may take to be read."""


@dataclass(frozen=True, slots=True)
class EndpointProfile:
    """`window` in tokens, `parameters` in billions, `density` the model's tokens to one of ours; speeds in its own."""

    window: int | None = None
    parameters: float | None = None
    density: float = 1.0
    reading: tuple[float, ...] = ()
    writing: tuple[float, ...] = ()
    reads_at_most: float | None = None
    """The speed that a prompt which timed out has shown not to be reached, until something is measured."""
    thinks: bool = False
    tells_progress: bool = False
    """Whether it tells how much of a prompt is read, when it is asked to."""
    refused: frozenset[str] = frozenset()
    """The optional parameters that it has refused."""
    takes_system: bool = True

    @property
    def reads(self) -> float | None:
        """Tokens of a prompt that are read in a second, None before anything tells."""
        if self.reading:
            return median(self.reading)
        return None if self.reads_at_most is None else self.reads_at_most / 2

    @property
    def writes(self) -> float | None:
        """Tokens of a reply that are written in a second."""
        return median(self.writing) if self.writing else None

    @property
    def room(self) -> int:
        """The window in tokens as we count them."""
        return int((self.window or WINDOW) / self.density)

    def readable(self, seconds: float) -> int | None:
        """Return how many tokens, as we count them, are read while `seconds` are waited for a first word."""
        return None if self.reads is None else int(SHARE_OF_PATIENCE * seconds * self.reads / self.density)

    def seconds_to_read(self, tokens: int) -> float | None:
        """Return how long a prompt of `tokens`, as we count them, takes to be read."""
        return None if self.reads is None else tokens * self.density / self.reads

    def options(self, tokens: int, prompt: int, schema: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the arguments of a call of the openai client, without those refused.

        `tokens`: the most of a reply, thoughts apart; `prompt`: its size; `schema`: of the JSON that is asked for.
        """
        most = tokens + (THOUGHTS if self.thinks else 0)
        left = int((self.room - prompt) * self.density) if self.window else most
        described = {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": schema}}
        wanted = {
            "temperature": _TEMPERATURE,
            "stream_options": {"include_usage": True},
            "max_tokens": max(1, min(most, left)),
            _SCHEMA: described if schema else None,
            "return_progress": self.tells_progress or None,
            "reasoning_effort": "none" if self.thinks else None,
            "chat_template_kwargs": {"enable_thinking": False} if self.thinks else None,
        }
        taken = {name: value for name, value in wanted.items() if name not in self.refused and value is not None}
        extra = {name: taken.pop(name) for name in _EXTRA if name in taken}
        return taken | ({"extra_body": extra} if extra else {})

    def without(self, message: str, options: Mapping[str, Any]) -> EndpointProfile:
        """Return what is known after `message` refused some of the `options`; itself where it names none."""
        sent = {*options, *options.get("extra_body", ())} - {"extra_body"}
        named = {name for name in sent if any(word in message for word in (name, *_ALSO_CALLED.get(name, ())))}
        if named:
            return replace(self, refused=self.refused | named)
        if self.takes_system and _NO_SYSTEM.search(message):
            return replace(self, takes_system=False)
        return replace(self, refused=self.refused | {_SCHEMA}) if _SCHEMA in sent else self

    def messages(self, messages: Sequence[ChatMessage]) -> list[ChatMessage]:
        """Return `messages` as they are sent: all in one of the user's where there is no system message."""
        if self.takes_system:
            return list(messages)
        blocks = [block for message in messages for block in message.blocks]
        return [messages[-1].model_copy(update={"blocks": blocks})]

    def has_read(self, speed: float) -> EndpointProfile:
        """Return what is known after a prompt was read at `speed`."""
        return replace(self, reading=(*self.reading, speed)[-_KEPT:], reads_at_most=None)

    def has_written(self, speed: float) -> EndpointProfile:
        """Return what is known after a reply was written at `speed`."""
        return replace(self, writing=(*self.writing, speed)[-_KEPT:])

    def was_silent(self, tokens: int, seconds: float) -> EndpointProfile:
        """Return what is known after `tokens` were not read in `seconds`."""
        speed = tokens * self.density / seconds
        if self.reads is not None and self.reads <= speed:
            return self
        return replace(self, reading=(), reads_at_most=speed)

    def was_counted(self, ours: int, theirs: int) -> EndpointProfile:
        """Return what is known after a prompt of `ours` tokens was counted as `theirs` by the model's own tokenizer."""
        density = theirs / ours if ours >= _SURE else 0.0
        return replace(self, density=max(self.density, density)) if 1.0 < density <= _DENSEST else self

    def did_not_fit(self, window: int | None) -> EndpointProfile:
        """Return what is known after a prompt was refused by a window, of `window` tokens where that was told."""
        return self if window is None else replace(self, window=min(window, self.window or window))


# ----------------------------------------------------------------------------------------------------
# What a person is told.

_AT_ONCE = 3.0
"""Seconds up to which a wait needs no words."""


def speeds(reads: float | None, writes: float | None) -> str:
    """Return how fast a model is; empty while nothing is measured."""
    told = [f"{what} {speed:,.0f}" for what, speed in (("reads", reads), ("writes", writes)) if speed]
    return f"{' and '.join(told)} tokens a second" if told else ""


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
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} minutes"
