"""A small, quick embedder for tests with thousands of operations: words hashed to directions, no model."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.base.settings import Settings
from rag.library import Library

FORKS = multiprocessing.get_context("forkserver")
"""Makes processes from one that has imported all and begun nothing: none of them spends seconds on that again."""
FORKS.set_forkserver_preload(["chromadb", "tantivy", "rag.library", "rag.read.extractive", "tests.crash.crowd"])


class HashedEmbedder:
    """Each word is a fixed random direction; a text is their sum. Texts that share words are near each other."""

    name = "hashed-words"
    dimension = 32
    max_tokens = 512

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return (
            np.stack([self.embed_query(text) for text in texts]) if texts else np.zeros((0, self.dimension), np.float32)
        )

    def embed_query(self, text: str) -> NDArray[np.float32]:
        total = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            seed = int.from_bytes(hashlib.blake2b(word.strip(".,?").encode(), digest_size=8).digest(), "little")
            total += np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        return total / np.linalg.norm(total)


def open_hashed(folder: Path) -> Library:
    """Open a library with the small embedder."""
    library = Library.open(folder, Settings())
    library._embedder = HashedEmbedder()
    return library
