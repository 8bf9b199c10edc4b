"""Numbers as a person reads them."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """Return `3 papers`, `1 paper`; the plural of `noun` has an s."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
