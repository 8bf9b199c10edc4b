"""A model's reply as it grows, read chunk by chunk out of llama-index's chat responses. Not handled: tool calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rag.nouns import Usage
from rag.readers.tokens import count

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

NOTHING = Usage()


class Finish(StrEnum):
    """Why a reply ended. CUT: the connection ended before the model said that it was done."""

    STOP = "stop"
    LENGTH = "length"
    FILTERED = "content_filter"
    TOOLS = "tool_calls"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply so far: `finish` is None while it grows. `usage` is estimated where the endpoint does not count."""

    text: str = ""
    model: str = ""
    usage: Usage = NOTHING
    finish: Finish | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """What matters of one chunk of a stream; `thought` counts the characters of thoughts sent apart from the text."""

    text: str
    thought: int
    model: str
    finish: str | None
    usage: Usage | None

    @property
    def is_empty(self) -> bool:
        """Whether the chunk is no sign of a model at work."""
        return not (self.text or self.thought or self.finish or self.usage)


def read_chunk(response: Any) -> Chunk:
    """Take what matters out of a llama-index `ChatResponse`."""
    raw = response.raw
    choice = raw.choices[0] if raw.choices else None
    used = getattr(raw, "usage", None)
    return Chunk(
        text=response.delta or "",
        thought=len(response.additional_kwargs.get("thinking_delta") or ""),
        model=str(getattr(raw, "model", "") or ""),
        finish=getattr(choice, "finish_reason", None),
        usage=Usage(used.prompt_tokens or 0, used.completion_tokens or 0) if used else None,
    )


def read_finish(reason: str | None) -> Finish:
    """Read a finish reason; servers have words of their own, and any unknown one means that the model was done."""
    if reason is None:
        return Finish.CUT
    known = {
        "length": Finish.LENGTH,
        "max_tokens": Finish.LENGTH,
        "content_filter": Finish.FILTERED,
        "tool_calls": Finish.TOOLS,
        "function_call": Finish.TOOLS,
    }
    return known.get(reason, Finish.STOP)


def size(messages: Sequence[ChatMessage]) -> int:
    """Return the tokens of `messages` by our own count."""
    return sum(count(str(message.content or "")) for message in messages)


def estimate(messages: Sequence[ChatMessage], text: str) -> Usage:
    """Return what a call has cost by our own count of tokens."""
    return Usage(size(messages), count(text))
