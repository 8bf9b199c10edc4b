"""Our embedder as a llama-index `BaseEmbedding`, for the places where llama-index wants one.

Importing this module imports llama-index, so import it where it is needed.
"""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import PrivateAttr

from rag.embedder import Embedder


class LlamaEmbedding(BaseEmbedding):
    """Hands every text to `embedder`; its callbacks, cache and rate limit are llama-index's own."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **fields: Any) -> None:
        super().__init__(**{"model_name": embedder.name, "embed_batch_size": 64, **fields})
        self._embedder = embedder

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        vectors: list[Embedding] = self._embedder.embed(texts).tolist()
        return vectors

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> Embedding:
        vector: Embedding = self._embedder.embed_query(query).tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return await asyncio.to_thread(self._get_query_embedding, query)
