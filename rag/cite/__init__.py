"""From a draft with pointers to an answer with citations: pure functions over the nouns."""

from rag.cite.resolve import Marker, Resolved, resolve
from rag.cite.scan import unwrap

__all__ = ["Marker", "Resolved", "resolve", "unwrap"]
