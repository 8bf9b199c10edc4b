"""The reader without a model: it picks the sentences that answer, quotes them, and says how sure it is."""

from rag.readers.extractive.reader import ExtractiveReader

__all__ = ["ExtractiveReader"]
