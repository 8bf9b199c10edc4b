"""OpenAI's chat protocol: the library as a model, for any program that can be given a base address.

    GET  /v1/models                 one model, `abstract-qa`
    POST /v1/chat/completions       whole, or streamed with "stream": true

The last message is the question, and must be the user's; the user's earlier ones are the conversation. The reply is
Markdown with `[1]` markers and their references. Beyond the protocol, `abstract_qa` holds the whole answer, as
`ask --json` writes it (streamed: in the last chunk that has a choice), and a request may carry `k`, `since`, `until`
and `page`.
Taken and passed over: system messages, what the assistant is said to have said, tools, and how to sample: the library
has one answer. Not handled: images and files in messages, several choices, the newer /v1/responses.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from rag.base.timeouts import in_thread
from rag.nouns import Answer, Reason
from rag.present import answer_to_markdown, prose_to_markdown
from rag.present.blocks import papers_words, prose, settled
from rag.serve.failures import RequestRefused, error_body

if TYPE_CHECKING:
    from rag.library import Library


# ----------------------------------------------------------------------------------------------------
# Questions from programs: what they may carry, and the conversation that a list of messages amounts to.
#
# A program sends its whole conversation every time. The answers given before are remembered by the questions that led
# to them and by what bounded them, so that a follow-up costs one answer, and is never understood by one that others
# asked for with bounds of theirs; those that were forgotten are answered again, as for the command line. Not handled:
# what a program wrote into the assistant's messages. They are not evidence, and are passed over.

_REMEMBERED = 256
"""Answers kept for follow-ups."""
_EARLIER = 8
"""Earlier questions that a conversation is understood by; what was asked before them is no longer meant."""


class Bounds(BaseModel):
    """Which papers an answer may look at."""

    k: int | None = Field(None, ge=1, le=400, description="papers to retrieve (default 25)")
    since: str | None = Field(None, description="only papers from this date on: 2025, 2025-08 or 2025-08-22")
    until: str | None = Field(None, description="only papers up to this date")
    page: str | None = Field(None, description="only papers seen on this page (its file's name without ending)")


class ChatSessions:
    """One library's answers to programs, and those it gave lately."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._given: dict[tuple[Any, ...], Answer] = {}
        """Answers by the bounds of a question, and it with those before it; the latest last."""

    async def ask(self, questions: Sequence[str], bounds: Bounds) -> Answer:
        """Return the answer to the last of `questions`, the others being those before it."""
        return [answer async for answer in self.stream(questions, bounds)][-1]

    async def stream(self, questions: Sequence[str], bounds: Bounds) -> AsyncIterator[Answer]:
        """Yield the growing answer to the last of `questions`."""
        asked = tuple(questions[-_EARLIER - 1 :])
        bounded = bounds.model_dump(include=set(Bounds.model_fields))
        key = tuple(bounded.values())

        def answers() -> Iterator[Answer]:
            history = [self._given.get((*key, *asked[:end]), asked[end - 1]) for end in range(1, len(asked))]
            yield from self.library.stream(asked[-1], history=history, **bounded)

        async for answer in in_thread(answers):
            if answer.final:
                self._given.pop((*key, *asked), None)
                self._given[*key, *asked] = answer
                if len(self._given) > _REMEMBERED:
                    del self._given[next(iter(self._given))]
            yield answer


# ----------------------------------------------------------------------------------------------------
# An answer as one Markdown text with its references, for programs that show text and nothing else.
#
# It is `answer_to_markdown`, but for the markers: `[1]` stays as it is, so that it can be read where Markdown is not
# shown, and is no link where it is. While an answer grows, only whole words are told, so that what was told stands.

_MARKER = re.compile(r"\\\[(\d{1,4})\\\](?![(\[:])")
_LAST_WORD = re.compile(r"\S*\Z")


def whole(answer: Answer) -> str:
    """Return the answer with its references, related titles, marked sentences and notes."""
    return _with_markers(answer_to_markdown(answer)).strip()


def so_far(answer: Answer) -> str:
    """Return what can be told of a growing answer: its words but for the last, which may not be whole."""
    text = settled(_LAST_WORD.sub("", prose(answer)))
    return _with_markers(prose_to_markdown(text, papers_words(answer)))


def _with_markers(text: str) -> str:
    return _MARKER.sub(r"[\1]", text)


# ----------------------------------------------------------------------------------------------------

MODEL = "abstract-qa"


class Part(BaseModel):
    """One part of a message's content."""

    type: str
    text: str = ""


