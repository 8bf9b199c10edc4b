"""A BERT encoder of six layers as plain torch, and the texts that go into it.

After Devlin and others (2019), with the sizes of all-MiniLM-L6-v2. Written out, since the products in bfloat16 and the
export are then under our own eyes, and no further library is needed. Not handled: dropout, heads to prune.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file
from torch import Tensor, nn

from rag.models.cross_encoders import END, START
from rag.models.embedder.onnx_folder import word_pieces

WIDTH, HEADS, LAYERS, WORDS, PLACES = 384, 12, 6, 30522, 512
_NAMES = {
    "embeddings.word_embeddings": "words",
    "embeddings.position_embeddings": "places",
    "embeddings.token_type_embeddings": "types",
    "embeddings.LayerNorm": "norm",
    "encoder.layer.": "layers.",
    "attention.self.": "",
    "attention.output.dense": "mixed",
    "attention.output.LayerNorm": "first_norm",
    "intermediate.dense": "wide",
    "output.dense": "narrow",
    "output.LayerNorm": "second_norm",
}
"""What the published weights call a part, in the order of replacing, and what it is called here."""


class Layer(nn.Module):
    """Self-attention and a feed-forward part, each with its residual and its norm behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mixed = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.wide, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.first_norm, self.second_norm = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return states of shape (texts, pieces, width); `bias` is added to the scores, (texts, 1, 1, pieces)."""
        texts, pieces, _ = x.shape

        def heads(part: Tensor) -> Tensor:
            return part.view(texts, pieces, HEADS, WIDTH // HEADS).transpose(1, 2)

        scores = heads(self.query(x)) @ heads(self.key(x)).transpose(2, 3) / math.sqrt(WIDTH // HEADS) + bias
        seen = torch.softmax(scores, -1) @ heads(self.value(x))
        x = self.first_norm(x + self.mixed(seen.transpose(1, 2).reshape(texts, pieces, WIDTH)))
        return self.second_norm(x + self.narrow(F.gelu(self.wide(x))))


class Bert(nn.Module):
    """The encoder: ids, mask and types of shape (texts, pieces) in, states of shape (texts, pieces, width) out."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places, self.types = (nn.Embedding(n, WIDTH) for n in (WORDS, PLACES, 2))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return the last layer's states; in training on a CPU with bfloat16, in that."""
        x = self.norm(self.words(ids) + self.places(torch.arange(ids.shape[1])) + self.types(types))
        bias = (1.0 - mask[:, None, None, :].float()) * -1e4
        if torch.is_autocast_enabled("cpu"):
            x, bias = x.bfloat16(), bias.bfloat16()
        for layer in self.layers:
            x = layer(x, bias)
        return x


def load(weights: Path) -> Bert:
    """Return the encoder with published weights (`model.safetensors` of all-MiniLM-L6-v2)."""
    bert, state = Bert(), {}
    for name, tensor in load_file(weights).items():
        for theirs, ours in _NAMES.items():
            name = name.replace(theirs, ours)
        if name in bert.state_dict():
            state[name] = tensor
    bert.load_state_dict(state)
    return bert


def learning(net: Any, *, words: bool = False) -> list[Any]:
    """Return the parameters that are trained: without `words`, the vectors of word pieces and places stay."""
    for name, parameter in net.named_parameters():
        parameter.requires_grad_(words or not name.endswith(("words.weight", "places.weight")))
    return [parameter for parameter in net.parameters() if parameter.requires_grad]


def states(bert: Any, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
    """Return the states as float32, computed in bfloat16, which is faster wherever the processor has it."""
    with torch.autocast("cpu", torch.bfloat16):
        return bert(ids, mask, types).float()  # type: ignore[no-any-return]


def mean(states_: Tensor, weight: Tensor) -> Tensor:
    """Return the mean of states by weights of shape (texts, pieces)."""
    return (states_ * weight[..., None]).sum(1) / weight.sum(1, keepdim=True).clamp(min=1e-9)


def padded(rows: Sequence[Sequence[int]]) -> Tensor:
    """Return rows as one tensor, filled up with zeros."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])


def pair(first: str, *others: tuple[str, int], most: int = 96) -> tuple[list[int], list[int]]:
    """Return the word pieces of a first text and of the others, (text, most pieces) each; empty ones are left out."""
    ahead = [START, *word_pieces(first)[:most], END]
    behind = [piece for text, room in others if text and room > 0 for piece in [*word_pieces(text)[:room], END]]
    return ahead, behind


def batches(items: Sequence[Any], size: Any, most: int, chance: Random) -> Iterator[list[Any]]:
    """Yield items in batches of about `most` word pieces, alike in `size`, in an order of chance."""
    shuffled = chance.sample(items, len(items))
    made: list[list[Any]] = []
    for start in range(0, len(shuffled), 600):
        batch: list[Any] = []
        for item in sorted(shuffled[start : start + 600], key=size):
            batch.append(item)
            if len(batch) * size(item) >= most:
                made.append(batch)
                batch = []
        made += [batch] if batch else []
    yield from chance.sample(made, len(made))


Example = tuple[list[int], list[int], int]
"""Word pieces ahead and behind, and the label."""


def general_example(pair_: tuple[str, str, int]) -> Example:
    """Return a pair of a public set, (claim or question, text, label), in word pieces."""
    first, second, label = pair_
    return (*pair(first, (second, 170), most=80), label)


def size_of(example: Any) -> int:
    """Return how many word pieces an example has."""
    return len(example[0]) + len(example[1])


def tensors(batch: Sequence[Any]) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids, mask and types of examples, (texts, pieces) each."""
    ids, mask = padded([b[0] + b[1] for b in batch]), padded([[1] * size_of(b) for b in batch])
    return ids, mask, padded([[0] * len(b[0]) + [1] * len(b[1]) for b in batch])
