"""The selector: which sentences of an abstract answer a question, learned from the written set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from rag.models.cross_encoders import END, START
from rag.models.embedder.onnx_folder import word_pieces

from ..written_set import WrittenOn, read_written
from .bert import batches, learning, padded
from .loop import SEED, Plan, fit
from .nets import Selector, resume, trunk_of

_QUESTION, _TITLE, _ABSTRACT = 64, 40, 480
"""Word pieces that are read, as by the library."""


def train(weights: Path, out: Path, others: Callable[[str], Sequence[WrittenOn]], start: Path | None = None) -> None:
    """Train what tells the sentences that answer; `others(question)` are near papers that do not answer it.

    With `start`, the selector's graph that ships, its training goes on from there, in fewer epochs.
    """
    net = Selector(trunk_of(weights, out, start))
    if start:
        resume(net, start)
    data = [e for w in read_written("train") for e in asked_examples(w, others)]

    def epoch(number: int) -> list[Any]:
        return list(batches(data, lambda e: sum(map(len, e[0])), 2600, Random(SEED + number)))

    def loss(batch: Sequence[Any]) -> Tensor:
        tensors, real = _tensors([b[0] for b in batch])
        logits, whole = net(*tensors, real)
        return answering_loss(logits, whole, real, [b[1] for b in batch])

    fit(net, learning(net), epoch, loss, Plan(4e-5 if start else 6e-5, 1 if start else 2, out / "selector.pt"))


def asked_examples(
    written: WrittenOn, others: Callable[[str], Sequence[WrittenOn]]
) -> Iterator[tuple[list[list[int]], tuple[int, ...]]]:
    """Yield (segments, sentences that answer, from 0) for each question on a paper, and for near papers that do not."""
    for asked in written.questions:
        yield _segments(asked.question, written), tuple(e - 1 for e in asked.evidence)
        for other in others(asked.question)[:1]:
            yield _segments(asked.question, other), ()
    yield _segments(written.unanswerable, written), ()


def answering_loss(logits: Tensor, whole: Tensor, real: Tensor, answers: Sequence[Sequence[int]]) -> Tensor:
    """Return the loss: each sentence by itself, the best of an abstract among its others, and the abstract as one."""
    wanted = torch.zeros_like(logits)
    for row, sentences in enumerate(answers):
        for rank, place in enumerate(s for s in sentences if s < logits.shape[1]):
            wanted[row, place] = 0.8 if rank else 1.0
    answered = wanted.sum(1) > 0
    single = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none", pos_weight=torch.tensor(2.0))
    single = (single * real).sum(1) / real.sum(1)
    among = -(F.log_softmax(logits.masked_fill(~real, -1e4), 1) * wanted).sum(1) / wanted.sum(1).clamp(min=1)
    abstract = F.binary_cross_entropy_with_logits(whole, torch.where(answered, 0.97, 0.04), reduction="none")
    return (2 * single + among * answered + abstract).mean()


def _segments(asked: str, written: WrittenOn) -> list[list[int]]:
    """Return the pieces of question, title and sentences, each with its end; what is too long is left out."""
    segments = [[START, *word_pieces(asked)[:_QUESTION], END], [*word_pieces(written.paper.title)[:_TITLE], END]]
    for index in range(1, len(written.paper.sentences) + 1):
        room = _ABSTRACT - sum(map(len, segments)) - 1
        if room < 1:
            break
        segments.append([*word_pieces(written.paper.sentence(index))[:room], END])
    return segments


def _tensors(batch: Sequence[Sequence[Sequence[int]]]) -> tuple[tuple[Tensor, ...], Tensor]:
    """Return ids, mask, types, the question's and the sentences' averaging rows, and which sentences are real."""
    rows = [[piece for segment in segments for piece in segment] for segments in batch]
    ids, mask = padded(rows), padded([[1] * len(row) for row in rows])
    types = padded([[0] * len(s[0]) + [1] * sum(map(len, s[1:])) for s in batch])
    most = max(len(segments) - 2 for segments in batch)
    asked, pool = torch.zeros(len(rows), 1, ids.shape[1]), torch.zeros(len(rows), most, ids.shape[1])
    real = torch.zeros(len(rows), most, dtype=torch.bool)
    for row, segments in enumerate(batch):
        asked[row, 0, 1 : len(segments[0]) - 1] = 1 / max(1, len(segments[0]) - 2)
        start = len(segments[0]) + len(segments[1])
        for place, segment in enumerate(segments[2:]):
            pool[row, place, start : start + len(segment)] = 1 / len(segment)
            real[row, place] = True
            start += len(segment)
    return (ids, mask, types, asked, pool), real
