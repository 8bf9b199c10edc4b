"""From checkpoints to the int8 graphs that ship, and how far these are from the fp32 ones.

Weights are stored in seven bits of eight (`reduce_range`), one scale a column: on x86 without VNNI a product of
eight-bit values with full-range weights saturates in 16 bits, and vectors made there would differ. With one scale a
matrix instead of a column the cosine to fp32 falls to .934.
"""

from __future__ import annotations

from hashlib import sha256
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from .bert import Bert, load, mean
from .nets import Checker, Selector, Trunk

OPSET = 17
_PIECES = 40


class Embedding(nn.Module):
    """Mean pooling and normalisation inside the graph: ids and mask in, unit vectors out."""

    def __init__(self, bert: Bert) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return vectors of shape (texts, 384)."""
        x = self.bert(input_ids, attention_mask, torch.zeros_like(input_ids))
        return F.normalize(mean(x, attention_mask.float()), dim=1)


class Answers(nn.Module):
    """One text: logits of its sentences, and the log-odds that the abstract answers."""

    def __init__(self, selector: Selector) -> None:
        super().__init__()
        self.net = selector

    def forward(
        self, input_ids: Tensor, token_type_ids: Tensor, question_pool: Tensor, sentence_pool: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return logits of shape (sentences,) and (1,); the pools are rows of averages, (1 or sentences, pieces)."""
        net, x = self.net, self.net.bert(input_ids, torch.ones_like(input_ids), token_type_ids)[0]
        sentences, question = sentence_pool @ x, question_pool @ x
        mixed = torch.cat([sentences, question.expand_as(sentences), sentences * question], 1)
        logits = net.sentence_out(F.gelu(net.sentence(mixed)))[:, 0]
        best = (torch.softmax(logits, 0)[:, None] * sentences).sum(0, keepdim=True)
        whole = torch.cat([x[:1], question, best, best * question], 1)
        return logits, net.abstract_out(F.gelu(net.abstract(whole)))[:, 0]


class Support(nn.Module):
    """One claim with its source: logits of supported, contradicted, not stated."""

    def __init__(self, checker: Checker) -> None:
        super().__init__()
        self.net = checker

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return logits of shape (1, 3)."""
        mask = torch.ones_like(input_ids)
        return self.net.inference(self.net.bert(input_ids, mask, token_type_ids), mask, token_type_ids)  # type: ignore[no-any-return]


def export(weights: Path, checkpoints: Path, out: Path) -> dict[str, str]:
    """Write the four graphs into `out`; return the SHA-256 of each by its name."""
    trunk = Trunk(load(weights))
    ids = torch.randint(1000, 9000, (1, _PIECES))
    types, pool = torch.ones_like(ids), torch.zeros(3, _PIECES)
    types[0, :10] = 0
    for row, start in enumerate((15, 20, 30)):
        pool[row, start : start + 5] = 0.2
    asked = torch.zeros(1, _PIECES)
    asked[0, 1:9] = 0.125
    texts, mask = torch.ones(2, 7, dtype=torch.long), torch.ones(2, 7, dtype=torch.long)
    mask[1, 4:] = 0  # a padded row, so that the tracer sees a mask that masks
    sides = nn.ModuleDict({"questions": load(weights), "papers": load(weights)})
    sides = _from(sides, checkpoints / "embedder.pt")
    made = {
        "model.onnx": (Embedding(sides["papers"]), {"input_ids": texts, "attention_mask": mask}, ("embedding",)),
        "question.onnx": (Embedding(sides["questions"]), {"input_ids": texts, "attention_mask": mask}, ("embedding",)),
        "answers.onnx": (
            Answers(_from(Selector(trunk), checkpoints / "selector.pt")),
            {"input_ids": ids, "token_type_ids": types, "question_pool": asked, "sentence_pool": pool},
            ("sentence_logits", "log_odds"),
        ),
        "support.onnx": (
            Support(_from(Checker(Trunk(load(weights))), checkpoints / "checker.pt")),
            {"input_ids": ids, "token_type_ids": types},
            ("logits",),
        ),
    }
    out.mkdir(parents=True, exist_ok=True)
    return {name: write(graph, given, outputs, out / name) for name, (graph, given, outputs) in made.items()}


def write(graph: Any, given: dict[str, Tensor], outputs: tuple[str, ...], target: Path) -> str:
    """Write one graph in int8; return its SHA-256."""
    axes: dict[str, dict[int, str]] = {name: {1: "pieces"} for name in given}
    if "attention_mask" in given:
        axes = {name: {0: "texts", 1: "pieces"} for name in given} | {"embedding": {0: "texts"}}
    if "sentence_pool" in given:
        axes |= {"sentence_pool": {0: "sentences", 1: "pieces"}, "sentence_logits": {0: "sentences"}}
    with TemporaryDirectory() as scratch:
        exact, prepared = Path(scratch, "exact.onnx"), Path(scratch, "prepared.onnx")
        torch.onnx.export(
            graph.eval(),
            tuple(given.values()),
            str(exact),
            input_names=list(given),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
        quantise(exact, prepared, target)
    return sha256(target.read_bytes()).hexdigest()


def quantise(exact: Path, prepared: Path, target: Path) -> None:
    """Write an fp32 graph in int8."""
    quantization = import_module("onnxruntime.quantization")
    # Symbolic shapes are skipped because their inference stops at these graphs.
    import_module("onnxruntime.quantization.shape_inference").quant_pre_process(
        str(exact), str(prepared), skip_symbolic_shape=True
    )
    quantization.quantize_dynamic(
        str(prepared), str(target), weight_type=quantization.QuantType.QInt8, per_channel=True, reduce_range=True
    )


def _from(net: Any, checkpoint: Path) -> Any:
    net.load_state_dict(torch.load(checkpoint)["net"])
    return net
