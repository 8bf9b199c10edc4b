"""One ONNX graph that reads several texts together: word pieces, loading and running. The runtime's errors end here.

Not handled: texts beyond 512 word pieces, which the caller cuts up; a GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rag.base.errors import EmbedderFailed
from rag.embedder import SHIPPED

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

START, END = 101, 102
"""The special word pieces before the first text and after each."""
LIMIT = 512
"""Word pieces that the graphs read at once."""
_THREADS = 2

T = TypeVar("T")


class CrossEncoder:
    """The graph in one file, read when first used; safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def run(self, segments: Sequence[Sequence[int]], pools: dict[str, NDArray[float32]]) -> list[NDArray[float32]]:
        """Return the graph's outputs for segments of word pieces: the first is of type 0, all others of type 1.

        `pools` are further inputs by name: rows that average word pieces, shape (rows, pieces).
        """
        import numpy as np

        ids = np.array([[piece for segment in segments for piece in segment]], dtype=np.int64)
        types = np.ones_like(ids)
        types[0, : len(segments[0])] = 0
        try:
            return list(self._session.run(None, {"input_ids": ids, "token_type_ids": types, **pools}))
        except Exception as exc:  # the runtime's errors share no base class of their own
            raise EmbedderFailed(f"{self.file} failed: {exc}") from exc

    def each(self, work: Callable[[T], Any], items: Iterable[T]) -> list[Any]:
        """Return `work` of every item, in order, on both cores of a usual machine: a text runs on one thread."""
        _ = self._session  # opened once, before the threads ask for it
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(work, items))

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the threads are ours, one text each
        options.log_severity_level = 3  # errors are raised; a warning would be printed
        try:
            return onnxruntime.InferenceSession(self.file, options, providers=["CPUExecutionProvider"])
        except Exception as exc:
            raise EmbedderFailed(f"{self.file} cannot be loaded: {exc}") from exc


def word_pieces(text: str) -> list[int]:
    """Return the ids of a text's word pieces, without special ones. A lone surrogate, which is no text, is replaced."""
    ids: list[int] = _tokenizer().encode(text.encode("utf-8", "replace").decode("utf-8"), add_special_tokens=False).ids
    return ids


@cache
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@cache
def whole_words() -> frozenset[str]:
    """Return the word pieces that are words of their own: some twenty thousand common ones."""
    return frozenset(piece for piece in _tokenizer().get_vocab() if piece.isalpha())
