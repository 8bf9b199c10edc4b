"""The graphs that ship compute the same on every processor, since their products can nowhere saturate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.models.cross_encoders import ANSWERS, SUPPORT
from rag.models.embedder import SHIPPED

GRAPHS = (SHIPPED / "model.onnx", SHIPPED / "question.onnx", ANSWERS, SUPPORT)
GRAPH, INITIALIZER, KIND, NAME, RAW = 7, 5, 2, 8, 9
"""Field numbers of `onnx.proto`, in the wire format of Protocol Buffers."""
INT8, MATRICES = 3, 36


def fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Yield (field number, value) of a message: numbers, and the bytes of what has a length."""
    place = 0

    def varint() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while place < len(message):
        tag = varint()
        if tag & 7 == 0:
            yield tag >> 3, varint()
            continue
        length = varint() if tag & 7 == 2 else 4 if tag & 7 == 5 else 8
        yield tag >> 3, message[place : place + length]
        place += length


def weights(file: Path) -> Iterator[np.ndarray]:
    """Yield the int8 weights of a graph's products."""
    graph = next(value for field, value in fields(memoryview(file.read_bytes())) if field == GRAPH)
    assert isinstance(graph, memoryview)
    for held in (value for field, value in fields(graph) if field == INITIALIZER and isinstance(value, memoryview)):
        told = dict(fields(held))
        name = bytes(told[NAME]).decode()  # type: ignore[arg-type]
        if told[KIND] == INT8 and name.endswith("_quantized"):
            yield np.frombuffer(told[RAW], dtype=np.int8)  # type: ignore[arg-type]


@pytest.mark.parametrize("file", GRAPHS, ids=lambda file: file.name)
def test_two_products_of_a_graph_fit_into_sixteen_bits(file: Path) -> None:
    """x86 without VNNI adds two products of a byte and a weight in 16 bits: 2 x 255 x 64 is the most that fits."""
    found = list(weights(file))
    assert len(found) >= MATRICES
    assert max(int(np.abs(matrix.astype(int)).max()) for matrix in found) <= 64
