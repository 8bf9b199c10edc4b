"""How much of what one text says stands in another, by words weighted with their rarity.

Coverage of a text by evidence: the summed inverse document frequency of its distinct content words that the evidence
holds, over that of all of them; a document is a sentence. It sees shared words: no synonyms, no negation, no order.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+(?:-(?=[^\W_])(?:(?<=\d-)|(?=\d))[^\W_{_IDEOGRAPHS}]+)*")
_ENGLISH = """
    a about above after again all also although am among an and another any are as at be because been before being
    between both but by can cannot could did do does doing done down during each either etc for from further had has
    have having he hence her here his how however i if in into is it its itself may me might more most much must my no
    nor not now of off on one only onto or other our out over own per rather same she should since so some such than
    that the their them then there therefore these they this those though through thus to too under until up upon us
    very via was we were what when where whether which while who whom whose why will with within without would yes
    yet you your s t"""
STOP_WORDS = frozenset(_ENGLISH.split())
"""English words that say nothing of a subject."""
_ENDINGS = "ations ation ingly edly ities ments ings ment ness ies ing ity ed es ly s e y"
_SUFFIXES = _ENDINGS.split()
_SHORTEST_STEM, _LONGEST_STEM = 4, 6


def content_words(text: str) -> list[str]:
    """Return the content words of `text` in order, stemmed; names such as GPT-4 are one word, plain numbers none."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'s", "")
    words = (word.replace("-", "") for word in _WORD.findall(folded))
    return [_stem(word) for word in words if word not in STOP_WORDS and not word.isdecimal()]


def _stem(word: str) -> str:
    """Cut one common English ending and what is past six letters, so that `aligned`, `aligns` and `alignment` meet."""
    if not word.isalpha():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word[: -len(suffix)][:_LONGEST_STEM]
    return word[:_LONGEST_STEM]


@dataclass(frozen=True, slots=True)
class Weights:
    """Inverse document frequencies over a closed set of sentences."""

    documents: int
    frequency: dict[str, int]

    def idf(self, word: str) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25 (Robertson and Zaragoza, 2009, with Lucene's 1 +)."""
        seen = self.frequency.get(word, 0)
        return math.log1p((self.documents - seen + 0.5) / (seen + 0.5))

    def coverage(
        self, words: Iterable[str], evidence: frozenset[str], near: frozenset[str] = frozenset()
    ) -> float | None:
        """Return which part of the weight of `words` lies in `evidence`, in [0, 1]; None when there are no words.

        A word that is only `near` counts half: a sentence names its subject once, the next one says `it`.
        """
        distinct = dict.fromkeys(words)
        total = sum(self.idf(word) for word in distinct)
        if not distinct or total <= 0:
            return None
        found = sum(
            self.idf(word) * (1.0 if word in evidence else 0.5) for word in distinct if word in evidence or word in near
        )
        return found / total


def weights(documents: Iterable[Iterable[str]]) -> Weights:
    """Return the weights over `documents`, each a sentence's content words."""
    frequency: Counter[str] = Counter()
    count = 0
    for words in documents:
        count += 1
        frequency.update(set(words))
    return Weights(count, dict(frequency))
