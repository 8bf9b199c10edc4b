"""A model asked without a library, to see what of an answer it would have known anyway; and one request to a model."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rag.base.errors import ModelFailed
from rag.base.settings import Settings
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import Bounds
from rag.read.prompts import messages

from .questions import Question
from .records import Record

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage


# ----------------------------------------------------------------------------------------------------
# One request to a model and its reply's text: for judging, and for asking without a library.

TOKENS = 4_000
"""Tokens that a reply has room for."""
Chat = Callable[[Sequence["ChatMessage"]], str]
"""From the messages of a prompt to the reply's text; raises ModelFailed."""


def open_chat(settings: Settings) -> Chat:
    """Return a way to ask the model that is set; UsageError where none is."""
    endpoint = Endpoint.from_settings(settings)
    return lambda messages: endpoint.complete(messages, Bounds(TOKENS)).text


# ----------------------------------------------------------------------------------------------------

UNKNOWN = "UNKNOWN"


def ask_closed_book(question: Question, chat: Chat) -> Record:
    """Return the model's own answer as a record: no papers, no citations; UNKNOWN is an abstention."""
    start = time.perf_counter()
    try:
        reply = chat(messages("closed_book", question=question.question)).strip()
    except ModelFailed as error:
        return Record(question.id, wall_s=time.perf_counter() - start, error=str(error))
    return Record(question.id, answer=_answer(question, reply), wall_s=time.perf_counter() - start)


def _answer(question: Question, reply: str) -> dict[str, Any]:
    unknown = reply.strip(" .").upper() == UNKNOWN
    told = {"status": "abstained", "reason": "not_in_library", "text": ""} if unknown else {"text": reply}
    empty: dict[str, Any] = {"citations": [], "claims": [], "related": [], "evidence": [], "warnings": []}
    return {"question": question.question, "status": "answered", "reason": None, **empty, **told}
