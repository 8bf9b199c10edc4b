"""The embedder: both sides of it, so that questions find their papers, learned from what is asked of each paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from ..written_set import WrittenOn
from .bert import learning, load, mean, padded, states
from .loop import SEED, Plan, fit

_BATCH, _GROUP, _OTHERS = 40, 8, 8
"""Papers of a batch, of a group in it, and others beside them."""


@dataclass(frozen=True, slots=True)
class Searched:
    """Word pieces of a paper's text, its stored vector, and what it is searched by, with how much each counts."""

    text: list[int]
    vector: Tensor
    asked: tuple[tuple[list[int], float], ...]


def train(weights: Path, out: Path, papers: Sequence[Searched], others: Sequence[Searched]) -> None:
    """Train both sides of the embedder, a network each: questions find their papers among those of a batch.

    A softmax at a temperature of .03 over 48 papers, in groups of eight that lie near each other, so that wrong ones
    are hard. `others`, eight a batch, are searched by their titles, lest what is general be forgotten; for the same
    reason a paper loses what it moves from its vector before.
    """
    asking, told = load(weights), load(weights)
    net = nn.ModuleDict({"questions": asking, "papers": told})
    vectors = torch.stack([p.vector for p in papers])
    near = (vectors @ vectors.T).topk(_GROUP * 2, 1).indices.tolist()

    def epoch(number: int) -> list[Any]:
        order = Random(SEED + number)
        return [[papers[i] for i in batch] + order.sample(others, _OTHERS) for batch in _neighbours(near, order)]

    def loss(batch: Sequence[Searched]) -> Tensor:
        found = embedded(told, [p.text for p in batch])
        searches = [(place, *asked) for place, p in enumerate(batch) for asked in p.asked]
        meant, weight = torch.tensor([s[0] for s in searches]), torch.tensor([s[2] for s in searches])
        logits = embedded(asking, [s[1] for s in searches]) @ found.T / 0.03
        moved = 1 - (found * torch.stack([p.vector for p in batch])).sum(1).mean()
        return (F.cross_entropy(logits, meant, reduction="none") * weight).sum() / weight.sum() + moved

    fit(net, learning(net), epoch, loss, Plan(2e-5, 4, out / "embedder.pt", rise=15))


def _neighbours(near: Sequence[Sequence[int]], order: Random) -> Iterator[list[int]]:
    """Yield batches of rows, each row once: groups of those that are left near one drawn by lot."""
    left = dict.fromkeys(order.sample(range(len(near)), len(near)))
    while len(left) >= _BATCH:
        batch: list[int] = []
        while len(batch) < _BATCH:
            group = [i for i in (next(iter(left)), *near[next(iter(left))]) if i in left]
            for i in list(dict.fromkeys(group))[: min(_GROUP, _BATCH - len(batch))]:
                batch.append(i)
                del left[i]
        yield batch


def embedded(net: Any, rows: Sequence[Sequence[int]]) -> Tensor:
    """Return unit vectors of texts, (texts, 384)."""
    ids, mask = padded(rows), padded([[1] * len(row) for row in rows])
    return F.normalize(mean(states(net, ids, mask, torch.zeros_like(ids)), mask.float()), dim=1)


def searches(written: WrittenOn) -> Iterator[tuple[str, float]]:
    """Yield what stands for a search for a paper, and how much it counts."""
    yield from ((q.question, 1.0) for q in written.questions)
    yield written.unanswerable, 0.5
    yield from ((c.claim, 0.5) for c in written.claims if c.kind == "supported")
