"""What each choice in the embedder is worth, measured on and off, and how far these cores could go at most.

All ways embed the same texts, cut into word pieces before, in turns; the least time of a few rounds counts. The limit
is that of the runtime's own int8 product of a text's pieces with a feed-forward weight, alone on every core: as if
nothing but the products with weights took time. Not handled: processors that have more to offer than this runtime uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.models.embedder import SHIPPED

from .clock import seconds
from .corpus import Place
from .figures import Figure, cores

# ----------------------------------------------------------------------------------------------------
# An ONNX model of one 8-bit matrix product, written byte by byte: the package `onnx` is needed for nothing else.
#
# Field numbers are those of `onnx.proto` (IR version 8, operator set 13), in the wire format of Protocol Buffers.

_UINT8, _INT8, _INT32 = 2, 3, 6


def product_model(depth: int, width: int) -> bytes:
    """Return the model `products = rows x weights`: `rows` uint8 (any, depth), `weights` int8 (depth, width).

    Weights have 7 bits: processors without VNNI add two products in 16 bits, which 8 bits would saturate.
    """
    import numpy as np

    weights = np.random.default_rng(0).integers(-64, 64, (depth, width), dtype=np.int8)
    node = _text(1, "rows") + _text(1, "weights") + _text(2, "products") + _text(4, "MatMulInteger")
    stored = _number(1, depth) + _number(1, width) + _number(2, _INT8) + _text(8, "weights")
    stored += _bytes(9, weights.tobytes())
    graph = _bytes(1, node) + _text(2, "product") + _bytes(5, stored)
    graph += _bytes(11, _value("rows", _UINT8, depth)) + _bytes(12, _value("products", _INT32, width))
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13))


def _value(name: str, kind: int, columns: int) -> bytes:
    """Return a matrix of any number of rows, with its name."""
    shape = _bytes(1, _text(2, "n")) + _bytes(1, _number(1, columns))
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Return seven bits a byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


# ----------------------------------------------------------------------------------------------------

_TEXTS = 96
_ROUNDS = 3
_WIDTH, _INNER, _LAYERS = 384, 1536, 6
"""Of the shipped model: a vector, the feed-forward layer's inside, and how many layers."""
_PRODUCTS = _LAYERS * (4 * _WIDTH * _WIDTH + 2 * _WIDTH * _INNER)
"""Multiplications of one word piece with weights: query, key, value, output, and twice feed-forward (10.6 million)."""
_ROWS, _TIMES = 320, 400
"""Pieces of a usual abstract, and how often they are multiplied to measure the limit."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to embed: `batch` texts together, padded to the longest; `apart`: each core its own batch."""

    what: str
    model: Path
    batch: int = 1
    by_length: bool = False
    apart: bool = True
    optimised: bool = True


def ladder(place: Place, fp32: str) -> list[Figure]:
    """Measure each way, and the limit."""
    texts = _pieces(place.texts(_TEXTS))
    runs = {way: _Running(way) for way in _ways(Path(fp32))}
    took = {way: min(times) for way, times in _in_turns(runs, texts).items()}
    total = sum(map(len, texts))
    figures = [Figure("ladder", way.what, total / least, "pieces a second") for way, least in took.items()]
    reached = total / took[_shipped()] * _PRODUCTS
    limit = _most_products()
    return [
        *figures,
        Figure("limit", "int8 products of these cores, by the runtime's own product", limit / 1e9, "billion a second"),
        Figure("limit", "if nothing but products with weights took time", limit / _PRODUCTS, "pieces a second"),
        Figure("limit", "what is reached of it", reached / limit),
    ]


def _pieces(texts: Sequence[str]) -> list[list[int]]:
    """Return each text's word pieces, as many as the model reads."""
    from tokenizers import Tokenizer

    return [found.ids for found in Tokenizer.from_file(str(SHIPPED / "tokenizer.json")).encode_batch(list(texts))]


def _shipped() -> Way:
    return Way("int8, each text alone, one on each core: as shipped", SHIPPED)


def _ways(fp32: Path) -> list[Way]:
    """Return the ways from the usual one to the shipped one, and the shipped one with one thing less."""
    usual = Way("fp32, batches of 32 as they come, all cores on one", fp32, 32, apart=False)
    shipped = _shipped()
    return [
        usual,
        replace(usual, what="fp32, batches of 32 of like length, all cores on one", by_length=True),
        replace(shipped, what="fp32, each text alone, one on each core", model=fp32),
        replace(usual, what="int8, batches of 32 as they come, all cores on one", model=SHIPPED),
        replace(usual, what="int8, batches of 32 of like length, all cores on one", model=SHIPPED, by_length=True),
        Way("int8, batches of 8 of like length, one on each core", SHIPPED, 8, by_length=True),
        replace(shipped, what="int8, each text alone, all cores on one", apart=False),
        replace(shipped, what="as shipped without the runtime's graph optimisation", optimised=False),
        shipped,
    ]


class _Running:
    """A way with its session."""

    def __init__(self, way: Way) -> None:
        self.way, self.session = way, _session(way.model / "model.onnx", 1 if way.apart else cores(), way.optimised)

    def embed(self, texts: Sequence[Sequence[int]]) -> None:
        """Run all texts through the model."""
        ordered = sorted(texts, key=len) if self.way.by_length else texts
        batches = [ordered[i : i + self.way.batch] for i in range(0, len(ordered), self.way.batch)]
        with ThreadPoolExecutor(cores() if self.way.apart else 1) as pool:
            list(pool.map(self._run, batches))

    def _run(self, batch: Sequence[Sequence[int]]) -> None:
        import numpy as np

        ids = np.zeros((len(batch), max(map(len, batch))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, pieces in enumerate(batch):
            ids[row, : len(pieces)], mask[row, : len(pieces)] = pieces, 1
        self.session.run(None, {"input_ids": ids, "attention_mask": mask})


def _in_turns(runs: dict[Way, _Running], texts: Sequence[Sequence[int]]) -> dict[Way, list[float]]:
    """Return the seconds of every round of each way."""
    for running in runs.values():
        running.embed(texts[:4])
    took: dict[Way, list[float]] = {way: [] for way in runs}
    for _ in range(_ROUNDS):
        for way, running in runs.items():
            took[way].append(seconds(lambda running=running: running.embed(texts)))  # type: ignore[misc]
    return took


def _most_products() -> float:
    """Return how many 8-bit products a second all cores do together, each at its own matrix."""
    import numpy as np

    session = _session(product_model(_WIDTH, _INNER), 1)
    rows = np.random.default_rng(0).integers(0, 255, (_ROWS, _WIDTH), dtype=np.uint8)

    def work(_: int) -> None:
        for _ in range(_TIMES):
            session.run(None, {"rows": rows})

    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(work, range(cores())))
        least = min(seconds(lambda: list(pool.map(work, range(cores())))) for _ in range(_ROUNDS))
    return cores() * _TIMES * _ROWS * _WIDTH * _INNER / least


def _session(model: Path | bytes, threads: int, optimised: bool = True) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if not optimised:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
