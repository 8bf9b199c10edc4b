"""The reader without a model: it picks the sentences that answer, quotes them word for word, and says how sure it is."""

from rag.readers.extractive.reader import ExtractiveReader

__all__ = ["ExtractiveReader"]
