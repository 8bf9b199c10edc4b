"""The weights of an int8 graph that ships, for a network to go on from: what was learned is not learned again.

Weights come back as the graph computes with them, so what quantising cost stays lost until some batches have made up
for it. Vectors of word pieces and places, which no step trains, are left as the network has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

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
