"""An answer as one Markdown text with its references, for programs that show text and nothing else.

It is `answer_to_markdown`, but for the markers: `[1]` stays as it is, so that it can be read where Markdown is not
shown, and is no link where it is. While an answer grows, only whole words are told, so that what was told stands.
"""

from __future__ import annotations

import re

from rag.nouns import Answer
from rag.present import answer_to_markdown, text_to_markdown

_MARKER = re.compile(r"\\\[(\d{1,4})\\\](?![(\[:])")
_LAST_WORD = re.compile(r"\S*\Z")


def whole(answer: Answer) -> str:
    """Return the answer with its references, related titles, marked sentences and notes."""
    return _with_markers(answer_to_markdown(answer)).strip()


def so_far(answer: Answer) -> str:
    """Return what can be told of a growing answer: its words but for the last, which may not be whole."""
    return _with_markers(text_to_markdown(_LAST_WORD.sub("", answer.text).rstrip()))


def _with_markers(text: str) -> str:
    return _MARKER.sub(r"[\1]", text)
