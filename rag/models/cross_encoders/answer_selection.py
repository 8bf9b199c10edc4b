"""Which sentences of an abstract answer a question, and whether it answers at all: one pass over question and abstract.

Answer sentence selection with the whole abstract as context: question, title and sentences are read together, each
sentence is the mean of its word pieces. An abstract longer than the graph reads at once is read in halves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from rag.models.cross_encoders.cross_encoder import END, LIMIT, START, CrossEncoder, word_pieces
from rag.nouns import Paper

MODEL = Path(__file__).with_name("answers.onnx")
_QUESTION, _TITLE = 64, 40
"""Word pieces of a question and of a title that are read, as in training."""
_MOST = 512
"""Readings that are kept: a conversation asks again about the same papers, with the same words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An abstract read for a question: the log-odds that it answers, and for each sentence, from 1, its probability."""

    log_odds: float
    sentences: tuple[float, ...]

    def ranked(self) -> list[int]:
        """Return the numbers of the sentences, the likeliest first."""
        return sorted(range(1, len(self.sentences) + 1), key=lambda i: (-self.sentences[i - 1], i))


NOTHING = Reading(-10.0, ())
"""The reading of a paper without an abstract."""


class AnswerSelector:
    """Reads abstracts for what answers; the graph is loaded at the first one."""

    def __init__(self, model: Path = MODEL) -> None:
        self._graph = CrossEncoder(model)
        self._kept = lru_cache(_MOST)(self._read)

    def read(self, question: str, papers: Sequence[Paper]) -> list[Reading]:
        """Return a reading of each paper, in their order."""
        texts = [(p.title, tuple(p.sentence(i) for i in range(1, len(p.sentences) + 1))) for p in papers]
        return self._graph.each(lambda text: self._kept(question, *text), texts)

    def _read(self, question: str, title: str, sentences: tuple[str, ...]) -> Reading:
        if not sentences:
            return NOTHING
        asked = [START, *word_pieces(question)[:_QUESTION], END]
        segments = [asked, [*word_pieces(title)[:_TITLE], END], *([*word_pieces(s), END] for s in sentences)]
        size = sum(map(len, segments))
        if size > LIMIT and len(sentences) > 1:
            half = len(sentences) // 2
            parts = [self._read(question, title, part) for part in (sentences[:half], sentences[half:])]
            return Reading(max(p.log_odds for p in parts), (*parts[0].sentences, *parts[1].sentences))
        segments[-1] = segments[-1][: len(segments[-1]) - max(0, size - LIMIT)]
        return self._run(segments)

    def _run(self, segments: Sequence[Sequence[int]]) -> Reading:
        import numpy as np

        ends = np.cumsum([len(segment) for segment in segments])
        asked = np.zeros((1, ends[-1]), dtype=np.float32)
        asked[0, 1 : ends[0] - 1] = 1.0 / max(1, ends[0] - 2)
        pool = np.zeros((len(segments) - 2, ends[-1]), dtype=np.float32)
        for row, (start, end) in enumerate(pairwise(ends[1:])):
            pool[row, start:end] = 1.0 / (end - start)
        logits, log_odds = self._graph.run(segments, {"question_pool": asked, "sentence_pool": pool})
        probabilities = 1.0 / (1.0 + np.exp(-logits.astype(float)))
        return Reading(float(log_odds.reshape(-1)[0]), tuple(probabilities.reshape(-1).tolist()))
