"""Counting tokens without a network: tiktoken with the tables that llama-index-core ships.

Not handled: the tokenizers of other model families, which count some per cent more or fewer; budgets leave room for it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding


_O200K = "fb374d419588a4632f3f557e76b4b70aebbca790"  # the cache's name for o200k_base: the SHA-1 of its address
_PLACE = "TIKTOKEN_CACHE_DIR"
_LONGEST = 200_000
_loading = Lock()


def count(text: str) -> int:
    """Return the number of o200k tokens of `text`; of a very long one an estimate, a token for three characters."""
    encoding = _encoding() if len(text) <= _LONGEST else None
    if encoding is None:
        return len(text) // 3 + 1
    return len(encoding.encode_ordinary(text))


def tables() -> Path | None:
    """Return the folder of llama-index-core's token tables, found without importing it; None when they are missing."""
    spec = find_spec("llama_index.core") if find_spec("llama_index") else None
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "_static" / "tiktoken_cache"
        if (folder / _O200K).is_file():
            return folder
    return None


@lru_cache(maxsize=1)
def _encoding() -> Encoding | None:
    """Load the tables from disk, or nothing: tiktoken by itself would go and fetch them."""
    if (folder := tables()) is None:
        return None
    import tiktoken

    with _loading:
        before = os.environ.get(_PLACE)
        os.environ[_PLACE] = str(folder)
        try:
            return tiktoken.get_encoding("o200k_base")
        finally:
            del os.environ[_PLACE]
            if before is not None:
                os.environ[_PLACE] = before
