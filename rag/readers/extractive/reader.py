"""The reader without a model, as a stage: from a query and its passages to a draft of quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.embedder import Embedder
from rag.nouns import Answer, Draft, Passage, Query, Reason, Status
from rag.readers.extractive.asking import metadata_words
from rag.readers.extractive.choosing import chosen_papers, chosen_sentences, relevance
from rag.readers.extractive.likeness import stems
from rag.readers.extractive.phrasing import phrase
from rag.readers.extractive.weighing import weigh

_SURE = 0.3
"""Relevance of the best paper from which an answer is given without reserve."""
_POSSIBLE = 0.19
"""Relevance below which nothing is quoted."""
_FOREIGN = 0.45
"""Quality (two cosines and half a coverage) below which the library has nothing to do with what was said."""


class ExtractiveReader:
    """Quotes the sentences that answer, from as many papers as the question needs, or says that none does."""

    name = "extractive"

    def __init__(self, embedder: Callable[[], Embedder]) -> None:
        self._embedder = embedder

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return None: the rules say what to search for."""
        return None

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft; `history` has done its work when the query was planned."""
        weighed = weigh(query, passages, self._embedder())
        confidence = max((relevance(w) for w in weighed), default=0.0)
        foreign = max((w.quality for w in weighed), default=0.0) < _FOREIGN
        if not query.focus and (confidence < _POSSIBLE or foreign):
            yield Draft("", passages, self.name, Status.ABSTAINED, _why_not(query.question, foreign=foreign))
            return
        papers = chosen_papers(query, weighed)
        sure = confidence >= _SURE
        text = phrase([(w, chosen_sentences(w, len(papers))) for w in papers], sure=sure)
        if sure:
            yield Draft(text, passages, self.name)
        else:
            yield Draft(text, passages, self.name, Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)


def _why_not(question: str, *, foreign: bool) -> Reason:
    """Return why nothing is quoted; what is asked of dates or authors at large is no foreign subject."""
    if stems(question) & stems(metadata_words()):
        return Reason.NOT_IN_ABSTRACTS
    return Reason.OFF_TOPIC if foreign else Reason.NOT_IN_LIBRARY
