"""What a question asks: its intent, filters, names and dates, read by a small grammar; the rest is its subject."""

from __future__ import annotations
