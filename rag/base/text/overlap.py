"""How much of what one text says stands in another, by the stems of its words weighted with their rarity.

Coverage of a text by evidence: the summed inverse document frequency of its distinct content words that the evidence
holds, over that of all of them; a document is a sentence. Of a question a misspelt word counts too, by the Dice
coefficient of letter trigrams (Adamson and Boreham, 1974). Not handled: synonyms, negation, order.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rag.base.text.word_lists import word_list

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+(?:-(?=[^\W_])(?:(?<=\d-)|(?=\d))[^\W_{_IDEOGRAPHS}]+)*")
STOP_WORDS = frozenset(word_list("stop"))
"""English words that say nothing of a subject."""
_ENDINGS = word_list("endings")
_SHORTEST_STEM, _LONGEST_STEM = 4, 6


def content_words(text: str) -> list[str]:
    """Return the content words of `text` in order, stemmed; names such as GPT-4 are one word, plain numbers none."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'s", "")
    words = (word.replace("-", "") for word in _WORD.findall(folded))
    return [_stem(word) for word in words if word not in STOP_WORDS and not word.isdecimal()]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """Cut one common English ending and what is past six letters, so that `aligned`, `aligns` and `alignment` meet."""
    if not word.isalpha():
        return word
    for suffix in _ENDINGS:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word[: -len(suffix)][:_LONGEST_STEM]
    return word[:_LONGEST_STEM]


@dataclass(frozen=True, slots=True)
class Weights:
    """Inverse document frequencies over a closed set of sentences."""

    documents: int
    frequency: Counter[str]

    def idf(self, word: str) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25 (Robertson and Zaragoza, 2009, with Lucene's 1 +)."""
        seen = self.frequency[word]
        return math.log1p((self.documents - seen + 0.5) / (seen + 0.5))

    def coverage(
        self, words: Iterable[str], evidence: frozenset[str], near: frozenset[str] = frozenset()
    ) -> float | None:
        """Return which part of the weight of `words` lies in `evidence`, in [0, 1]; None when there are no words.

        A word that is only `near` counts half: a sentence names its subject once, the next one says `it`.
        """
        weighed = {word: self.idf(word) for word in dict.fromkeys(words)}
        total = sum(weighed.values())
        if total <= 0:
            return None
        known = evidence | near
        return sum(idf * (1.0 if word in evidence else 0.5) for word, idf in weighed.items() if word in known) / total


def weights(documents: Iterable[Iterable[str]]) -> Weights:
    """Return the weights over `documents`, each a sentence's content words."""
    distinct = [set(words) for words in documents]
    return Weights(len(distinct), Counter(chain.from_iterable(distinct)))


# ----------------------------------------------------------------------------------------------------
# How far the words of a question stand in a text.

_ALIKE = 0.55
"""Dice coefficient from which two stems count as one word misspelt or differently inflected."""
_TELLING = 3
"""Content words from which a part of a title can be told from a subject."""
_PARTS = re.compile(r":|\?|!|[–—]| -{1,2} ")


def dice(one: str, other: str) -> float:
    """Return how alike two stems are, in [0, 1]; 0 below what a typing error explains."""
    if one == other:
        return 1.0
    first, second = _trigrams(one), _trigrams(other)
    shared = 2 * len(first & second) / (len(first) + len(second))
    return shared if shared >= _ALIKE else 0.0


@lru_cache(maxsize=50_000)
def _trigrams(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


@dataclass(frozen=True, slots=True)
class Asked:
    """The content words of a question as a set of documents has them: (stem, Dice, weight), and the sum of weights."""

    words: tuple[tuple[str, float, float], ...]
    total: float

    def coverage(self, document: Collection[str]) -> float:
        """Return which part of the question's weight stands in `document`, in [0, 1]."""
        held = sum(alike * weight for word, alike, weight in self.words if word in document)
        return held / self.total if self.total else 0.0


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
    score, nearest = max(((dice(word, other), other) for other in vocabulary), default=(0.0, word))
    return (nearest, score, rarity.idf(nearest)) if score else (word, 0.0, rarity.idf(word))


def title_parts(title: str) -> list[frozenset[str]]:
    """Return the stems of a title's parts, cut at colons, dashes and question marks, as far as they say enough."""
    parts = [stems(part) for part in _PARTS.split(title)]
    return [part for part in parts if len(part) >= _TELLING]


@lru_cache(maxsize=5_000)
def stems(text: str) -> frozenset[str]:
    """Return the stems of `text`; kept, since the same papers come up again and again in a conversation."""
    return frozenset(content_words(text))
