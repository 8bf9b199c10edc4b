"""An embedder that keeps the vectors of the sentences it embedded last: a conversation keeps coming back to the same.

For sentences of papers that are read, not for papers that are added: these pass once, and would push all else out.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.embedder import Embedder

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

MOST = 16_384
"""Sentences that are kept: of some 1,700 abstracts, in about 30 MB at 384 dimensions."""


class Remembering:
    """The embedder that `opened` returns, with a memory of `most` texts; safe to use from several threads."""

    def __init__(self, opened: Callable[[], Embedder], most: int = MOST) -> None:
        self._opened, self._most = opened, most
        self._kept: OrderedDict[str, NDArray[float32]] = OrderedDict()
        self._guard = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return one row of length 1 for each text, in the order given: shape (texts, dimension)."""
        import numpy as np

        if not texts:
            return self._opened().embed(texts)
        with self._guard:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found |= dict(zip(missing, self._opened().embed(missing), strict=True))
        self._keep(found)
        return np.stack([found[text] for text in texts])

    def embed_query(self, text: str) -> NDArray[float32]:
        """Return the vector of a question: shape (dimension,)."""
        return self._opened().embed_query(text)

    def _keep(self, used: dict[str, NDArray[float32]]) -> None:
        """Keep what was used last."""
        with self._guard:
            for text, vector in used.items():
                self._kept[text] = vector
                self._kept.move_to_end(text)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
