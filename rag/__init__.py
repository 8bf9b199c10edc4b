"""Ask questions of saved pages of papers, with every sentence traced to a sentence of an abstract.

The way of the data, a folder a stage, and `nouns` between them:

    page, file, address ── intake ──▶ records ── catalogue ──▶ papers, names ── index ──▶ vectors, words

    question ── intent ──▶ what it asks ── retrieve ──▶ passages ── read ──▶ draft ── cite ──▶ answer ── audit ──▶
    answer ── present ──▶ text, JSON, Markdown, Word

`routing` sends a question to a reader, `answering` makes its draft an answer, `library` holds them together. `models`
are what runs here (the embedder of `index`, the cross-encoders of `read` and `audit`) or is asked over HTTP (a chat
model, for `read`). `overview` tells of many papers at once, `kept` holds what people keep; `page`, `serve` and
`commands` are the ways in, and everything stands on `base`. Imports point one way, from the last of these to the first:
`tests/test_structure.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.base.settings import Settings
    from rag.library import Library
    from rag.nouns import Answer, Hit, Paper, Receipt

__all__ = ["Answer", "Hit", "Library", "Paper", "Receipt", "Settings"]

_HOMES = {"Library": "rag.library", "Settings": "rag.base.settings"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `--help` pays for none of them."""
    if name not in __all__:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "rag.nouns")), name)
