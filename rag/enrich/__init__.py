"""What arXiv tells of the library's papers, looked up by id or exact title: opt-in, polite, and shown."""

from rag.enrich.arxiv import Arxiv
from rag.enrich.cache import Cache
from rag.enrich.enrichment import Enrichment, enrich
from rag.enrich.requests import PAUSE, Requests

__all__ = ["PAUSE", "Arxiv", "Cache", "Enrichment", "Requests", "enrich"]
