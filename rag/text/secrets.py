"""Keys and passwords, kept out of everything that is shown: some endpoints repeat them in what they send back."""

from __future__ import annotations

import re

IN_ITS_PLACE = "…"
SHORTEST_SECRET = 12
"""Characters from which a key is taken for a secret; `none`, `EMPTY` and `ollama` are words of an answer."""
_FEWEST_HELD_BACK = 4


def without_login(url: str) -> str:
    """Return an endpoint's address without a name, a password or a query that may stand in it."""
    return re.sub(r"//[^/@]*@", "//", url).partition("?")[0]


def without_key(text: str, key: str | None) -> str:
    """Return `text` without `key`, as it is or with its special characters spelled out; a short one as a word only."""
    for written in {key, key.encode("unicode_escape").decode()} if key else ():
        edge = r"\b" if len(written) < SHORTEST_SECRET else ""
        text = re.sub(f"{edge}{re.escape(written)}{edge}", IN_ITS_PLACE, text)
    return text


def reply_without_key(text: str, key: str | None, *, final: bool) -> str:
    """Return a growing reply without `key`; until it is final, also without an end that may yet become the key."""
    if not key or len(key) < SHORTEST_SECRET:
        return text
    text = without_key(text, key)
    if not final:
        for length in range(min(len(key), len(text)), _FEWEST_HELD_BACK - 1, -1):
            if text.endswith(key[:length]):
                return text[:-length]
    return text
