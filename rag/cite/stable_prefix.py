"""How much of an unfinished draft can no longer become something else.

Held back are the last word (a pointer, a link, or the start of one), white space and commas before it (they may stand
between two pointers), and a bracket that is open there. A text without spaces is held back to its end.
"""

from __future__ import annotations

import re

from rag.base.text.addresses import WIDE
from rag.cite.scan import LONGEST_ROUND, LONGEST_SQUARE, ROUND_CLOSE, ROUND_OPEN, SQUARE_CLOSE, SQUARE_OPEN

_OF_A_WORD = frozenset(map(chr, range(ord("!"), 0x7F))) | frozenset("“”‘’†–—" + SQUARE_OPEN + SQUARE_CLOSE)
_OF_A_WORD |= frozenset(ROUND_OPEN + ROUND_CLOSE + WIDE)
_BETWEEN = frozenset(" \t\n,;")
_KINDS = ((SQUARE_OPEN, SQUARE_CLOSE, LONGEST_SQUARE + 2), (ROUND_OPEN, ROUND_CLOSE, LONGEST_ROUND + 2))
_ESCAPE = {kind: re.escape("".join(kind[:2])) for kind in _KINDS}
_BRACKET = {kind: re.compile(rf"[^\n{_ESCAPE[kind]}]{{0,{kind[2]}}}(?:[{re.escape(kind[1])}]|\Z)") for kind in _KINDS}


def stable_prefix(text: str) -> str:
    """Return the beginning of `text` that no continuation can change."""
    end = _before_word(text, len(text))
    while (opened := _bracket_around(text, end)) is not None:
        end = _before_word(text, opened)
    return text[:end]


def _before_word(text: str, end: int) -> int:
    """Return where the word that `end` stands in begins, less what parts it from the one before."""
    while end and text[end - 1] in _OF_A_WORD:
        end -= 1
    while end and (text[end - 1] in _BETWEEN or text[end - 1].isspace()):
        end -= 1
    return end


def _bracket_around(text: str, end: int) -> int | None:
    """Return where a bracket opens that reaches over `end`, or that may come to do so."""
    for kind in _KINDS:
        opened = max(text.rfind(char, max(0, end - kind[2]), end) for char in kind[0])
        found = _BRACKET[kind].match(text, opened + 1) if opened >= 0 else None
        if found and (found.end() > end or found.end() == len(text)):
            return opened
    return None
