"""The prompts, one file of `prompts/` a call, and the conversation so far as a model is shown it.

A file is a `RichPromptTemplate`: it begins with a comment `{# … #}`, which is not sent, and holds a block
`{% chat role="system" %} … {% endchat %}` (the same for every question, so that servers can keep it) and one with
`role="user"`. Values are filled in as they are, never read as templates. Not handled: images.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.base.text.overlap import content_words
from rag.nouns import Answer
from rag.read.evidence_prompt import neutral_lines

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage
    from llama_index.core.prompts import RichPromptTemplate


_INSTALLED = Path(__file__).parents[1] / "prompts"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[2] / "prompts"
"""Within the package where it is installed, beside it in the checkout."""


def messages(name: str, **values: Any) -> list[ChatMessage]:
    """Return the messages of prompt `name`; ValueError unless `values` are exactly its variables.

    The template itself leaves a missing variable blank without a word.
    """
    template = _template(name)
    expected, given = set(template.template_vars), set(values)
    if expected != given:
        raise ValueError(f"prompts/{name}.md takes {sorted(expected)}, not {sorted(given)}")
    return list(template.format_messages(**values))


@lru_cache(maxsize=4)
def example_words(name: str) -> frozenset[str]:
    """Return the content words of the examples in prompt `name`: what stands after the word in its first message."""
    rules = str(messages(name, **dict.fromkeys(_template(name).template_vars, ""))[0].content)
    return frozenset(content_words(rules.partition("\nExample")[2]))


@lru_cache(maxsize=16)
def _template(name: str) -> RichPromptTemplate:
    from llama_index.core.prompts import RichPromptTemplate

    return RichPromptTemplate((FOLDER / f"{name}.md").read_text(encoding="utf-8"))


# ----------------------------------------------------------------------------------------------------
# The conversation so far, as a model is shown it.

TURNS, LONGEST_TURN = 3, 800
"""Earlier questions that a model is shown, and characters of each and of its answer."""

_MARKER = re.compile(r"\s?\[\d{1,3}\]")


def turns(history: Sequence[Answer]) -> list[dict[str, str]]:
    """Return the last questions and answers, without the numbers that belong to the answers' own references."""
    return [_turn(answer) for answer in history[-TURNS:]]


def _turn(answer: Answer) -> dict[str, str]:
    text = _MARKER.sub("", answer.text)[:LONGEST_TURN]
    return {"question": neutral_lines(answer.question)[:LONGEST_TURN], "answer": neutral_lines(text)}
