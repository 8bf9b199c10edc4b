"""The checker: whether what a claim cites bears it out, contradicts it or does not say.

Learned in two stages: from everything (public pairs, sentences and summaries of abstracts, kept or made false by code,
written claims), then mostly from written claims. Of a claim made false by code it is known which words are wrong, and
learned too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from rag.base.text.sentences import split_sentences

from ..falsehoods import any_falsified, made_claims, names_of, wrong_words
from ..meaning import nearest
from ..written_set import WrittenOn, read_written
from .bert import batches, general_example, learning, pair, size_of, tensors
from .general import read_sets
from .loop import SEED, Plan, fit
from .nets import Checker, resume, trunk_of

_CLAIM, _CITED, _ALL = 96, 200, 260
"""Word pieces that are read, as by the library: of a claim, of what it cites, and of both with what stands near."""
_ABSTRACTS, _SENTENCES = 8_000, 2
"""Abstracts that claims are made of, and sentences of each."""
_KNOWN = 0.35
"""Part of a summary's words from which two sentences of the abstract are taken to bear it out."""
_WRONG = 0.3
"""Weight of the loss on wrong words."""


class Example(NamedTuple):
    """Word pieces of claim and source, the label, and for each piece of the claim whether it is wrong, if known."""

    claim: list[int]
    source: list[int]
    label: int
    wrong: list[int] | None = None


Texts = Sequence[tuple[Sequence[str], str | None]]
"""Of papers that may be learned from: the sentences of the abstract, and a summary where there is one."""


def train(weights: Path, sets: Path, papers: Texts, out: Path, start: Path | None = None) -> None:
    """Train the checker; with `start`, a graph of it that ships, its training goes on from there."""
    net, written = Checker(trunk_of(weights, out, start)), read_written("train")
    if start:
        resume(net, start)
    chance = Random(SEED)
    general = [_plain(*general_example(p)) for p in read_sets(sets, chance)[0]]
    made = list(_made(chance.sample(papers, min(_ABSTRACTS, len(papers))), chance))
    summaries = list(_summaries(papers, chance))
    falsified = [e for w in written for e in _falsified(w, chance)]

    def everything(number: int) -> list[Any]:
        order = Random(SEED + number)
        claims = [e for w in written for e in claim_examples(w, order)]
        some = [*order.sample(general, min(20_000, len(general))), *order.sample(made, min(16_000, len(made)))]
        return list(batches([*some, *summaries, *falsified, *claims], size_of, 2400, order))

    def mostly_written(number: int) -> list[Any]:
        order = Random(SEED + 30 + number)
        claims = [e for w in written for e in claim_examples(w, order)]
        parts = ((general, 4_000), (made, 1_500), (summaries, 1_500), (falsified, 3_000))
        claims += [e for part, most in parts for e in order.sample(part, min(most, len(part)))]
        return list(batches(claims, size_of, 2400, order))

    def stage(epoch: Callable[[int], list[Any]], plan: Plan) -> None:
        fit(net, learning(net), epoch, lambda batch: checking_loss(net, batch), plan)
        net.load_state_dict(torch.load(plan.checkpoint)["mean"])

    stage(everything, Plan(6e-5, 1, out / "checker_everything.pt", rise=150))
    stage(mostly_written, Plan(4e-5, 2, out / "checker.pt"))


def checking_loss(net: Checker, batch: Sequence[Example]) -> Tensor:
    """Return the loss: the label, and the words that are wrong, or where these are not known, that some word is."""
    logits, wrong = net(*tensors(batch))
    loss = F.cross_entropy(logits, torch.tensor([e.label for e in batch]), label_smoothing=0.03)
    told = torch.zeros(())
    for row, example in enumerate(batch):
        words = wrong[row, : len(example.claim)]
        if example.wrong is not None:
            told = told + F.binary_cross_entropy_with_logits(
                words, torch.tensor(example.wrong, dtype=torch.float), pos_weight=torch.tensor(3.0)
            )
        if example.label == 1 or example.wrong is not None:
            told = told + F.softplus(words.max() if example.label != 1 else -words.max())
    return loss + _WRONG * told / len(batch)


