"""What a reply may come to: tokens, seconds, and saying the same again. Small models write pointers without end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

THOUGHTS = 6_000
"""Tokens that a model may think before it says anything, besides those of its reply."""
CHARACTERS = 6
"""Characters up to which one token is counted, where the endpoint does not count: a reply beyond is surely too long."""
_WATCHED, _LEAST, _TIMES = 900, 160, 3
"""Characters at the end that are looked at; how many must repeat, and how often at least."""
_POINTER = re.compile(r"[\[【]\s?P?\d{1,4}(?:\.\d{1,5})?\s?[\]】]")
_END = re.compile(r"[.!?](?=\s)|(?=\n)")
_RULE = re.compile(r"[\s|:=_*.-]*")
"""A line across a table, which repeats by its nature."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most tokens of a reply, thoughts apart, and the most seconds of the call (None: as long as words come)."""

    tokens: int
    seconds: float | None = None


def too_long(text: str, bounds: Bounds) -> bool:
    """Tell whether a reply is beyond its bounds, for endpoints that do not heed them."""
    return len(text) > bounds.tokens * CHARACTERS


def without_repetition(text: str) -> str | None:
    """Return `text` with what it says over and over at its end said once; None where it does not.

    Pointers count as one another: `[P2.4] [P2.5] [P2.6]` repeats.
    """
    watched = text[-3 * _WATCHED :]
    masked, places = _masked(watched)
    period = _period(masked[-_WATCHED:])
    if period is None:
        return None
    once = len(masked) - 1
    while once >= period and masked[once] == masked[once - period]:
        once -= 1
    # The first time round may end in the midst of a sentence that is like the next one.
    sentence = _END.search(masked, once + 1, min(len(masked), once + 1 + period))
    kept = places[sentence.end() if sentence else once + 1]
    return text[: len(text) - len(watched)] + watched[:kept].rstrip()


def _masked(text: str) -> tuple[str, list[int]]:
    """Return `text` with each pointer as one sign, and where each character of that stands in `text`."""
    signs: list[str] = []
    places: list[int] = []
    position = 0
    for found in [*_POINTER.finditer(text), None]:
        end = found.start() if found else len(text)
        signs += text[position:end]
        places += range(position, end)
        if found:
            signs.append("\u0001")
            places.append(found.start())
            position = found.end()
    places.append(len(text))
    return "".join(signs), places


def _period(tail: str) -> int | None:
    """Return the shortest length that the end of `tail` repeats, often and long enough; None without one.

    By the failure function of Knuth, Morris and Pratt (1977) over the reversed text.
    """
    text = tail[::-1]
    failure = [0] * len(text)
    for i in range(1, len(text)):
        k = failure[i - 1]
        while k and text[i] != text[k]:
            k = failure[k - 1]
        failure[i] = k + (text[i] == text[k])
        period, length = i + 1 - failure[i], i + 1
        pointers = text[:length].count("\u0001")
        if length + 5 * pointers >= _LEAST and length >= _TIMES * period and not _RULE.fullmatch(text[:period]):
            return period
    return None
