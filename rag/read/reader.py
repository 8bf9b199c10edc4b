"""What a reader is: it writes drafts from a question and its evidence, with a model or from the sentences alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.nouns import EXTRACTIVE, Answer, Draft, Passage, Query, Reason


class Reader(ABC):
    """The usual reader, which a question goes to by the settings, or one for questions of one kind."""

    @property
    def name(self) -> str:
        """`extractive`, or the model's name."""
        return EXTRACTIVE

    @property
    def by_code(self) -> Reader | None:
        """What answers questions of a kind of their own without a model; None where the model is to write these too."""
        return None

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return what to search for, or None where the rules are to say it."""
        return None

    def in_front(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return the papers to read: those found, behind the reader's own if it has any."""
        return passages

    @abstractmethod
    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the growing draft, at least once; the last one is the whole."""


_NONE_HERE = (Reason.NOT_IN_LIBRARY, Reason.NOTHING_MATCHES_FILTERS)


class Told(Reader):
    """Gives a draft that is made already; one that nothing here answers shows the nearest papers that were found."""

    def __init__(self, draft: Draft, like: str = "") -> None:
        """`like` is the title of a paper of which the draft names neighbours: no other paper is shown beside these."""
        self._draft, self._like = draft, like

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return a search for the title, if there is one."""
        return Query(question, self._like) if self._like else None

    def in_front(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return the draft's papers, in front of the others."""
        own = {passage.paper.paper_id for passage in self._draft.shown}
        return (*self._draft.shown, *(p for p in passages if p.paper.paper_id not in own and not self._like))

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the draft."""
        yield replace(self._draft, shown=passages) if self._draft.reason in _NONE_HERE else self._draft
