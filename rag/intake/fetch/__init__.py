"""Papers that lie elsewhere, fetched when they are asked for: one polite client with its answers kept."""

from __future__ import annotations

from rag.intake.fetch.client import PAUSE, Cache, Refused, Requests
from rag.intake.fetch.fetcher import Fetcher, is_address

__all__ = ["PAUSE", "Cache", "Fetcher", "Refused", "Requests", "is_address"]
