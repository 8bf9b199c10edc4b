"""Amounts in words: `more than five`, `at least 3`, `between two and four`, `exactly twelve`, `10 or more`."""

from __future__ import annotations

import re

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_WORDS = {word: number for number, word in enumerate(_SMALL)} | {
    "no": 0,
    "single": 1,
    "a single": 1,
    "a dozen": 12,
    "dozen": 12,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "a hundred": 100,
    "one hundred": 100,
}
NUMBER = r"(?:\d{1,6}|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_N, _M = rf"(?P<n>{NUMBER})", rf"(?P<m>{NUMBER})"
_SHAPES = tuple(
    (re.compile(shape, re.I), bounds)
    for shape, bounds in (
        (
            rf"(?:at\s+least|a\s+minimum\s+of)\s+{_N}\s*(?:,\s*)?(?:and|but|,)\s+(?:at\s+most|no\s+more\s+than|a\s+maximum\s+of)\s+{_M}",
            lambda n, m: (n, m),
        ),
        (rf"more\s+than\s+{_N}\s+(?:and|but)\s+(?:fewer|less)\s+than\s+{_M}", lambda n, m: (n + 1, m - 1)),
        (rf"(?:between|from)\s+{_N}\s+(?:and|to)\s+{_M}", lambda n, m: (n, m)),
        (rf"{_N}\s*(?:-|\bto\b)\s*{_M}", lambda n, m: (n, m)),
        (rf"(?:not|no)\s+more\s+than\s+{_N}", lambda n, m: (None, n)),
        (rf"(?:not|no)\s+(?:fewer|less)\s+than\s+{_N}", lambda n, m: (n, None)),
        (rf"(?:(?:more|greater|larger|higher)\s+than\s|over|above|>)\s*{_N}", lambda n, m: (n + 1, None)),
        (rf"(?:(?:fewer|less|lower|smaller)\s+than\s|under|below|<)\s*{_N}", lambda n, m: (None, n - 1)),
        (rf"(?:at\s+least|a\s+minimum\s+of|min\.?|>=|≥)\s*{_N}", lambda n, m: (n, None)),
        (rf"(?:at\s+most|up\s+to|a\s+maximum\s+of|max\.?|<=|≤)\s*{_N}", lambda n, m: (None, n)),
        (rf"{_N}\s*(?:\+|or\s+more|or\s+above|or\s+over|and\s+more|and\s+up)", lambda n, m: (n, None)),
        (rf"{_N}\s*(?:or\s+(?:fewer|less)|at\s+most)", lambda n, m: (None, n)),
        (rf"(?:(?:exactly|precisely|only|just)\s+)?{_N}", lambda n, m: (n, n)),
    )
)
AMOUNT = "(?:" + "|".join(re.sub(r"\?P<\w>", "?:", shape.pattern) for shape, _ in _SHAPES) + ")"
"""A pattern without groups that matches an amount."""


def number(text: str) -> int:
    """Return the number that `text` is, in figures or words; ValueError when it is none."""
    plain = " ".join(text.lower().split())
    if plain in _WORDS:
        return _WORDS[plain]
    return int(plain)


def bounds(text: str) -> tuple[int | None, int | None]:
    """Return (least, most) of an amount as `AMOUNT` matches it.

    >>> bounds("more than five"), bounds("2 to 4"), bounds("ten or fewer")
    ((6, None), (2, 4), (None, 10))
    """
    for shape, read in _SHAPES:
        if found := shape.fullmatch(text.strip()):
            said = found.groupdict()
            return read(number(said["n"]), number(said["m"]) if said.get("m") else 0)
    raise ValueError(f"{text!r} is no amount")
