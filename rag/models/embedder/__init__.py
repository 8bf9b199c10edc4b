"""What turns a text into a vector: the shipped MiniLM, another ONNX folder, or an OpenAI-compatible endpoint.

Two implementations of one protocol. Which of them is used follows from the settings alone, and is never a silent
second choice: an endpoint that fails is an error, not a reason to embed with something else.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.base.errors import UsageError
from rag.base.settings import Settings
from rag.models.embedder.endpoint import EndpointEmbedder
from rag.models.embedder.onnx_folder import SHIPPED, OnnxEmbedder

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

__all__ = ["SHIPPED", "Embedder", "PaperEmbedder", "Remembering", "open_embedder"]

MOST = 16_384
"""Sentences that are kept: of some 1,700 abstracts, in about 30 MB at 384 dimensions."""


class Embedder(Protocol):
    """Texts in, unit vectors out, in the same order."""

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return one row of length 1 for each text, in the order given: shape (texts, dimension)."""

    def embed_query(self, text: str) -> NDArray[float32]:
        """Return the vector of a question: shape (dimension,)."""


class PaperEmbedder(Embedder, Protocol):
    """An embedder whose vectors are kept: it tells which it is, and how much of a text it reads."""

    @property
    def name(self) -> str:
        """The same for the same model wherever it runs; another model has another name."""

    @property
    def dimension(self) -> int:
        """The length of every vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens of one text that are surely read; what is longer is best cut up before."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has in full, to be held against `max_tokens`."""


def open_embedder(settings: Settings | None = None) -> PaperEmbedder:
    """Return the embedder that `settings` name; without any, the shipped one. Nothing is loaded or called yet."""
    settings = settings or Settings()
    model, base_url = settings.embed_model, settings.embed_base_url or settings.base_url
    if model is None and settings.embed_base_url is not None:
        raise UsageError("RAG_EMBED_BASE_URL is set; set RAG_EMBED_MODEL to the model that it should embed with.")
    folder = SHIPPED if model is None else Path(model).expanduser()
    if model is None or folder.is_dir() or model.startswith((".", "/", "~")):
        return OnnxEmbedder(folder)
    if base_url is None and settings.api_key is None:
        raise UsageError(f"RAG_EMBED_MODEL={model} is no folder here, and no endpoint is set: set RAG_EMBED_BASE_URL.")
    return EndpointEmbedder(
        model,
        base_url=base_url,
        api_key=settings.api_key,
        timeout=settings.timeout,
        connect_timeout=settings.connect_timeout,
    )


class Remembering:
    """The embedder that `opened` returns, with the vectors of the `most` texts it embedded last; safe with threads.

    For sentences of papers that are read, to which a conversation keeps coming back; papers that are added pass once,
    and would push all else out.
    """

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
        with self._guard:
            for text, vector in found.items():
                self._kept[text] = vector
                self._kept.move_to_end(text)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return np.stack([found[text] for text in texts])

    def embed_query(self, text: str) -> NDArray[float32]:
        """Return the vector of a question: shape (dimension,)."""
        return self._opened().embed_query(text)