def claim_examples(written: WrittenOn, chance: Random) -> Iterator[Example]:
    """Yield the claims on a paper with what they lean on, a sentence quoted, and a claim far from its evidence."""
    paper = written.paper
    count = len(paper.sentences)
    for claim in written.claims:
        label = {"supported": 0, "unstated": 2}.get(claim.kind, 1)
        cited = claim.evidence or (nearest(claim.claim, written),)
        beside = [] if chance.random() < 0.25 else _beside(cited, count)
        yield _plain(*_claim(claim.claim, cited, beside, written), label)
    if count > 4 and chance.random() < 0.55:
        own = chance.choice([c for c in written.claims if c.kind == "supported"])
        far = [i for i in range(1, count + 1) if all(abs(i - e) > 1 for e in own.evidence)]
        if far:
            place = (chance.choice(far),)
            yield _plain(*_claim(own.claim, place, _beside(place, count), written), 2)
        quoted = chance.randint(1, count)
        yield _plain(*_claim(paper.sentence(quoted), (quoted,), _beside((quoted,), count), written), 0)


def _falsified(written: WrittenOn, chance: Random) -> Iterator[Example]:
    """Yield a paper's faithful claims, made false by code."""
    count = len(written.paper.sentences)
    names = names_of([written.paper.sentence(i + 1) for i in range(count)])
    for claim in written.claims:
        false = any_falsified(claim.claim, names, chance) if claim.kind == "supported" else None
        if false:
            beside = [] if chance.random() < 0.25 else _beside(claim.evidence, count)
            ahead, source = _claim(false, claim.evidence, beside, written)
            yield Example(ahead, source, 1, wrong_words(ahead, _texts(claim.claim, "", "")[0]))


def _made(papers: Texts, chance: Random) -> Iterator[Example]:
    """Yield claims made of sentences of abstracts."""
    for made in made_claims([sentences for sentences, _ in papers], chance, _SENTENCES):
        ahead, source = _texts(made.claim, " ".join(made.cited), " ".join(made.beside))
        wrong = wrong_words(ahead, _texts(made.true, "", "")[0]) if made.true else None
        yield Example(ahead, source, made.label, wrong) if wrong else _plain(ahead, source, made.label)


def _summaries(papers: Texts, chance: Random) -> Iterator[Example]:
    """Yield summaries as claims on the two sentences of their abstract that share most words, kept and made false."""
    for sentences, summary in papers:
        said = _long_words(summary or "")
        held = sorted(range(len(sentences)), key=lambda i: -len(said & _long_words(sentences[i])))[:2]
        cited = " ".join(sentences[i] for i in sorted(held))
        if not summary or len(said & _long_words(cited)) < _KNOWN * len(said):
            continue
        others = [text for i, text in enumerate(sentences) if i not in held][:2]
        near = " ".join(others) if chance.random() < 0.5 else ""
        yield _plain(*_texts(summary, cited, near), 0)
        if false := any_falsified(summary, names_of(sentences), chance):
            ahead, source = _texts(false, cited, near)
            yield Example(ahead, source, 1, wrong_words(ahead, _texts(summary, "", "")[0]))


def _long_words(text: str) -> set[str]:
    return {word for word in text.lower().split() if len(word) > 3}


def _plain(claim: list[int], source: list[int], label: int) -> Example:
    """Return an example of which, where it is faithful, no word is wrong."""
    return Example(claim, source, label, [0] * len(claim) if label == 0 else None)


def _claim(claim: str, cited: Sequence[int], beside: Sequence[int], written: WrittenOn) -> tuple[list[int], list[int]]:
    sentence = written.paper.sentence
    return _texts(claim, " ".join(map(sentence, cited)), " ".join(map(sentence, beside)))


def _texts(claim: str, cited: str, near: str) -> tuple[list[int], list[int]]:
    ahead, source = pair(claim, (cited, _CITED), most=_CLAIM)
    beside = pair("", (near, _ALL - len(ahead) - len(source)))[1]
    return ahead, [*source, *beside]


def _beside(cited: Sequence[int], count: int) -> list[int]:
    around = {i + step for i in cited for step in (-1, 1)}
    return sorted(i for i in around if 1 <= i <= count and i not in cited)


def texts_of(abstract: str) -> list[str]:
    """Return the sentences of an abstract as it stands in a file."""
    text = " ".join(abstract.split())
    return [text[start:end] for start, end in split_sentences(text)]
