"""Reads `word_lists.toml`: stop words, words of asking, abbreviations, words for numbers, families of models."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

_LETTERS = r"\w*"


def word_list(name: str) -> tuple[str, ...]:
    """Return the words of a list, in its order."""
    return _split(_lists()[name])


def word_table(name: str) -> dict[str, tuple[str, ...]]:
    """Return the lists of a table by their keys."""
    return {key: _split(value) for key, value in _lists()[name].items()}


def word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return what matches one of `words`: `*` stands for letters, brackets for what they do in a pattern."""
    return re.compile(rf"\b(?:{'|'.join(word.replace('*', _LETTERS) for word in words)})\b", re.I)


def _split(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("word_lists.toml").read_text(encoding="utf-8"))


# ----------------------------------------------------------------------------------------------------
# The months, by their English names or the first letters of these.

_MONTHS = tuple(name[:3] for name in word_list("months"))
MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in word_list('months'))}|sept)\.?"
"""A pattern without groups that matches a month, in lower case."""


def month_number(name: str) -> int:
    """Return the number of the month that `name` begins with, as `MONTH` matches it.

    >>> month_number("Sept."), month_number("may")
    (9, 5)
    """
    return _MONTHS.index(name[:3].lower()) + 1
