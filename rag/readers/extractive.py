"""A reader without a model: it picks the sentences that answer and quotes them word for word."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rag.embedder import Embedder
from rag.nouns import Answer, Draft, Passage, Query, Reason, Status


class ExtractiveReader:
    """Quotes the best sentences of the best papers."""

    name = "extractive"

    def __init__(self, embedder: Callable[[], Embedder]) -> None:
        self._embedder = embedder

    def plan(self, question: str, history: Sequence[Answer]) -> Query | None:
        """Return None: the rules say what to search for."""
        return None

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft."""
        top = passages[:3]
        if (top[0].similarity or 0.0) < 0.25:
            yield Draft("", passages, self.name, Status.ABSTAINED, Reason.OFF_TOPIC)
            return
        wanted = set(re.findall(r"\w{3,}", query.standalone.casefold()))
        document_frequency = Counter(w for p in passages for w in set(re.findall(r"\w+", p.paper.abstract.casefold())))
        paper = top[0].paper
        scored = []
        for i in range(1, len(paper.sentences) + 1):
            words = set(re.findall(r"\w+", paper.sentence(i).casefold()))
            scored.append((sum(math.log(1 + len(passages) / (1 + document_frequency[w])) for w in words & wanted), -i))
        best = sorted(-i for _, i in sorted(scored, reverse=True)[:2])
        quotes = " ".join(f"“{paper.sentence(i)}” [P1.{i}]" for i in best)
        yield Draft(f"{paper.title} says: {quotes}", passages, self.name)
