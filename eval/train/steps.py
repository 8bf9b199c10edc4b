"""The steps of training, each from the written set and an encoder to a checkpoint. Figures: `eval/RESULTS.md`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from rag.learned.cross_encoder import END, START, word_pieces

from ..falsehoods import made_claims
from ..meaning import nearest
from ..written_set import WrittenOn, read_written
from .bert import batches, learning, load, mean, padded, pair, states
from .general import Pair, read_sets
from .loop import Plan, fit
from .nets import Checker, Selector, Trunk, resume

SEED = 1
_CLAIM, _CITED, _ALL = 96, 200, 260
_QUESTION, _TITLE, _ABSTRACT = 64, 40, 480
_BATCH, _GROUP, _OTHERS = 40, 8, 8
"""Papers of a batch, of a group in it, and others beside them."""
Example = tuple[list[int], list[int], int]
"""Word pieces ahead and behind, and the label."""


def general(weights: Path, sets: Path, out: Path) -> None:
    """Train the trunk on public pairs and on claims made false by code."""
    chance = Random(SEED)
    inference, questions = read_sets(sets, chance)
    abstracts = [[w.paper.sentence(i + 1) for i in range(len(w.paper.sentences))] for w in read_written("train")]
    inference += [(made.claim, made.cited[0], made.label) for made in made_claims(abstracts, chance)]
    data = [(*_general(p), 0) for p in inference] + [(*_general(p), 1) for p in questions]
    net = Trunk(load(weights))

    def epoch(number: int) -> list[Any]:
        order = Random(SEED + number)
        mixed = [b for task in (0, 1) for b in batches([d for d in data if d[3] == task], _size, 1600, order)]
        return order.sample(mixed, len(mixed))

    def loss(batch: Sequence[Any]) -> Tensor:
        ids, mask, types = _tensors(batch)
        x, labels = states(net.bert, ids, mask, types), torch.tensor([b[2] for b in batch])
        if batch[0][3]:
            return F.binary_cross_entropy_with_logits(net.answering(x, mask, types)[:, 0], labels.float())
        return F.cross_entropy(net.inference(x, mask, types), labels, label_smoothing=0.05)

    fit(net, learning(net), epoch, loss, Plan(8e-5, 1, out / "general.pt", rise=100))


def checker(weights: Path, out: Path, start: Path | None = None) -> None:
    """Train what tells a borne-out claim from a false one and from one that is not stated.

    With `start`, the checker's graph that ships, its training goes on from there, in fewer epochs.
    """
    net, written = Checker(_trunk(weights, out, start)), read_written("train")
    if start:
        resume(net, start)
    abstracts = [[w.paper.sentence(i + 1) for i in range(len(w.paper.sentences))] for w in written]

    def epoch(number: int) -> list[Any]:
        order = Random(SEED + number)
        claims = [e for w in written for e in claim_examples(w, order)]
        some = made_claims(order.sample(abstracts, len(abstracts) // 6), order)
        claims += [_general((made.claim, made.cited[0], made.label)) for made in some]
        return list(batches(claims, _size, 1800, order))

    def loss(batch: Sequence[Example]) -> Tensor:
        return F.cross_entropy(net(*_tensors(batch)), torch.tensor([b[2] for b in batch]), label_smoothing=0.03)

    fit(net, learning(net), epoch, loss, Plan(6e-5 if start else 1e-4, 2 if start else 3, out / "checker.pt"))


def _trunk(weights: Path, out: Path, start: Path | None) -> Trunk:
    """Return the trunk as the general step left it; before that of a graph that ships, as published."""
    trunk = Trunk(load(weights))
    if start is None:
        trunk.load_state_dict(torch.load(out / "general.pt")["net"])
    return trunk


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


def selector(weights: Path, out: Path, others: Callable[[str], Sequence[WrittenOn]], start: Path | None = None) -> None:
    """Train what tells the sentences that answer; `others(question)` are near papers that do not answer it.

    With `start`, the selector's graph that ships, its training goes on from there, in fewer epochs.
    """
    net = Selector(_trunk(weights, out, start))
    if start:
        resume(net, start)
    data = [e for w in read_written("train") for e in asked_examples(w, others)]

    def epoch(number: int) -> list[Any]:
        return list(batches(data, lambda e: sum(map(len, e[0])), 2600, Random(SEED + number)))

    def loss(batch: Sequence[Any]) -> Tensor:
        tensors, real = _read_tensors([b[0] for b in batch])
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


@dataclass(frozen=True, slots=True)
class Searched:
    """Word pieces of a paper's text, its stored vector, and what it is searched by, with how much each counts."""

    text: list[int]
    vector: Tensor
    asked: tuple[tuple[list[int], float], ...]


def embedder(weights: Path, out: Path, papers: Sequence[Searched], others: Sequence[Searched]) -> None:
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


def _general(pair_: Pair) -> Example:
    first, second, label = pair_
    return (*pair(first, (second, 170), most=80), label)


def _claim(claim: str, cited: Sequence[int], beside: Sequence[int], written: WrittenOn) -> tuple[list[int], list[int]]:
    ahead, source = pair(claim, (" ".join(map(written.paper.sentence, cited)), _CITED), most=_CLAIM)
    near = (" ".join(map(written.paper.sentence, beside)), _ALL - len(ahead) - len(source)) if beside else ("", 0)
    return ahead, [*source, *pair("", near)[1]] if near[0] else source


def _beside(cited: Sequence[int], count: int) -> list[int]:
    around = {i + step for i in cited for step in (-1, 1)}
    return sorted(i for i in around if 1 <= i <= count and i not in cited)


def _segments(asked: str, written: WrittenOn) -> list[list[int]]:
    """Return the pieces of question, title and sentences, each with its end; what is too long is left out."""
    segments = [[START, *word_pieces(asked)[:_QUESTION], END], [*word_pieces(written.paper.title)[:_TITLE], END]]
    for index in range(1, len(written.paper.sentences) + 1):
        room = _ABSTRACT - sum(map(len, segments)) - 1
        if room < 1:
            break
        segments.append([*word_pieces(written.paper.sentence(index))[:room], END])
    return segments


def _size(example: Any) -> int:
    return len(example[0]) + len(example[1])


def _tensors(batch: Sequence[Any]) -> tuple[Tensor, Tensor, Tensor]:
    ids, mask = padded([b[0] + b[1] for b in batch]), padded([[1] * _size(b) for b in batch])
    return ids, mask, padded([[0] * len(b[0]) + [1] * len(b[1]) for b in batch])


def _read_tensors(batch: Sequence[Sequence[Sequence[int]]]) -> tuple[tuple[Tensor, ...], Tensor]:
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
