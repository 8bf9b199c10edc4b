"""Every sentence of an answer against the sentences it points at: pure functions over the nouns."""

from rag.audit.verdicts import audit

__all__ = ["audit"]
