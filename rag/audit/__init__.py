"""Every sentence of an answer against the sentences it points at: pure functions over the nouns."""

from rag.audit.off_by_one import placed
from rag.audit.verdicts import Checker, Entailment, audit, excuse

__all__ = ["Checker", "Entailment", "audit", "excuse", "placed"]
