"""How a noun becomes JSON; and how it becomes text, said by `rag.present`, so that nouns know nothing above them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar

N = TypeVar("N")
_WAYS: dict[type, Callable[[Any], str]] = {}


def shown_by(noun: type[N], way: Callable[[N], str]) -> None:
    """Say how nouns of a type are made into text."""
    _WAYS[noun] = way


def shown(noun: object) -> str:
    """Return a noun as text; KeyError where `rag.present` was never imported."""
    return _WAYS[type(noun)](noun)


def jsonable(value: Any) -> Any:
    """Return a noun, or what nouns hold, in the types of JSON: its fields by their names, tuples as lists."""
    if is_dataclass(value):
        return {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: jsonable(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [jsonable(one) for one in value]
    return value.value if isinstance(value, Enum) else value
