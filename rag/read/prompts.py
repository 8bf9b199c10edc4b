"""The prompts, one file of `prompts/` a call, and the conversation and the papers as a model is shown them.

A file is a `RichPromptTemplate`: it begins with a comment `{# … #}`, which is not sent, and holds a block
`{% chat role="system" %} … {% endchat %}` (the same for every question, so that servers can keep it) and one with
`role="user"`. Values are filled in as they are, never read as templates. Not handled: images.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.base.text.cleaning import without_controls
from rag.base.text.overlap import content_words
from rag.cite.pointers import parse_pointers
from rag.models.chat.tokens import count
from rag.nouns import Answer, Paper, Passage

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

MARKER = re.compile(r"\s?\[\d{1,3}\]")
"""A number of an answer's own references."""


def turns(history: Sequence[Answer]) -> list[dict[str, str]]:
    """Return the last questions and answers, without the numbers that belong to the answers' own references."""
    return [
        {
            "question": neutral_lines(answer.question)[:LONGEST_TURN],
            "answer": neutral_lines(MARKER.sub("", answer.text)[:LONGEST_TURN]),
        }
        for answer in history[-TURNS:]
    ]


# ----------------------------------------------------------------------------------------------------
# Passages as the text that a model is shown: papers P1, P2, … with a pointer before each sentence.
#
#     P1 · The paper's title
#     [P1.0] Date: 2025-08-22. Number of authors: 3.
#     [P1.1] The abstract's first sentence.
#
# What is shown is not always what is stored: in it nothing looks like a pointer of ours, a turn of the conversation or
# a line of its own. Quotes come from the catalogue. Not handled: the meaning of a sentence that gives orders; that is
# left to the prompt and to the audit.

_BRACKET = re.compile(r"[\[【［〔]([^\[\]【】［］〔〕\n]{1,60})[\]】］〕]")
_TURN = re.compile(r"<(?=[/|｜]?[A-Za-z_|｜][^<>\n]{0,40}>)|<(?=<[A-Z/]{2,8}>>)")
_COMMAND = re.compile(r"\[(/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|gMASK|sop|BOS|EOS))\]", re.I)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a model is shown: `passages[0]` is P1. `tokens` is the size of `text`."""

    text: str
    passages: tuple[Passage, ...]
    tokens: int


def show(passages: Sequence[Passage], budget: int) -> Evidence:
    """Return as many whole papers as fit into `budget` tokens, in order; of a first one too long, its beginning."""
    blocks: list[str] = []
    kept: list[Passage] = []
    tokens = 0
    for passage in passages:
        block = shown_paper(passage.paper, len(kept) + 1)
        size = count(block)
        if tokens + size > budget:
            if kept or passage is not passages[-1]:
                continue
            lines = block.splitlines(keepends=True)
            ends = accumulate(map(count, lines))
            block = "".join(line for line, end in zip(lines, ends, strict=True) if end <= budget) or lines[0]
            size = count(block)
        blocks.append(block)
        kept.append(passage)
        tokens += size
    return Evidence("\n".join(blocks), tuple(kept), tokens)


def shown_paper(paper: Paper, number: int) -> str:
    """Return one paper as a model is shown it, under its number."""
    summary = " (a one-line summary, no abstract)" if paper.abstract_is_summary else ""
    lines = [f"P{number} · {neutral(paper.title)}{summary}"]
    lines += [f"[P{number}.{index}] {neutral(paper.sentence(index))}" for index in range(len(paper.sentences) + 1)]
    return "\n".join(lines) + "\n"


def neutral(text: str) -> str:
    """Return `text` on one line, without what could pass for a pointer, a turn or a command to a model's server."""
    return neutral_lines(" ".join(text.split()))


def neutral_lines(text: str) -> str:
    """Return `text` as `neutral` does, with its lines kept: for what a person wrote."""
    text = _COMMAND.sub(r"(\1)", without_controls(text))
    return _BRACKET.sub(_without_pointer, _TURN.sub("< ", text))


def _without_pointer(bracket: re.Match[str]) -> str:
    parsed = parse_pointers(bracket[1])
    return f"({bracket[1]})" if parsed and parsed.labelled else bracket[0]
