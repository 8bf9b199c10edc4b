"""The networks that are trained, an encoder with the heads of each task, and shipped weights to go on from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from onnx import numpy_helper
from torch import Tensor, nn

from .bert import WIDTH, Bert, load, mean, states


class PairHead(nn.Module):
    """Scores of two texts read together, from the means of their states, their difference and product."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.mix, self.out = nn.Linear(4 * WIDTH, WIDTH), nn.Linear(WIDTH, outputs)

    def forward(self, x: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return scores of shape (texts, outputs)."""
        behind = types.float() * mask.float()
        first, second = mean(x, mask.float() - behind), mean(x, behind)
        return self.out(F.gelu(self.mix(torch.cat([first, second, (first - second).abs(), first * second], 1))))  # type: ignore[no-any-return]


class Trunk(nn.Module):
    """What is trained on general pairs: one encoder, a head for inference and one for questions."""

    def __init__(self, bert: Bert) -> None:
        super().__init__()
        self.bert, self.inference, self.answering = bert, PairHead(3), PairHead(1)


class Checker(nn.Module):
    """Claim and source: logits of supported, contradicted, not stated."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.bert, self.inference = trunk.bert, trunk.inference

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return logits of shape (texts, 3)."""
        return self.inference(states(self.bert, ids, mask, types), mask, types)  # type: ignore[no-any-return]


class Selector(nn.Module):
    """Question, title and sentences: a logit for each sentence, and one for the abstract."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.bert = trunk.bert
        self.sentence, self.sentence_out = nn.Linear(3 * WIDTH, WIDTH), nn.Linear(WIDTH, 1)
        self.abstract, self.abstract_out = nn.Linear(4 * WIDTH, WIDTH), nn.Linear(WIDTH, 1)

    def forward(
        self, ids: Tensor, mask: Tensor, types: Tensor, asked: Tensor, pool: Tensor, real: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return logits of shape (texts, sentences) and (texts,).

        `asked`, (texts, 1, pieces), averages the question's pieces; `pool`, (texts, sentences, pieces), those of each
        sentence; `real`, (texts, sentences), tells sentences from filling.
        """
        x = states(self.bert, ids, mask, types)
        question, sentences = asked @ x, pool @ x
        mixed = torch.cat([sentences, question.expand_as(sentences), sentences * question], 2)
        logits = self.sentence_out(F.gelu(self.sentence(mixed)))[..., 0]
        share = torch.softmax(logits.masked_fill(~real, -1e4), 1)[..., None]
        best, question = (share * sentences).sum(1), question[:, 0]
        whole = torch.cat([x[:, 0], question, best, best * question], 1)
        return logits, self.abstract_out(F.gelu(self.abstract(whole)))[:, 0]


def trunk_of(weights: Path, out: Path, start: Path | None) -> Trunk:
    """Return the trunk as the general step left it; before that of a graph that ships, as published."""
    trunk = Trunk(load(weights))
    if start is None:
        trunk.load_state_dict(torch.load(out / "general.pt")["net"])
    return trunk


# ----------------------------------------------------------------------------------------------------
# The weights of an int8 graph that ships, for a network to go on from: what was learned is not learned again.
#
# Weights come back as the graph computes with them, so what quantising cost stays lost until some batches have made
# up for it. Vectors of word pieces and places, which no step trains, are left as the network has them.

_FIXED = ("words.weight", "places.weight")
_STEPS = 8
"""Nodes between a bias and the product that it is added to, at most."""


def resume(net: Any, graph: Path) -> None:
    """Load a graph's weights into a network of the same parts; ValueError where one is missing."""
    state, found = net.state_dict(), dict(_weights(onnx.load(graph)))
    for name in state:
        if name.endswith(_FIXED):
            continue
        if name not in found:
            raise ValueError(f"{graph} has no {name}: it is no graph of this network.")
        state[name] = torch.tensor(found[name])
    net.load_state_dict(state)


def _weights(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield (name in the network, array): vectors and norms as stored, matrices by the bias that follows them."""
    stored = {held.name: numpy_helper.to_array(held) for held in model.graph.initializer}
    makers = {output: node for node in model.graph.node for output in node.output}
    for name, array in stored.items():
        if array.dtype == np.float32 and name.endswith((".weight", ".bias")):
            yield _own(name), array.copy()
        if name.endswith(".weight_quantized"):
            plain = name.removesuffix("_quantized")
            yield _own(plain), (array - stored[f"{plain}_zero_point"].astype(np.float32)) * stored[f"{plain}_scale"]
    for node in model.graph.node:
        bias = next((given for given in node.input if given in stored and given.endswith(".bias")), None)
        if node.op_type == "Add" and bias is not None:
            product = _product(next(given for given in node.input if given != bias), makers)
            yield _own(bias.removesuffix("bias") + "weight"), _matrix(product, stored).T.copy()


def _product(output: str, makers: dict[str, Any]) -> Any:
    """Return the product of which `output` is the scaled result."""
    for _ in range(_STEPS):
        node = makers[output]
        if node.op_type in ("MatMulInteger", "MatMul"):
            return node
        output = next(given for given in node.input if given in makers)
    raise ValueError(f"No product was found before {output}.")


def _matrix(product: Any, stored: dict[str, Any]) -> Any:
    """Return the weights of a product in fp32, (inputs, outputs)."""
    weights = product.input[1]
    if product.op_type == "MatMul":
        return stored[weights]
    plain = weights.removesuffix("_quantized")
    return (stored[weights].astype(np.float32) - stored[f"{plain}_zero_point"]) * stored[f"{plain}_scale"]


def _own(name: str) -> str:
    """Return a name as the network itself has it, without the wrapper that was exported."""
    return name.removeprefix("net.")
