"""A model as a person is told of it: its window, its size, how fast it is, and how it is asked."""

from __future__ import annotations

from rag.readers import prompts, wording
from rag.readers.bounds import Bounds
from rag.readers.choice import form_for
from rag.readers.endpoint import Endpoint
from rag.settings import PromptForm, Settings

_WORDS = 20
"""Tokens of a reply that are enough to measure by."""


def measure(endpoint: Endpoint) -> None:
    """Put a short prompt to the model, which shows that it answers and how fast; ModelFailed where it does not."""
    messages = prompts.messages("plan", history=[], question="Which papers are about owls?")
    endpoint.complete(messages, Bounds(_WORDS, endpoint.timeout))


def introduced(endpoint: Endpoint, settings: Settings) -> str:
    """Return what is known of the model in a line, such as `window 8,192 tokens; 1.5 billion parameters; …`."""
    known = endpoint.known
    form = form_for(settings, endpoint)
    parts = [
        f"window {known.window:,} tokens" if known.window else "",
        f"{known.parameters:.3g} billion parameters" if known.parameters else "",
        wording.speeds(known.reads, known.writes),
        "asked in the small form" if form is PromptForm.SMALL else "",
    ]
    return "; ".join(part for part in parts if part)
