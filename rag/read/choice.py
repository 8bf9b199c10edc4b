"""Which reader, and which form for which size of model: a model where an endpoint is set, else quotes; its portrait."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from rag.base.errors import ModelFailed
from rag.base.settings import PromptForm, Settings
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.profile import speeds
from rag.models.chat.replies import ReplyLimits
from rag.models.cross_encoders import AnswerSelector
from rag.nouns import Answer, Draft, Passage, Query, Reason, Status
from rag.read import prompts
from rag.read.batches import IN_FULL, BatchReading, read_all, rerank
from rag.read.draft_repair import point, why_not
from rag.read.extractive import ExtractiveReader
from rag.read.model import plan_by_model, write
from rag.read.reader import Reader
from rag.read.small_model import write_small

SMALL = 5.0
"""Billions of parameters below which a model gets the small form."""
NARROW = 3_000
"""Tokens of a window below which the rules of the full form leave no room for papers."""


class Endpoints:
    """The endpoints in use, each with what is known of it. Safe to share between threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held: dict[tuple[object, ...], Endpoint] = {}

    def of(self, settings: Settings) -> Endpoint:
        """Return the endpoint of `settings`, the same one each time; errors as of `Endpoint.from_settings`."""
        made = Endpoint.from_settings(settings)
        key = (made.base_url, made.model, settings.api_key, settings.timeout, settings.context_window)
        with self._guard:
            return self._held.setdefault(key, made)


def choose_reader(settings: Settings, selector: AnswerSelector, endpoints: Endpoints) -> Reader:
    """Return the reader that the settings call for."""
    quotes = ExtractiveReader(selector)
    if settings.extractive or not settings.has_endpoint:
        return quotes
    return ModelReader(settings, quotes, endpoints)


def form_for(settings: Settings, endpoint: Endpoint) -> PromptForm:
    """Return the form that is set, else the one that a model of this size and window can follow."""
    if settings.form is not None:
        return settings.form
    known = endpoint.known
    small = known.parameters is not None and known.parameters < SMALL
    return PromptForm.SMALL if small or (known.window or NARROW) < NARROW else PromptForm.FULL


class ModelReader(Reader):
    """Writes with a model; where that fails, or what it wrote does not hold, quotes and says why.

    A small model is shown what the reader without a model has picked, and is not asked where that one knows the answer.
    """

    def __init__(self, settings: Settings, quotes: ExtractiveReader, endpoints: Endpoints) -> None:
        self._settings, self._quotes, self._endpoints = settings, quotes, endpoints

    @cached_property
    def endpoint(self) -> Endpoint:
        """The chat endpoint; UsageError where no model is chosen and several are offered."""
        return self._endpoints.of(self._settings)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.endpoint.model

    @cached_property
    def is_small(self) -> bool:
        """Whether the model gets the small form."""
        return form_for(self._settings, self.endpoint) is PromptForm.SMALL

    @property
    def by_code(self) -> ExtractiveReader | None:
        """The reader without a model, where the model is small."""
        return self._quotes if self.is_small else None

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return the model's plan, or None when it is small, fails, is slow or cannot be read."""
        return None if self.is_small else plan_by_model(question, history, self.endpoint)

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the model's growing draft, or one of quotes."""
        try:
            for draft in self._written(query, passages, history):
                yield draft
            if self._settings.strict_model and not draft.complete:
                raise ModelFailed(f"{draft.warnings[-1]} Try again, or leave --strict-model away to see what came.")
            draft = point(draft)
            why = why_not(draft, query) if draft.reader == self.name else None
            yield draft if why is None else self._instead(query, passages, why, draft.warnings, usage=draft.usage)
        except ModelFailed as error:
            if self._settings.strict_model:
                raise
            quoted = self._instead(query, passages, str(error), reason=Reason.MODEL_FAILED)
            yield replace(quoted, status=Status.PARTIAL) if quoted.status is Status.ANSWERED else quoted

    def _written(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer]) -> Iterator[Draft]:
        """Yield the growing draft of the model, at least once."""
        if self.is_small:
            yield from write_small(query, passages, self._quotes, self.endpoint)
            return
        reading, notes = BatchReading(), tuple[str, ...]()
        if query.whole_library:
            reading = read_all(query.standalone, passages, self.endpoint)
            far = f", those after the first {IN_FULL} in excerpts" if reading.read > IN_FULL else ""
            notes = (f"The model read {reading.read} abstracts to find those that help{far}.", *reading.warnings)
        elif self._settings.rerank:
            reading = rerank(query.standalone, passages, self.endpoint)
        usage = query.usage + reading.usage
        for draft in write(query, reading.passages or passages, self._settings, self.endpoint, history):
            yield replace(draft, usage=usage + draft.usage, warnings=(*notes, *draft.warnings))

    def _instead(
        self, query: Query, passages: tuple[Passage, ...], why: str, notes: tuple[str, ...] = (), **more: Any
    ) -> Draft:
        """Return quotes that say why they stand in the place of what the model wrote."""
        *_, quoted = self._quotes.read(query, passages)
        return replace(quoted, warnings=(*notes, *quoted.warnings, f"{why} These are quotes instead."), **more)


# ----------------------------------------------------------------------------------------------------
# A model as a person is told of it: its window, its size, how fast it is, and how it is asked.

_WORDS = 20
"""Tokens of a reply that are enough to measure by."""


def measure(endpoint: Endpoint) -> None:
    """Put a short prompt to the model, which shows that it answers and how fast; ModelFailed where it does not."""
    messages = prompts.messages("plan", history=[], question="Which papers are about owls?")
    endpoint.complete(messages, ReplyLimits(_WORDS, endpoint.timeout))


def introduced(endpoint: Endpoint, settings: Settings) -> str:
    """Return what is known of the model in a line, such as `window 8,192 tokens; 1.5 billion parameters; …`."""
    known = endpoint.known
    is_small = form_for(settings, endpoint) is PromptForm.SMALL
    parts = [
        f"window {known.window:,} tokens" if known.window else "",
        f"{known.parameters:.3g} billion parameters" if known.parameters else "",
        speeds(known.reads, known.writes),
        "asked in the small form" if is_small else "",
    ]
    return "; ".join(filter(None, parts))
