"""An ONNX model of one 8-bit matrix product, written byte by byte: the package `onnx` is needed for nothing else.

Field numbers are those of `onnx.proto` (IR version 8, operator set 13), in the wire format of Protocol Buffers.
"""

from __future__ import annotations

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
