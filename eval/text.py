"""Words as the scorers of evidence and nuggets see them: small, fixed, and apart from the words that search sees.

Not handled: word stems beyond a few English suffixes, and number words ("three").
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*", re.UNICODE)
_MARKER = re.compile(r"\s?\[\d+(?:\s*[,;]\s*\d+)*\]")
_SUFFIXES = ("ations", "ation", "ingly", "ments", "ment", "ings", "ing", "edly", "ed", "ies", "es", "ly", "s", "e", "y")
_LITTLE_WORDS = """
    a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing done down during each either else ever every few for from further get
    gets give given gives had has have having he her here hers him his how i if in into is it its itself just let made
    make makes many me might more most much must my neither no nor not now of off on once one only or other our ours
    out over own per please rather really same say says shall she should show shows since so some still such than that
    the their theirs them then there these they this those through thus to too under until up upon us use used uses
    using very via was way we well were what when where whether which while who whom whose why will with within without
    would yes yet you your yours paper papers work study"""
STOP_WORDS = frozenset(_LITTLE_WORDS.split())


def stem(word: str) -> str:
    """Return a lower-cased word without one common English suffix, at least three letters long."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def content_tokens(text: str) -> list[str]:
    """Return the stems of a text's words and numbers in order, without stop words and single letters."""
    words = (w.replace(",", "") for w in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
    return [stem(w) for w in words if w not in STOP_WORDS and (len(w) > 1 or w.isdigit())]


def without_markers(text: str) -> str:
    """Return an answer's text without its `[1]` citation markers."""
    return _MARKER.sub("", text)


def share_found(wanted: str, source: str) -> float:
    """Return the share of the distinct content tokens of `wanted` that occur in `source`; 0.0 when it has none."""
    tokens = _distinct(wanted)
    return len(tokens & _distinct(source)) / len(tokens) if tokens else 0.0


@lru_cache(maxsize=20_000)
def _distinct(text: str) -> frozenset[str]:
    """Return a text's distinct content tokens; kept, since abstracts are asked for again and again."""
    return frozenset(content_tokens(text))
