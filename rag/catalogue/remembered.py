"""What was read from the catalogue and still holds, since nothing has been written in the meantime."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_MOST = 8
"""Readings that are kept: the questions of a conversation often have one filter."""
_Found = TypeVar("_Found")


class Remembered:
    """The last few readings, each with the generation of the catalogue that it is of. Values must not be changed."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[int, Any]] = {}

    def get(self, asked: Hashable, generation: int, read: Callable[[], _Found]) -> _Found:
        """Return what `read` gave for `asked` in this generation, reading where it has not been."""
        known = self._kept.get(asked)
        if known and known[0] == generation:
            found: _Found = known[1]
            return found
        found = read()
        self._kept = dict([*list(self._kept.items())[1 - _MOST :], (asked, (generation, found))])
        return found
