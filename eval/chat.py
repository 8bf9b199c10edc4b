"""One request to a model and its reply's text: for judging, and for asking without a library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.readers.bounds import Bounds
from rag.readers.endpoint import Endpoint
from rag.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

TOKENS = 4_000
"""Tokens that a reply has room for."""
Chat = Callable[[Sequence["ChatMessage"]], str]
"""From the messages of a prompt to the reply's text; raises ModelFailed."""


def open_chat(settings: Settings) -> Chat:
    """Return a way to ask the model that is set; UsageError where none is."""
    endpoint = Endpoint.from_settings(settings)
    return lambda messages: endpoint.complete(messages, Bounds(TOKENS)).text