class Message(BaseModel):
    """One message of a conversation."""

    role: str
    content: str | list[Part] | None = None

    def words(self) -> str:
        """Return what it says; Refused where it is more than text."""
        if not isinstance(self.content, list):
            return self.content or ""
        if other := [part.type for part in self.content if part.type != "text"]:
            raise RequestRefused(
                f"A message holds a part of type {other[0]!r}: only text can be read.", param="messages"
            )
        return "\n".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    """What a stream is to hold besides the reply."""

    include_usage: bool = False


class ChatRequest(Bounds):
    """A request for a reply."""

    model: str = Field(description=f"`{MODEL}`, the one model that /v1/models lists")
    messages: list[Message] = Field(description="the conversation, the question last")
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = 1

    def questions(self) -> list[str]:
        """Return the user's messages, oldest first; Refused where the last of all is not a question of theirs."""
        if self.model != MODEL:
            raise _unknown(self.model)
        if self.n not in (None, 1):
            raise RequestRefused(f"n is {self.n}: a question has one answer here.", param="n")
        last = self.messages[-1].role if self.messages else None
        if last != "user":
            said = f"The last message is of the role {last!r}" if last else "There is no message"
            raise RequestRefused(f"{said}: end with the question, of the role 'user'.", param="messages")
        *earlier, question = (message.words() for message in self.messages if message.role == "user")
        return [*filter(str.strip, earlier), question]


def routes(conversations: ChatSessions) -> APIRouter:
    """Return the routes of the protocol."""
    router = APIRouter(prefix="/v1", tags=["OpenAI's protocol"])

    @router.get("/models", summary="List the one model")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [_MODEL]}

    @router.get("/models/{name}", summary="Describe the model")
    async def model(name: str) -> dict[str, Any]:
        if name != MODEL:
            raise _unknown(name)
        return _MODEL

    @router.post("/chat/completions", summary="Reply to a conversation, whole or streamed", response_model=None)
    async def chat(request: ChatRequest) -> dict[str, Any] | StreamingResponse:
        questions = request.questions()
        if request.stream:
            return StreamingResponse(_events(conversations, request, questions), media_type="text/event-stream")
        answer = await conversations.ask(questions, request)
        choice = {
            "index": 0, "message": {"role": "assistant", "content": whole(answer), "refusal": None},
            "logprobs": None, "finish_reason": _finish(answer),
        }  # fmt: skip
        return {
            **_head("chat.completion"), "choices": [choice], "usage": _usage(answer), "abstract_qa": answer.to_dict(),
        }  # fmt: skip

    return router


_MODEL = {"id": MODEL, "object": "model", "created": 0, "owned_by": "abstract-qa"}


def _unknown(name: str) -> RequestRefused:
    said = f"There is no model {name[:80]!r} here. The one model is {MODEL!r}."
    return RequestRefused(said, status=404, param="model", code="model_not_found")


async def _events(conversations: ChatSessions, request: ChatRequest, questions: list[str]) -> AsyncIterator[str]:
    """Yield the events of a stream; a failure on the way is an event too, since the status has been sent."""
    head = _head("chat.completion.chunk")
    asks_usage = bool(request.stream_options and request.stream_options.include_usage)
    told = ""

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event({**head, "choices": [choice], **({"usage": None} if asks_usage else {}), **more})

    try:
        yield chunk({"role": "assistant", "content": ""})
        async for answer in conversations.stream(questions, request):
            if answer.doing:  # what is there may yet change its place
                continue
            text = whole(answer) if answer.final else so_far(answer)
            if more := _following(told, text, final=answer.final):
                told += more
                yield chunk({"content": more})
        yield chunk({}, _finish(answer), abstract_qa=answer.to_dict())
        if asks_usage:
            yield _event({**head, "choices": [], "usage": _usage(answer)})
    except Exception as exc:
        yield _event(error_body(exc)[1])
    yield "data: [DONE]\n\n"


def _following(told: str, text: str, *, final: bool) -> str:
    """Return what comes after what was told; where a last text is another one after all, a line and the whole of it."""
    if text.startswith(told):
        return text[len(told) :]
    return f"\n\n---\n\n{text}" if final else ""


def _event(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _head(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _finish(answer: Answer) -> str:
    return "length" if answer.reason is Reason.CUT_OFF else "stop"


def _usage(answer: Answer) -> dict[str, int]:
    prompt, completion = answer.usage.prompt_tokens, answer.usage.completion_tokens
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
