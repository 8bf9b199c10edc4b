"""The conversation so far, as a model is shown it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.nouns import Answer
from rag.readers.shown import neutral_lines

TURNS, LONGEST_TURN = 3, 800
"""Earlier questions that a model is shown, and characters of each and of its answer."""

_MARKER = re.compile(r"\s?\[\d{1,3}\]")


def turns(history: Sequence[Answer]) -> list[dict[str, str]]:
    """Return the last questions and answers, without the numbers that belong to the answers' own references."""
    return [_turn(answer) for answer in history[-TURNS:]]


def _turn(answer: Answer) -> dict[str, str]:
    text = _MARKER.sub("", answer.text)[:LONGEST_TURN]
    return {"question": neutral_lines(answer.question)[:LONGEST_TURN], "answer": neutral_lines(text)}
