"""The usual reader: a model where an endpoint is set, quotes where none is, and quotes where a model fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from rag.embedder.contextual import Contextual
from rag.errors import ModelFailed
from rag.nouns import Answer, Draft, Passage, Query, Reason, Status, Usage
from rag.readers.extractive import ExtractiveReader
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.readers.endpoint import Endpoint


class Reader(Protocol):
    """What writes drafts: with a model, or from the sentences alone."""

    @property
    def name(self) -> str:
        """`extractive`, or the model's name."""

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return what to search for, or None where the rules are to say it."""

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the growing draft, at least once; the last one is the whole."""


class SpecialReader(Reader, Protocol):
    """What answers questions of one kind, in the place of the usual reader."""

    def in_front(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return the papers it answers from, in front of those that were found."""


def choose_reader(settings: Settings, contextual: Contextual) -> Reader:
    """Return the reader that the settings call for."""
    quotes = ExtractiveReader(contextual)
    if settings.extractive or not settings.has_endpoint:
        return quotes
    return ModelReader(settings, quotes)


class ModelReader:
    """Writes with a model; where that fails before its first word, quotes and says why, unless told to be strict."""

    def __init__(self, settings: Settings, quotes: ExtractiveReader) -> None:
        self._settings, self._quotes = settings, quotes

    @cached_property
    def endpoint(self) -> Endpoint:
        """The chat endpoint; UsageError where no model is chosen and several are offered."""
        from rag.readers.endpoint import Endpoint

        return Endpoint.from_settings(self._settings)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.endpoint.model

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return the model's plan, or None when it fails, is slow or cannot be read."""
        from rag.readers.planner import plan

        made = plan(question, history, self.endpoint)
        if made is None:
            return None
        return Query(question, made.standalone, parts=made.queries, whole_library=made.whole_library, usage=made.usage)

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the model's growing draft, or one of quotes."""
        from rag.readers.model import write

        try:
            chosen, usage, notes = self._choose(query, passages)
            draft = None
            for draft in write(query, chosen, self._settings, self.endpoint, history, whole=query.whole_library):
                yield _with(draft, usage, notes)
            if draft is not None:
                self._insist(draft)
                yield _with(self._repaired(draft), usage, notes)
        except ModelFailed as error:
            if self._settings.strict_model:
                raise
            yield from (_instead(draft, str(error)) for draft in self._quotes.read(query, passages))

    def _choose(
        self, query: Query, passages: tuple[Passage, ...]
    ) -> tuple[tuple[Passage, ...], Usage, tuple[str, ...]]:
        """Return the papers to answer from: all that help, of a whole library; else those found, reordered if asked."""
        if query.whole_library:
            from rag.readers.batches import IN_FULL, read_all

            reading = read_all(query.standalone, passages, self.endpoint)
            told = f"The model read {reading.read} abstracts to find those that help"
            far = f", those after the first {IN_FULL} in excerpts" if reading.read > IN_FULL else ""
            notes = (f"{told}{far}.", *reading.warnings)
            return reading.passages or passages, query.usage + reading.usage, notes
        if self._settings.rerank:
            from rag.readers.rerank import rerank

            if ordered := rerank(query.standalone, passages, self.endpoint):
                return ordered[0], query.usage + ordered[1], ()
        return passages, query.usage, ()

    def _insist(self, draft: Draft) -> None:
        """ModelFailed for an answer that broke off, where the settings are strict."""
        if self._settings.strict_model and not draft.complete:
            raise ModelFailed(f"{draft.warnings[-1]} Try again, or leave --strict-model away to see what came.")

    def _repaired(self, draft: Draft) -> Draft:
        from rag.readers.repair import repair

        return repair(draft, self.endpoint)


def _with(draft: Draft, usage: Usage, notes: tuple[str, ...]) -> Draft:
    """Return a draft that also tells what was spent and noted before it was begun."""
    return replace(draft, usage=usage + draft.usage, warnings=(*notes, *draft.warnings))


def _instead(draft: Draft, why: str) -> Draft:
    """Return a draft of quotes that says why it stands in the place of the model's."""
    status = Status.PARTIAL if draft.status is Status.ANSWERED else draft.status
    note = f"{why} These are quotes instead."
    return replace(draft, status=status, reason=Reason.MODEL_FAILED, warnings=(*draft.warnings, note))
