"""What arXiv tells of the library's papers, looked up by id or exact title: opt-in, polite, and shown."""

from rag.enrich.arxiv import Arxiv
from rag.enrich.enrichment import Enrichment, enrich

__all__ = ["Arxiv", "Enrichment", "enrich"]
