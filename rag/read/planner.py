"""A question in its conversation, turned by a model into what to search for. Optional: the rules do it without.

Not handled: filters (dates, pages), which rules read better than models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.base.errors import ModelFailed
from rag.chat.bounds import Bounds
from rag.chat.endpoint import Endpoint
from rag.chat.replies import read_object, size, text_in
from rag.nouns import Answer, Usage
from rag.read import prompts
from rag.read.evidence_prompt import neutral_lines
from rag.read.prompts import turns

MOST_QUERIES = 4
SHARE_OF_PATIENCE = 0.25
"""Part of the time to a first token that a plan may take in all."""
TOKENS = 400
"""Tokens that a plan has room for."""
LIKELY = 60
"""Tokens that one usually has."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to search for: the question standing alone, one query for each of its parts, and how far to read.

    `whole_library`: the question lists, counts or compares over all papers, so that the best few are not enough.
    """

    standalone: str
    queries: tuple[str, ...]
    whole_library: bool = False
    usage: Usage = Usage()  # noqa: RUF009 - frozen


def plan(question: str, history: Sequence[Answer], endpoint: Endpoint) -> Plan | None:
    """Return a model's plan for `question`; None when it fails, is slow, or cannot be read, so that rules apply."""
    messages = prompts.messages("plan", history=turns(history), question=neutral_lines(question))
    patience = SHARE_OF_PATIENCE * endpoint.timeout
    if _takes(size(messages), endpoint) > patience:
        return None
    try:
        reply = endpoint.complete(messages, Bounds(TOKENS, patience))
    except ModelFailed:
        return None
    return _read(read_object(reply.text), reply.usage)


def _takes(tokens: int, endpoint: Endpoint) -> float:
    """Return the seconds that a plan takes, as far as is known: 0 before anything was measured."""
    known = endpoint.known
    return (known.seconds_to_read(tokens) or 0.0) + (LIKELY / known.writes if known.writes else 0.0)


def _read(found: dict[str, object] | None, usage: Usage) -> Plan | None:
    if found is None:
        return None
    standalone = text_in(found.get("standalone"), 1_000)
    queries = found.get("queries")
    if standalone is None or not isinstance(queries, list):
        return None
    texts = tuple(text for query in queries[:MOST_QUERIES] if (text := text_in(query, 300)))
    return Plan(standalone, tuple(dict.fromkeys(texts)) or (standalone,), found.get("whole_library") is True, usage)
