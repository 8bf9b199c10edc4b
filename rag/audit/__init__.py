"""Every sentence of an answer against the sentences it points at: pure functions over the nouns."""

from rag.audit.abstentions import excuse
from rag.audit.verdicts import audit

__all__ = ["audit", "excuse"]
