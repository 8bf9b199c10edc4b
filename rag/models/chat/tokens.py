"""Counting tokens without a network: tiktoken with the tables that llama-index-core ships.

Not handled: the tokenizers of other model families, which count some per cent more or fewer; budgets leave room for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from rag.nouns import Usage

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage
    from tiktoken import Encoding

_O200K = "fb374d419588a4632f3f557e76b4b70aebbca790"  # the cache's name for o200k_base: the SHA-1 of its address
_PLACE = "TIKTOKEN_CACHE_DIR"
_LONGEST = 200_000
_loading = Lock()


def count(text: str) -> int:
    """Return the number of o200k tokens of `text`; of a very long one an estimate, a token for three characters."""
    encoding = _encoding() if len(text) <= _LONGEST else None
    return len(text) // 3 + 1 if encoding is None else len(encoding.encode_ordinary(text))


def size(messages: Sequence[ChatMessage]) -> int:
    """Return the tokens of `messages` by our own count."""
    return sum(count(str(message.content or "")) for message in messages)


def estimate(messages: Sequence[ChatMessage], text: str) -> Usage:
    """Return what a call has cost by our own count of tokens."""
    return Usage(size(messages), count(text))


@cache
def _encoding() -> Encoding | None:
    """Load the tables from disk, or nothing: tiktoken by itself would go and fetch them."""
    spec = find_spec("llama_index.core") if find_spec("llama_index") else None  # found without importing it
    folders = [Path(place, "_static", "tiktoken_cache") for place in (spec and spec.submodule_search_locations) or ()]
    if not (found := [folder for folder in folders if (folder / _O200K).is_file()]):
        return None
    import tiktoken

    with _loading:
        before = os.environ.get(_PLACE)
        os.environ[_PLACE] = str(found[0])
        try:
            return tiktoken.get_encoding("o200k_base")
        finally:
            del os.environ[_PLACE]
            if before is not None:
                os.environ[_PLACE] = before
