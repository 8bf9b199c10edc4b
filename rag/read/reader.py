"""What a reader is: it writes drafts from a question and its evidence. And what code writes in one: quotes, lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.cite.escaping import escape
from rag.nouns import EXTRACTIVE, Answer, Draft, Paper, Passage, Query, Reason, Status
from rag.present.references import title


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


@dataclass(frozen=True)
class Told(Reader):
    """Gives a draft that is made already; one that nothing here answers shows the nearest papers that were found.

    `like` is the title of a paper of which the draft names neighbours: no other paper is shown beside these.
    """

    draft: Draft
    like: str = ""

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return a search for the title, if there is one."""
        return Query(question, self.like) if self.like else None

    def in_front(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return the draft's papers, in front of the others."""
        own = {passage.paper.paper_id for passage in self.draft.shown}
        return (*self.draft.shown, *(p for p in passages if p.paper.paper_id not in own and not self.like))

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield the draft."""
        yield replace(self.draft, shown=passages) if self.draft.reason in _NONE_HERE else self.draft


# ----------------------------------------------------------------------------------------------------
# What code writes in a draft: titles, sentences word for word each with its pointer, and lists of papers with these.


def titled(paper: Paper) -> str:
    """Return the title in italics."""
    return f"*{escape(title(paper))}*"


def quotes(paper: Paper, place: int, indices: Sequence[int]) -> str:
    """Return sentences word for word, each with its pointer to the paper in `place` of those shown."""
    return " ".join(f"“{paper.sentence(i)}” [P{place}.{i}]" for i in indices)


def entries(papers: Sequence[Paper], sentences: Sequence[Sequence[int]]) -> list[str]:
    """Return a line for each paper: its title and some of its sentences, its record where there are none."""
    told = enumerate(zip(papers, sentences, strict=True), start=1)
    return [f"- {titled(paper)}: {quotes(paper, place, indices or [0])}" for place, (paper, indices) in told]


def listing(lines: Iterable[str], papers: Sequence[Paper], reason: Reason | None = None, **more: Any) -> Draft:
    """Return the draft of lines that code put together on `papers`; with a `reason` it is an answer in part."""
    shown, status = tuple(Passage(paper, 1.0) for paper in papers), Status.PARTIAL if reason else Status.ANSWERED
    return Draft("\n".join(lines).strip(), shown, EXTRACTIVE, status, reason, counted=True, **more)


def declined(reason: Reason, text: str = "") -> Draft:
    """Return the draft of an abstention by code; without a text it is worded by its reason."""
    return Draft(text, (), EXTRACTIVE, Status.ABSTAINED, reason)
