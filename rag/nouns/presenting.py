"""How a noun becomes JSON; and how it becomes text, said by `rag.present`, so that nouns know nothing above them."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import singledispatch
from typing import Any


@singledispatch
def to_text(noun: object) -> str:
    """Return a noun as text; what has no way of its own, or came before `rag.present` was imported, as it is."""
    return repr(noun)


def jsonable(value: Any) -> Any:
    """Return a noun, or what nouns hold, in the types of JSON: by its own `to_dict`, else its fields by their names."""
    return json.loads(json.dumps(value, default=lambda n: n.to_dict() if hasattr(n, "to_dict") else by_field(n)))


def by_field(noun: Any) -> dict[str, Any]:
    """Return the fields of a noun by their names, as they are."""
    return {field.name: getattr(noun, field.name) for field in fields(noun)}
