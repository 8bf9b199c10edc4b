"""One ONNX graph that reads several texts together: word pieces, loading and running.

Not handled: texts beyond 512 word pieces, which the caller cuts up; a GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rag.models.embedder import SHIPPED
from rag.models.embedder.onnx_folder import open_graph, open_tokenizer, run_graph
from rag.models.embedder.onnx_folder import word_pieces as embedder_pieces

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
        return run_graph(self._session, {"input_ids": ids, "token_type_ids": types, **pools}, self.file)

    def each(self, work: Callable[[T], Any], items: Iterable[T]) -> list[Any]:
        """Return `work` of every item, in order, on both cores of a usual machine: a text runs on one thread."""
        _ = self._session  # opened once, before the threads ask for it
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(work, items))

    @cached_property
    def _session(self) -> Any:
        return open_graph(self.file)


def word_pieces(text: str) -> list[int]:
    """Return the ids of a text's word pieces, without special ones, by the shipped embedder's tokenizer."""
    return embedder_pieces(text, SHIPPED, special=False)


@cache
def whole_words() -> frozenset[str]:
    """Return the word pieces that are words of their own: some twenty thousand common ones."""
    return frozenset(piece for piece in open_tokenizer(SHIPPED).get_vocab() if piece.isalpha())
