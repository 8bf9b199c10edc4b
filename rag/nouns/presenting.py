"""How a noun is shown as text, or as a JSON object: said by `rag.present`, so that nouns know nothing above them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

N = TypeVar("N")
T = TypeVar("T")
_WAYS: dict[tuple[type, type], Callable[[Any], Any]] = {}


def shown_by(noun: type[N], form: type[T], way: Callable[[N], T]) -> None:
    """Say how nouns of a type are made into a form: `str`, or `dict` for JSON."""
    _WAYS[noun, form] = way


def presented(noun: object, form: type[T]) -> T:
    """Return a noun in that form; KeyError where `rag.present` was never imported."""
    made: T = _WAYS[type(noun), form](noun)
    return made
