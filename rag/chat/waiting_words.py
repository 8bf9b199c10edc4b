"""What a person is told while a model is waited for, and of how much it was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.chat.replies import Progress

if TYPE_CHECKING:
    pass

_AT_ONCE = 3.0
"""Seconds up to which a wait needs no words."""


def loading(model: str) -> str:
    """Return what is said while a server loads its model."""
    return f"The server is loading {model} …"


def reading(tokens: int, seconds: float) -> str:
    """Return what is said while a prompt of `tokens` is read, for about `seconds`; nothing for a short wait."""
    if seconds < _AT_ONCE:
        return ""
    return f"Reading {rounded(tokens):,} tokens, first words in about {_seconds(seconds)} …"


def progress(told: Progress) -> str:
    """Return what is said where a server tells how far it has read."""
    left = _left(told)
    if told.done >= told.total or left < 1:
        return f"Read {told.total:,} tokens, writing …"
    return f"Read {told.done:,} of {told.total:,} tokens, first words in about {_seconds(left)} …"


def speeds(reads: float | None, writes: float | None) -> str:
    """Return how fast a model is; empty while nothing is measured."""
    told = [f"{what} {speed:,.0f}" for what, speed in (("reads", reads), ("writes", writes)) if speed]
    return f"{' and '.join(told)} tokens a second" if told else ""


def rounded(tokens: int) -> int:
    """Return a number of tokens as precisely as it is known."""
    return round(tokens, -2) if tokens >= 1000 else round(tokens, -1)


def _left(told: Progress) -> float:
    return told.seconds * (told.total - told.done) / told.fresh if told.fresh and told.seconds else 0.0


def _seconds(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} minutes"
