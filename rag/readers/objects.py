"""The JSON object inside a model's reply. Not handled: JSON with comments, single quotes or trailing commas."""

from __future__ import annotations

import json
from typing import Any

from rag.cite.unwrap import unwrap
from rag.text.controls import without_controls

_TRIES = 20
"""Opening braces that are tried; a reply with more before its object is unreadable."""


def read_object(reply: str) -> dict[str, Any] | None:
    """Return the first JSON object in `reply`, whatever stands around it; None when there is none."""
    text = unwrap(reply, final=True)
    decoder = json.JSONDecoder()
    position = -1
    for _ in range(_TRIES):
        position = text.find("{", position + 1)
        if position < 0:
            return None
        try:
            found, _end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            continue
        return found if isinstance(found, dict) else None
    return None


def text_in(value: object, longest: int) -> str | None:
    """Return `value` as one line of at most `longest` characters; None unless it is a text that says something."""
    if not isinstance(value, str):
        return None
    return " ".join(without_controls(value).split())[:longest] or None
