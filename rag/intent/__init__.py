"""What a question asks: its intent, its filters, names and dates, read by a small grammar; what is left is its subject."""

from __future__ import annotations
