"""The reader without a model: it quotes the sentences that answer, word for word, and says how sure it is."""

from __future__ import annotations

from rag.read.extractive.reader import ExtractiveReader

__all__ = ["ExtractiveReader"]
