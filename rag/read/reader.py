"""What a reader is: the usual one, which a question goes to by the settings, and those for one kind of question."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from rag.nouns import EXTRACTIVE, Answer, Draft, Passage, Query

if TYPE_CHECKING:
    from rag.read.extractive import ExtractiveReader


class Writer(Protocol):
    """What writes drafts: with a model, or from the sentences alone."""

    @property
    def name(self) -> str:
        """`extractive`, or the model's name."""

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return what to search for, or None where the rules are to say it."""

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the growing draft, at least once; the last one is the whole."""


class Reader(Writer, Protocol):
    """The usual reader."""

    @property
    def by_code(self) -> ExtractiveReader | None:
        """What answers questions of a kind of their own without a model; None where the model is to write these too."""


class SpecialReader(ABC):
    """What answers questions of one kind, in the place of the usual reader, from papers of its own if it has any."""

    @property
    def name(self) -> str:
        """The name of every reader that is no model."""
        return EXTRACTIVE

    @property
    def own(self) -> tuple[Passage, ...]:
        """The papers that it answers from, known before the search."""
        return ()

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return what to search for, or None where the rules are to say it."""
        return None

    def in_front(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return its own papers, in front of the others that were found."""
        own = {passage.paper.paper_id for passage in self.own}
        return (*self.own, *(p for p in passages if p.paper.paper_id not in own))

    @abstractmethod
    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the growing draft, at least once; the last one is the whole."""
