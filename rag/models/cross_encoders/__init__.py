"""Answer selection (which sentences of an abstract answer a question) and entailment (what bears out a claim), learned.

Two cross-encoders of six layers, int8, beside the embedder whose word pieces they share. Each reads its texts together,
in one pass, and alone: dynamic int8 scales by the largest value of a batch, so in a batch a text would depend on its
neighbours. How they were made, and from what: `PROVENANCE.md`; how they are made anew: `python -m eval train`. Not
handled: a GPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from rag.audit import Entailment
from rag.models.embedder.onnx_folder import Graph, word_pieces
from rag.nouns import Paper

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

ANSWERS, SUPPORT = (Path(__file__).with_name(name) for name in ("answers.onnx", "support.onnx"))
START, END = 101, 102
"""The special word pieces before the first text and after each."""
LIMIT = 512
"""Word pieces that the graphs read at once."""
_THREADS = 2
"""Texts that are read at once: a text runs on one thread, and a usual machine has two cores."""
_QUESTION, _TITLE = 64, 40
"""Word pieces of a question and of a title that are read, as in training."""
_CLAIM, _CITED, _ALL = 96, 200, 260
"""Word pieces that are read, as in training: of a claim, of what it cites, and of both with what stands near."""
_READINGS, _VERDICTS = 512, 1024
"""How many are kept: a conversation asks again about the same papers, with the same words."""


def _read_together(
    graph: Graph, segments: Sequence[Sequence[int]], **pools: NDArray[float32]
) -> list[NDArray[float32]]:
    """Return the graph's outputs for segments of word pieces: the first is of type 0, all others of type 1.

    `pools` are further inputs by name: rows that average word pieces, shape (rows, pieces).
    """
    import numpy as np

    ids = np.array([[piece for segment in segments for piece in segment]], dtype=np.int64)
    types = np.ones_like(ids)
    types[0, : len(segments[0])] = 0
    return graph.run({"input_ids": ids, "token_type_ids": types, **pools})


# ----------------------------------------------------------------------------------------------------
# Answer sentence selection with the whole abstract as context: question, title and sentences are read together, each
# sentence is the mean of its word pieces. An abstract longer than the graph reads at once is read in halves.


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """An abstract read for a question: the log-odds that it answers, and for each sentence, from 1, its probability."""

    log_odds: float
    sentences: tuple[float, ...]

    def ranked(self) -> list[int]:
        """Return the numbers of the sentences, the likeliest first."""
        return sorted(range(1, len(self.sentences) + 1), key=lambda i: (-self.sentences[i - 1], i))


NOTHING = SentenceScores(-10.0, ())
"""The reading of a paper without an abstract."""


class AnswerSelector:
    """Reads abstracts for what answers, and whether anything does; the graph is loaded at the first one."""

    def __init__(self) -> None:
        self._graph = Graph(ANSWERS)
        self._kept = lru_cache(_READINGS)(self._read)

    def read(self, question: str, papers: Sequence[Paper]) -> list[SentenceScores]:
        """Return a reading of each paper, in their order."""
        texts = [(p.title, p.sentence_texts()) for p in papers]
        _ = self._graph.session  # opened once, before the threads ask for it
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(lambda text: self._kept(question, *text), texts))

    def _read(self, question: str, title: str, sentences: tuple[str, ...]) -> SentenceScores:
        if not sentences:
            return NOTHING
        asked = [START, *word_pieces(question)[:_QUESTION], END]
        segments = [asked, [*word_pieces(title)[:_TITLE], END], *([*word_pieces(s), END] for s in sentences)]
        size = sum(map(len, segments))
        if size > LIMIT and len(sentences) > 1:
            half = len(sentences) // 2
            parts = [self._read(question, title, part) for part in (sentences[:half], sentences[half:])]
            return SentenceScores(max(p.log_odds for p in parts), (*parts[0].sentences, *parts[1].sentences))
        segments[-1] = segments[-1][: len(segments[-1]) - max(0, size - LIMIT)]
        return self._run(segments)

    def _run(self, segments: Sequence[Sequence[int]]) -> SentenceScores:
        import numpy as np

        ends = np.cumsum([len(segment) for segment in segments])
        asked = np.zeros((1, ends[-1]), dtype=np.float32)
        asked[0, 1 : ends[0] - 1] = 1.0 / max(1, ends[0] - 2)
        pool = np.zeros((len(segments) - 2, ends[-1]), dtype=np.float32)
        for row, (start, end) in enumerate(pairwise(ends[1:])):
            pool[row, start:end] = 1.0 / (end - start)
        logits, log_odds = _read_together(self._graph, segments, question_pool=asked, sentence_pool=pool)
        probabilities = 1.0 / (1.0 + np.exp(-logits.astype(float)))
        return SentenceScores(float(log_odds.reshape(-1)[0]), tuple(probabilities.reshape(-1).tolist()))


# ----------------------------------------------------------------------------------------------------
# Natural language inference over one claim and the sentences that it points at, with those next to them. The numbers of
# a claim, its quotations and names are held against the source by code (`rag.audit`), which knows these better.


class SupportChecker:
    """Holds claims against their sources, which bear them out or not; the graph is loaded at the first one."""

    def __init__(self) -> None:
        self._graph = Graph(SUPPORT)
        self._kept = lru_cache(_VERDICTS)(self._check)

    def check(self, claim: str, cited: Sequence[str], near: Sequence[str] = ()) -> Entailment:
        """Return the verdict on `claim` by the sentences `cited` and those `near` them."""
        return self._kept(claim, " ".join(cited), " ".join(near))

    def _check(self, claim: str, cited: str, near: str) -> Entailment:
        import numpy as np

        said, source = word_pieces(claim)[:_CLAIM], word_pieces(cited)[:_CITED]
        beside = word_pieces(near)[: max(0, _ALL - len(said) - len(source))]
        segments = [[START, *said, END], [*source, END], *([[*beside, END]] if beside else [])]
        (logits,) = _read_together(self._graph, segments)
        powers = np.exp(logits.reshape(-1).astype(float) - logits.max())
        supported, contradicted, not_stated = (powers / powers.sum()).tolist()
        return Entailment(supported, contradicted, not_stated)
