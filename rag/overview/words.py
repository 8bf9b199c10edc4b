"""The words that tell a group of papers from the others: what they are about, not how papers are written.

A candidate is a run of up to three words between stop words and punctuation: mostly a noun phrase, as the longest
matches of a tagger would be. Not handled: abstracts in languages other than English, and synonyms.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from rag.base.text.overlap import content_words
from rag.nouns import Paper

Phrase = tuple[str, ...]
"""Stems that stand side by side."""
_RUN = re.compile(r"[^\W\d_][\w-]*[^\W_](?: [^\W\d_][\w-]*[^\W_])*")
_MOST_WORDS = 3
_LEAST_PAPERS, _LEAST_SHARE = 2, 0.12
"""Papers of a group, and share of them, that must hold a phrase for it to tell of the group."""
_LEAST_LIFT = 1.8
"""How many times oftener a phrase must stand in the group than in the library, where there are several groups."""
_PRIOR_PAPERS, _PRIOR_TITLES = 5.0, 0.1
"""How often a phrase stands in a title, before any paper is looked at: so many papers, and this share of them."""
_IN_TITLES = 0.25
"""Share of its papers whose titles hold a common word, from which it is a subject here after all."""
_LONGER = 0.7
"""What each further word of a phrase adds to its weight: longer ones are rarer, and say more."""
_WIDE = frozenset(
    "ai benchmark benchmarks data dataset datasets generation knowledge language learning llm llms model models task "  # noqa: SIM905
    "tasks training".split()
)
"""Words that are no subject alone in a library on machine learning, and a part of many."""


@dataclass
class _Counts:
    """In how many papers each phrase stands, in how many of these in the title too; and how it is written."""

    papers: Counter[Phrase] = field(default_factory=Counter)
    titles: Counter[Phrase] = field(default_factory=Counter)
    spellings: dict[Phrase, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, paper: Paper) -> set[Phrase]:
        """Count one paper, and return its phrases."""
        in_title = dict(_phrases(paper.title))
        in_abstract = dict(_phrases(paper.abstract))
        found = in_title | in_abstract
        for phrase, words in found.items():
            self.spellings[phrase][words] += 1
        self.papers.update(found.keys())
        self.titles.update(in_title.keys() & in_abstract.keys())
        return set(found)

    def topicality(self, phrase: Phrase) -> float:
        """Return how likely a paper that holds a phrase has it in its title, in (0, 1)."""
        return (self.titles[phrase] + _PRIOR_PAPERS * _PRIOR_TITLES) / (self.papers[phrase] + _PRIOR_PAPERS)

    def is_subject(self, phrase: Phrase) -> bool:
        """Tell whether a phrase may be a subject: it neither begins nor ends with a word of papers on all subjects."""
        if len(phrase) == 1 and phrase[0] in _wide():
            return False
        return not (self._is_common(phrase[0]) or self._is_common(phrase[-1]))

    def _is_common(self, word: str) -> bool:
        """Tell whether abstracts use a word whatever they are about, and no title here insists on it."""
        return word in _common() and self.topicality((word,)) < _IN_TITLES


def telling_words(groups: Sequence[Sequence[Paper]], most: int) -> list[tuple[str, ...]]:
    """Return up to `most` phrases a group, the most telling first, but no two groups with the same one in front.

    The weight of a phrase is p ln(p / q), p being the share of the group's papers that hold it and q that of all
    papers: its part of the Kullback-Leibler divergence between the two (Tomokiyo and Hurst, 2003), as in class-based
    tf-idf (Grootendorst, 2022); times how likely it stands in the title of a paper that holds it. Phrases that begin or
    end with a word that abstracts share whatever they are about are left out. Forms of a word count as one and are
    shown in their commonest spelling.
    """
    counts = _Counts()
    within = [Counter(phrase for paper in group for phrase in counts.add(paper)) for group in groups]
    papers = sum(len(group) for group in groups)
    named = [_named(count, len(group), counts, papers, most) for count, group in zip(within, groups, strict=True)]
    return list(_told_apart(named))


def _told_apart(named: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the phrases of each group so that none begins as one before it does: the first stands for it on a map."""
    taken: set[str] = set()
    for phrases in named:
        first = next((phrase for phrase in phrases if _stem(phrase) not in taken), "")
        taken.add(_stem(first))
        yield (first, *(phrase for phrase in phrases if phrase != first)) if first else phrases


def _named(within: Counter[Phrase], size: int, counts: _Counts, papers: int, most: int) -> tuple[str, ...]:
    least = min(size, max(_LEAST_PAPERS, math.ceil(_LEAST_SHARE * size)))
    least_lift = min(_LEAST_LIFT, (1 + papers / size) / 2)

    def weight(phrase: Phrase) -> float:
        share = within[phrase] / size
        contrast = share * math.log(share / (counts.papers[phrase] / papers)) if papers > size else share
        return contrast * counts.topicality(phrase) * (1 + _LONGER * (len(phrase) - 1))

    def tells(phrase: Phrase) -> bool:
        lift = within[phrase] / size / (counts.papers[phrase] / papers)
        return within[phrase] >= least and lift >= least_lift and counts.is_subject(phrase)

    held = [phrase for phrase in within if tells(phrase)] or [phrase for phrase in within if len(phrase) == 1]
    chosen: list[Phrase] = []
    for phrase in sorted(held, key=lambda p: (-weight(p), p)):
        if len(chosen) == most:
            break
        taken = {stem for other in chosen for stem in other}
        if taken.isdisjoint(phrase):
            chosen.append(phrase)
    return tuple(_commonest(counts.spellings[phrase]) for phrase in chosen)


def _phrases(text: str) -> Iterator[tuple[Phrase, str]]:
    """Yield each phrase of a text with its spelling."""
    for run in _RUN.findall(text):
        words = [(_stem(word), word) for word in run.split(" ")]
        for length in range(1, _MOST_WORDS + 1):
            for at in range(len(words) - length + 1):
                part = words[at : at + length]
                if all(stem for stem, _ in part):
                    yield tuple(stem for stem, _ in part), " ".join(word for _, word in part)


def _commonest(forms: Counter[str]) -> str:
    """Return the commonest spelling, lower case before capitals where both are common."""
    best = max(forms, key=lambda word: (forms[word], word))
    lower = best.lower()
    return lower if forms[lower] * 3 >= forms[best] and lower in forms else best


@cache
def _common() -> frozenset[str]:
    """Return the stems of the words that abstracts share whatever they are about."""
    lines = Path(__file__).with_name("common_words.txt").read_text("utf-8").splitlines()
    return frozenset(_stem(word) for line in lines if not line.startswith("#") for word in line.split())


@cache
def _wide() -> frozenset[str]:
    return frozenset(map(_stem, _WIDE))


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    """Return the stem of a word, its parts at hyphens together; empty for a stop word."""
    return "".join(content_words(word))
