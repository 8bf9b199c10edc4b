"""The checker: whether what a claim cites bears it out, contradicts it or does not say, learned from written claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from ..falsehoods import made_claims
from ..meaning import nearest
from ..written_set import WrittenOn, read_written
from .bert import Example, batches, general_example, learning, pair, size_of, tensors
from .loop import SEED, Plan, fit
from .nets import Checker, resume, trunk_of

_CLAIM, _CITED, _ALL = 96, 200, 260
"""Word pieces that are read, as by the library: of a claim, of what it cites, and of both with what stands near."""


def train(weights: Path, out: Path, start: Path | None = None) -> None:
    """Train what tells a borne-out claim from a false one and from one that is not stated.

    With `start`, the checker's graph that ships, its training goes on from there, in fewer epochs.
    """
    net, written = Checker(trunk_of(weights, out, start)), read_written("train")
    if start:
        resume(net, start)
    abstracts = [list(w.paper.sentence_texts()) for w in written]

    def epoch(number: int) -> list[Any]:
        order = Random(SEED + number)
        claims = [e for w in written for e in claim_examples(w, order)]
        claims += map(general_example, made_claims(order.sample(abstracts, len(abstracts) // 6), order))
        return list(batches(claims, size_of, 1800, order))

    def loss(batch: Sequence[Example]) -> Tensor:
        return F.cross_entropy(net(*tensors(batch)), torch.tensor([b[2] for b in batch]), label_smoothing=0.03)

    fit(net, learning(net), epoch, loss, Plan(6e-5 if start else 1e-4, 2 if start else 3, out / "checker.pt"))


def claim_examples(written: WrittenOn, chance: Random) -> Iterator[Example]:
    """Yield the claims on a paper with what they lean on, a sentence quoted, and a claim far from its evidence."""
    paper = written.paper
    count = len(paper.sentences)
    for claim in written.claims:
        label = {"supported": 0, "unstated": 2}.get(claim.kind, 1)
        cited = claim.evidence or (nearest(claim.claim, written),)
        beside = [] if chance.random() < 0.25 else _beside(cited, count)
        yield (*_claim(claim.claim, cited, beside, written), label)
    if count > 4 and chance.random() < 0.55:
        own = chance.choice([c for c in written.claims if c.kind == "supported"])
        far = [i for i in range(1, count + 1) if all(abs(i - e) > 1 for e in own.evidence)]
        if far:
            place = (chance.choice(far),)
            yield (*_claim(own.claim, place, _beside(place, count), written), 2)
        quoted = chance.randint(1, count)
        yield (*_claim(paper.sentence(quoted), (quoted,), _beside((quoted,), count), written), 0)


def _claim(claim: str, cited: Sequence[int], beside: Sequence[int], written: WrittenOn) -> tuple[list[int], list[int]]:
    ahead, source = pair(claim, (" ".join(map(written.paper.sentence, cited)), _CITED), most=_CLAIM)
    near = (" ".join(map(written.paper.sentence, beside)), _ALL - len(ahead) - len(source)) if beside else ("", 0)
    return ahead, [*source, *pair("", near)[1]] if near[0] else source


def _beside(cited: Sequence[int], count: int) -> list[int]:
    around = {i + step for i in cited for step in (-1, 1)}
    return sorted(i for i in around if 1 <= i <= count and i not in cited)
