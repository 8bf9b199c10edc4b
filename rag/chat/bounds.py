"""What a reply may come to: tokens, seconds, and saying the same again. Small models write pointers without end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from operator import eq

THOUGHTS = 6_000
"""Tokens that a model may think before it says anything, besides those of its reply."""
CHARACTERS = 6
"""Characters up to which one token is counted, where the endpoint does not count: a reply beyond is surely too long."""
_WATCHED, _LEAST, _TIMES = 900, 160, 3
"""Characters at the end that are looked at; how many must repeat, and how often at least."""
_POINTER = re.compile(r"[\[【]\s?P?\d{1,4}(?:\.\d{1,5})?\s?[\]】]")
_SIGN = "\u0001"
"""What stands for each pointer while repetition is looked for."""
_END = re.compile(r"[.!?](?=\s)|(?=\n)")
_RULE = re.compile(r"[\s|:=_*.-]*")
"""A line across a table, which repeats by its nature."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most tokens of a reply, thoughts apart, and the most seconds of the call, as long as words come."""

    tokens: int
    seconds: float = float("inf")


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
