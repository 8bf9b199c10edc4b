"""A question made ready for the grammar: one spelling, quoted text out of sight, slips in the grammar's words mended.

Spans that a rule has understood are blanked, so that what is left is what nobody understood. Not handled: slips in
words that the grammar does not know; those are the index's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

QUOTED = re.compile(r"“[^”]{2,300}”|\"[^\"]{2,300}\"|«[^»]{2,300}»|(?<!\w)['‘][^'‘’]{2,300}['’](?!\w)")
_WORD = re.compile(r"[^\W\d_]{5,}")
_SIGNS = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "‐": "-", "\u00a0": " "})

_KNOWN = """
    abstract abstracts after article articles author authors authored autumn before between comment comments count
    dated earliest earlier exactly fewer fewest latest least library listed longest month newest number oldest
    organisation organization paper papers published publication publications quarter recent released researchers
    shortest since spring studies summer today undated until upvote upvotes winter written yesterday
    january february march april august september october november december"""
_VOCABULARY = frozenset(_KNOWN.split())
_NEAR = frozenset(("later", "pages", "aware", "caper", "tapers", "other", "others", "thought", "mouth", "months"))
"""Words of English one slip away from a word of the grammar that are no slips."""


def folded(question: str) -> str:
    """Return `question` with one kind of dash, quote and space, and slips in the grammar's words mended.

    >>> folded("how many auhtors – and papres?")
    'how many authors - and papers?'
    """
    text = unicodedata.normalize("NFC", question).translate(_SIGNS)
    return _WORD.sub(lambda found: _mended(found[0]), text)


def blank(text: str, spans: Iterable[tuple[int, int]], sign: str = " ") -> str:
    """Return `text` with `spans` overwritten by `sign`, so that offsets stay."""
    for start, end in spans:
        text = text[:start] + sign * (end - start) + text[end:]
    return text


def _mended(word: str) -> str:
    plain = word.lower()
    if plain in _VOCABULARY or plain in _NEAR or not word.islower():
        return word
    near = [known for known in sorted(_VOCABULARY) if known[0] == plain[0] and _one_slip(plain, known)]
    return near[0] if len(near) == 1 else word


def _one_slip(one: str, other: str) -> bool:
    """Tell whether one letter added, lost or exchanged with its neighbour makes `other` of `one`.

    A substituted letter is not counted: it makes other English words (`summed`, `printer`) more often than slips.
    """
    if abs(len(one) - len(other)) > 1 or len(other) < 5:
        return False
    if len(one) == len(other):
        apart = [i for i in range(len(one)) if one[i] != other[i]]
        return len(apart) == 2 and apart[1] == apart[0] + 1 and one[apart[0]] == other[apart[1]] != one[apart[1]]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    if longer == shorter + "s" or longer == shorter + "d":
        return False
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
