"""A control: the model asked without a library, to see what of an answer it would have known anyway."""

from __future__ import annotations

import time
from typing import Any

from rag.errors import ModelFailed
from rag.readers.prompts import messages

from .chat import Chat
from .questions import Question
from .records import Record

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
