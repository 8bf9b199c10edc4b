"""Every sentence of an answer against the sentences it points at: pure functions over the nouns."""

from rag.audit.pointers import placed
from rag.audit.verdicts import Checker, audit, excuse

__all__ = ["Checker", "audit", "excuse", "placed"]
