"""How requests to an endpoint are made: what it refuses by name is left out from then on.

Newer models of OpenAI take no temperature, some servers no options of a stream, and the chat templates of some small
models no system message. Not handled: refusals that do not say what they refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

TEMPERATURE = 0.1  # low, for faithfulness; not 0, at which small reasoning models run in circles
_NO_SYSTEM = re.compile(r"system (?:role|message)|only user and assistant roles", re.I)


def _all() -> dict[str, Any]:
    return {"temperature": TEMPERATURE, "stream_options": {"include_usage": True}}


@dataclass(frozen=True, slots=True)
class Form:
    """The optional parameters of a request, and whether it has a system message."""

    optional: Mapping[str, Any] = field(default_factory=_all)
    system: bool = True

    def without(self, message: str) -> Form:
        """Return the form without what `message` refuses, or itself where that names none of it."""
        named = [name for name in self.optional if name in message]
        if named:
            return replace(self, optional={name: self.optional[name] for name in self.optional if name not in named})
        return replace(self, system=False) if self.system and _NO_SYSTEM.search(message) else self

    def messages(self, messages: Sequence[ChatMessage]) -> list[ChatMessage]:
        """Return `messages` as this form sends them: all in one of the user's where there is no system message."""
        if self.system:
            return list(messages)
        blocks = [block for message in messages for block in message.blocks]
        return [messages[-1].model_copy(update={"blocks": blocks})]
