"""The papers most like one of the library, as an answer: each with its sentence nearest to that one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.embedder import Embedder
from rag.nouns import Answer, Draft, Paper, Passage, Query, Reason, Status
from rag.read.extractive.quoting import quotes, titled
from rag.read.reader import SpecialReader
from rag.retrieve.on_subject import relevant_sentences


class SimilarPapersReader(SpecialReader):
    """Names the neighbours of `paper`, nearest first, by their vectors; no model is needed."""

    def __init__(self, paper: Paper, near: Sequence[Passage], embedder: Callable[[], Embedder]) -> None:
        self._paper, self._near, self._embedder = paper, tuple(near), embedder

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return the paper's title as what is searched for."""
        return Query(question, self._paper.title)

    def in_front(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return the neighbours alone: the search has found the paper itself."""
        return self._near

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft."""
        if not passages:
            yield Draft("", (), self.name, Status.ABSTAINED, Reason.NOT_IN_LIBRARY)
            return
        papers = [passage.paper for passage in passages]
        count = f"These {len(papers)} papers are" if len(papers) > 1 else "This paper is"
        lead = f"{count} nearest to it by their vectors, the nearest first:"
        about = f"{self._paper.title}. {self._paper.sentence(1) if self._paper.sentences else ''}"
        borne = relevant_sentences(about, papers, 1, self._embedder())
        lines = [
            f"- {titled(paper)}: {quotes(paper, place, sentences or [0])}"
            for place, (paper, sentences) in enumerate(zip(papers, borne, strict=True), start=1)
        ]
        yield Draft("\n".join([lead, "", *lines]), passages, self.name, counted=(lead,))
