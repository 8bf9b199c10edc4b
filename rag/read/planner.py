"""A question in its conversation, turned by a model into what to search for. Optional: the rules do it without.

Not handled: filters (dates, pages), which rules read better than models.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.base.errors import ModelFailed
from rag.chat.endpoint import Endpoint
from rag.chat.replies import Bounds, read_object, size, text_in
from rag.nouns import Answer, Query
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


def plan(question: str, history: Sequence[Answer], endpoint: Endpoint) -> Query | None:
    """Return a model's plan for `question`: standing alone, a query for each of its parts, and how far to read.

    None when it fails, is slow, or cannot be read, so that rules apply.
    """
    messages = prompts.messages("plan", history=turns(history), question=neutral_lines(question))
    patience, known = SHARE_OF_PATIENCE * endpoint.timeout, endpoint.known
    takes = (known.seconds_to_read(size(messages)) or 0.0) + (LIKELY / known.writes if known.writes else 0.0)
    if takes > patience:
        return None
    try:
        reply = endpoint.complete(messages, Bounds(TOKENS, patience))
    except ModelFailed:
        return None
    found = read_object(reply.text) or {}
    standalone, queries = text_in(found.get("standalone"), 1_000), found.get("queries")
    if standalone is None or not isinstance(queries, list):
        return None
    texts = [text for query in queries[:MOST_QUERIES] if (text := text_in(query, 300))]
    parts = tuple(dict.fromkeys(texts or [standalone]))
    whole = found.get("whole_library") is True
    return Query(question, standalone, parts=parts, whole_library=whole, usage=reply.usage)
