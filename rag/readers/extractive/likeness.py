"""How far the words of a question stand in a text: stems, weighed by rarity, forgiving a typing error.

Two stems are alike by the Dice coefficient of their letter trigrams (Adamson and Boreham, 1974). A name's spelling
marks it as such by two capitals, or letters and digits mixed. Not handled: synonyms, and names in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from rag.cite.overlap import Weights, content_words, weights

_ALIKE = 0.55
"""Dice coefficient from which two stems count as one word misspelt or differently inflected."""
_TELLING = 3
"""Content words from which a part of a title can be told from a subject."""
_LETTERS = 4
"""Letters from which a word is known by them."""
_PARTS = re.compile(r":|\?|!|[–—]| -{1,2} ")
_TOKEN = re.compile(r"[^\W_]+(?:[-*.+][^\W_]+)*")


def likeness(one: str, other: str) -> float:
    """Return how alike two stems are, in [0, 1]; 0 below what a typing error explains."""
    if one == other:
        return 1.0
    first, second = _trigrams(one), _trigrams(other)
    dice = 2 * len(first & second) / (len(first) + len(second))
    return dice if dice >= _ALIKE else 0.0


@lru_cache(maxsize=50_000)
def _trigrams(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


@dataclass(frozen=True, slots=True)
class Asked:
    """The content words of a question as a set of documents has them: (stem, likeness, weight), and the sum of all."""

    words: tuple[tuple[str, float, float], ...]
    total: float

    def mass(self, document: Collection[str]) -> float:
        """Return the weight of the question's words that stand in `document`."""
        return sum(likeness * weight for word, likeness, weight in self.words if word in document)

    def coverage(self, document: Collection[str]) -> float:
        """Return which part of the question's weight stands in `document`, in [0, 1]."""
        return self.mass(document) / self.total if self.total else 0.0


def asked(question: str, documents: Iterable[Collection[str]]) -> Asked:
    """Return the question's words matched to the closest words of `documents`, each of these a set of stems."""
    known = list(documents)
    rarity = weights(known)
    vocabulary = frozenset().union(*known)
    found = [_closest(word, vocabulary, rarity) for word in dict.fromkeys(content_words(question))]
    return Asked(tuple(found), sum(weight for _, _, weight in found))


def _closest(word: str, vocabulary: Collection[str], rarity: Weights) -> tuple[str, float, float]:
    if word in vocabulary:
        return word, 1.0, rarity.idf(word)
    score, nearest = max(((likeness(word, other), other) for other in vocabulary), default=(0.0, word))
    return (nearest, score, rarity.idf(nearest)) if score else (word, 0.0, rarity.idf(word))


def names(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the names in `text`, folded as `folded` does, and whether spelling alone marks them as such.

    Words that are merely capitalised count from the second word of a sentence on; in all capitals nothing is marked.
    """
    found: dict[str, bool] = {}
    for token in _TOKEN.finditer("" if text.isupper() else text):
        before = text[: token.start()].rstrip(" \t\"'“‘«(")
        opens = not before or before[-1] in ".!?:…。！？\n"
        word = _without_suffix(token[0])
        if _is_name(word) or (word[0].isupper() and len(word) > 1 and not opens):
            found[folded(word)] = found.get(folded(word), False) or _is_name(word)
    return tuple(found.items())


def holds_name(text: str, name: str) -> bool:
    """Tell whether `text` holds a folded name, be it misspelt, in the singular, or as the initials of its words."""
    letters = folded(text)
    if name in letters or name.rstrip("s") in letters:
        return True
    words = [folded(token[0]) for token in _TOKEN.finditer(text)]
    return name in "".join(word[0] for word in words) or any(likeness(name, word) for word in words)


def _without_suffix(token: str) -> str:
    """Return what is the name in a compound such as DPO-style: all of it, but for plain words behind a hyphen."""
    first, *rest = token.split("-")
    plain = bool(rest) and all(part.islower() and len(part) >= _LETTERS for part in rest)
    return first if plain and _is_name(first) else token


def title_parts(title: str) -> list[frozenset[str]]:
    """Return the stems of a title's parts, cut at colons, dashes and question marks, as far as they say enough."""
    parts = [stems(part) for part in _PARTS.split(title)]
    return [part for part in parts if len(part) >= _TELLING]


@lru_cache(maxsize=5_000)
def stems(text: str) -> frozenset[str]:
    """Return the stems of `text`; kept, since the same papers come up again and again in a conversation."""
    return frozenset(content_words(text))


def folded(text: str) -> str:
    """Return the letters and digits of `text` alone, so that KOR-NAT and KorNAT meet."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _is_name(token: str) -> bool:
    capitals = sum(char.isupper() for char in token)
    mixed = any(char.isdigit() for char in token) and any(char.isalpha() for char in token)
    return len(token) > 1 and (capitals >= 2 or mixed)
