"""Questions about the library as a whole: what they ask for, read by a small grammar, and exact answers to them."""

from __future__ import annotations
