"""Ask questions of saved pages of papers, with every sentence traced to a sentence of an abstract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.library import Library
    from rag.nouns import Answer, Hit, Paper, Receipt
    from rag.settings import Settings

__all__ = ["Answer", "Hit", "Library", "Paper", "Receipt", "Settings"]

_HOMES = {"Library": "rag.library", "Settings": "rag.settings"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `--help` pays for none of them."""
    if name not in __all__:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "rag.nouns")), name)
