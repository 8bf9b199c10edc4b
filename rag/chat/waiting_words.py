"""What a person is told while a model is waited for, and of how much it was shown."""

from __future__ import annotations

from typing import Any

_AT_ONCE = 3.0
"""Seconds up to which a wait needs no words."""


def loading(model: str) -> str:
    """Return what is said while a server loads its model."""
    return f"The server is loading {model} …"


def reading(tokens: int, seconds: float) -> str:
    """Return what is said while a prompt of `tokens` is read, for about `seconds`; nothing for a short wait."""
    if seconds < _AT_ONCE:
        return ""
    about = round(tokens, -2) if tokens >= 1000 else round(tokens, -1)
    return f"Reading {about:,} tokens, first words in about {_seconds(seconds)} …"


def progress(told: Any) -> str:
    """Return what is said where llama.cpp tells how far it has read; empty for anything else that it may send."""
    try:
        done, total, cached = (int(told[name]) for name in ("processed", "total", "cache"))
        left = (total - done) * float(told["time_ms"]) / 1000 / (done - cached) if done > cached else 0.0
    except (KeyError, TypeError, ValueError):
        return ""
    if done >= total or left < 1:
        return f"Read {total:,} tokens, writing …"
    return f"Read {done:,} of {total:,} tokens, first words in about {_seconds(left)} …"


def speeds(reads: float | None, writes: float | None) -> str:
    """Return how fast a model is; empty while nothing is measured."""
    told = [f"{what} {speed:,.0f}" for what, speed in (("reads", reads), ("writes", writes)) if speed]
    return f"{' and '.join(told)} tokens a second" if told else ""


def _seconds(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} minutes"
