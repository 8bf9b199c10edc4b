"""The two indexes, derived from the catalogue and kept in step with it."""

from rag.indexes.sync import Indexes

__all__ = ["Indexes"]
