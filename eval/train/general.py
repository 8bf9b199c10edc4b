"""The trunk that the other networks begin with, learned from public sets of inference and of questions.

Each set is one file beside the others in a folder, as JSON lines `{"a": claim or question, "b": text, "y": label}` (0
supported, 1 contradicted, 2 neither; of questions 1 answers, 0 does not), named in `SETS` with the pairs that are taken
and the licence. None of them ships.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from ..falsehoods import made_claims
from ..written_set import read_written
from .bert import batches, general_example, learning, load, size_of, states, tensors
from .loop import SEED, Plan, fit
from .nets import Trunk

SETS = {
    "mnli": (10_000, "dev parts of MultiNLI; OANC and CC licences"),
    "conjnli": (7_000, "ConjNLI, adversarial and dev; MIT"),
    "cad": (8_000, "counterfactually augmented SNLI; Apache-2.0"),
    "fever": (12_000, "FEVER with its evidence, dev and test of fever-nli; CC BY-SA 3.0"),
    "feversym": (1_420, "FEVER Symmetric 0.2; CC BY-SA 3.0"),
    "citint": (2_426, "Citation-Integrity, train and dev; MIT"),
    "checkcovid": (1_503, "Check-COVID; MIT"),
    "scifact": (1_261, "SciFact, train; claims CC BY 4.0, abstracts ODC-BY 1.0"),
    "questions": (8_000, "SQuAD (dev and test of Du and others), QNLI dev, SelQA dev; CC BY-SA 4.0, Apache-2.0"),
}
"""The sets by the names of their files: pairs taken, what it is and its licence."""
Pair = tuple[str, str, int]


def read_sets(folder: Path, chance: Random) -> tuple[list[Pair], list[Pair]]:
    """Return pairs of inference and pairs of questions; a set whose file is missing raises FileNotFoundError."""
    found: dict[str, list[Pair]] = {}
    for name, (most, _) in SETS.items():
        lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        pairs = [(line["a"], line["b"], line["y"]) for line in map(json.loads, lines)]
        found[name] = chance.sample(pairs, min(most, len(pairs)))
    questions = found.pop("questions")
    return [pair for pairs in found.values() for pair in pairs], questions


def train(weights: Path, sets: Path, out: Path) -> None:
    """Train the trunk on public pairs and on claims made false by code."""
    chance = Random(SEED)
    inference, questions = read_sets(sets, chance)
    abstracts = [list(w.paper.sentence_texts()) for w in read_written("train")]
    inference += list(made_claims(abstracts, chance))
    data = [(*general_example(p), 0) for p in inference] + [(*general_example(p), 1) for p in questions]
    net = Trunk(load(weights))

    def epoch(number: int) -> list[Any]:
        order = Random(SEED + number)
        mixed = [b for task in (0, 1) for b in batches([d for d in data if d[3] == task], size_of, 1600, order)]
        return order.sample(mixed, len(mixed))

    def loss(batch: Sequence[Any]) -> Tensor:
        ids, mask, types = tensors(batch)
        x, labels = states(net.bert, ids, mask, types), torch.tensor([b[2] for b in batch])
        if batch[0][3]:
            return F.binary_cross_entropy_with_logits(net.answering(x, mask, types)[:, 0], labels.float())
        return F.cross_entropy(net.inference(x, mask, types), labels, label_smoothing=0.05)

    fit(net, learning(net), epoch, loss, Plan(8e-5, 1, out / "general.pt", rise=100))
