"""How requests to an endpoint are made: what it refuses is left out from then on.

Newer models of OpenAI take no temperature and no `max_tokens`, some servers no options of a stream and no schema, and
the chat templates of some small models no system message. Not handled: refusals that do not say what they refuse, but
for a schema, which is then the likeliest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

TEMPERATURE = 0.1  # low, for faithfulness; not 0, at which small reasoning models run in circles
SCHEMA = "response_format"
_NO_SYSTEM = re.compile(r"system (?:role|message)|only user and assistant roles|roles must alternate", re.I)
_ALSO_CALLED = {SCHEMA: ("json_schema", "json schema", "grammar"), "stream_options": ("include_usage",)}
_EXTRA = ("return_progress", "chat_template_kwargs")
"""Parameters that the openai client does not know, and passes on all the same."""


@dataclass(frozen=True, slots=True)
class Form:
    """The optional parameters that an endpoint has refused, and whether it takes a system message."""

    refused: frozenset[str] = frozenset()
    system: bool = True

    def options(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is not refused of `wanted`, as arguments of the openai client."""
        taken = {name: value for name, value in wanted.items() if name not in self.refused and value is not None}
        extra = {name: taken.pop(name) for name in _EXTRA if name in taken}
        return taken | ({"extra_body": extra} if extra else {})

    def without(self, message: str, sent: Collection[str]) -> Form:
        """Return the form without what `message` refuses of the parameters `sent`, or itself where it names none."""
        left = [name for name in sent if name not in self.refused]
        named = [name for name in left if any(word in message for word in (name, *_ALSO_CALLED.get(name, ())))]
        if named:
            return replace(self, refused=self.refused | set(named))
        if self.system and _NO_SYSTEM.search(message):
            return replace(self, system=False)
        return replace(self, refused=self.refused | {SCHEMA}) if SCHEMA in left else self

    def messages(self, messages: Sequence[ChatMessage]) -> list[ChatMessage]:
        """Return `messages` as this form sends them: all in one of the user's where there is no system message."""
        if self.system:
            return list(messages)
        blocks = [block for message in messages for block in message.blocks]
        return [messages[-1].model_copy(update={"blocks": blocks})]
