"""Papers that lie elsewhere, fetched when they are asked for: one polite client with its answers kept."""

from rag.fetch.cache import Cache
from rag.fetch.fetcher import Fetcher
from rag.fetch.places import is_address
from rag.fetch.requests import PAUSE, Refused, Requests

__all__ = ["PAUSE", "Cache", "Fetcher", "Refused", "Requests", "is_address"]
