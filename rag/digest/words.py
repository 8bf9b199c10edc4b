"""The words that tell a group of papers from the others."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from rag.cite.overlap import content_words
from rag.nouns import Paper

_WORD = re.compile(r"[^\W\d_][\w-]*[^\W_]")
_LEAST_PAPERS = 2
"""Papers of a group that must hold a word for it to tell of the group."""


def telling_words(groups: Sequence[Sequence[Paper]], most: int) -> list[tuple[str, ...]]:
    """Return up to `most` words a group, the most telling first.

    The weight of a word is p ln(p / q), p being the share of the group's papers that hold it and q that of all papers:
    its part of the Kullback-Leibler divergence between the two (Tomokiyo and Hurst, 2003). Forms of a word count as one
    and are shown in their commonest spelling.
    """
    spellings: dict[str, Counter[str]] = {}
    counts = [_papers_with_words(group, spellings) for group in groups]
    together = sum(counts, Counter[str]())
    papers = sum(len(group) for group in groups)
    named = []
    for count, group in zip(counts, groups, strict=True):
        least = min(_LEAST_PAPERS, len(group))
        weights = {
            stem: n / len(group) * math.log((n / len(group)) / (together[stem] / papers))
            for stem, n in count.items()
            if n >= least
        }
        best = sorted(weights, key=lambda stem: (-weights[stem], stem))[:most]
        named.append(tuple(_commonest(spellings[stem]) for stem in best))
    return named


def _papers_with_words(group: Sequence[Paper], spellings: dict[str, Counter[str]]) -> Counter[str]:
    """Return in how many papers of a group each stem stands; `spellings` grows."""
    papers = Counter[str]()
    for paper in group:
        seen = set()
        for word in _WORD.findall(f"{paper.title}\n{paper.abstract}"):
            for stem in content_words(word)[:1]:
                seen.add(stem)
                spellings.setdefault(stem, Counter())[word] += 1
        papers.update(seen)
    return papers


def _commonest(forms: Counter[str]) -> str:
    """Return the commonest spelling, lower case before capitals where both are common."""
    best = max(forms, key=lambda word: (forms[word], word))
    lower = best.lower()
    return lower if forms[lower] * 3 >= forms[best] and lower in forms else best
