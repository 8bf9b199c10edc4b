"""A library's subjects: papers grouped by their vectors (spherical k-means), each named by the words that tell it.

Deterministic: the same vectors give the same groups. Not handled: groups of groups, how many there truly are, names in
languages other than English, and synonyms.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.base.text.overlap import content_words
from rag.base.text.word_lists import word_list
from rag.models.embedder import Embedder
from rag.nouns import CitedSentence, Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

_NAMED, _WORDS = 2, 6
"""Telling words in the name of a subject, and all that are told."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of papers: its telling words, its papers from the centre outwards, and a sentence of the first."""

    words: tuple[str, ...]
    papers: tuple[Paper, ...]
    sentence: CitedSentence

    @property
    def name(self) -> str:
        """Its first words, as it is called on the map and above a list."""
        return ", ".join(self.words[:_NAMED])


def subjects(papers: Sequence[Paper], vectors: Matrix, embedder: Embedder) -> tuple[tuple[Topic, ...], list[int]]:
    """Return the subjects of papers with these vectors, the largest first, and each paper's group on its own."""
    groups = clusters(vectors, group_count(len(papers)))
    sizes = Counter(groups)
    order = sorted(sizes, key=lambda group: (-sizes[group], group))
    members = [[i for i, of in enumerate(groups) if of == group] for group in order]
    words = telling_words([[papers[i] for i in of] for of in members], _WORDS)
    topics = (_topic(papers, vectors, of, told, embedder) for of, told in zip(members, words, strict=True))
    return tuple(topics), groups


def _topic(
    papers: Sequence[Paper], vectors: Matrix, members: Sequence[int], words: tuple[str, ...], embedder: Embedder
) -> Topic:
    """Return a subject: its papers from the centre outwards, and the sentence of the first that is nearest to it."""
    middle = _centre(vectors[members])
    near = sorted(members, key=lambda i: (-float(vectors[i] @ middle), papers[i].paper_id))
    first = papers[near[0]]
    texts = first.sentence_texts()
    best = int((embedder.embed(texts) @ middle).argmax()) + 1 if texts else 0
    start, end = first.sentences[best - 1] if best else (None, None)
    return Topic(words, tuple(papers[i] for i in near), CitedSentence(best, start, end, first.sentence(best)))


# ----------------------------------------------------------------------------------------------------
# Groups by vectors.

_ROUNDS = 50
_RUNS, _MOST_WORK = 10, 20_000
"""How often the groups are begun anew, and up to how many papers in all these runs."""
_FEWEST_PAPERS = 8
"""Papers below which there is one group."""
_MOST_GROUPS = 16


def group_count(papers: int) -> int:
    """Return how many groups to look for: the root of their number, between 2 and 16; 1 for a handful."""
    return 1 if papers < _FEWEST_PAPERS else max(2, min(_MOST_GROUPS, round(papers**0.5)))


def clusters(vectors: Matrix, k: int) -> list[int]:
    """Return the group of each unit vector, shape (papers, dimension), by spherical k-means (Dhillon and Modha, 2001).

    What all papers share is taken away first, or a library on one field would be one group. Begun by k-means++ (Arthur
    and Vassilvitskii, 2007) with a fixed seed; the tightest of several runs counts.
    """
    import numpy as np

    own = vectors - vectors.mean(axis=0)
    own = own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
    random = np.random.default_rng(0)
    runs = (_run(own, own[_seeds(own, k, random)]) for _ in range(max(2, min(_RUNS, _MOST_WORK // len(own)))))
    _, groups = max(runs, key=lambda run: run[0])
    return [int(group) for group in groups]


def _run(vectors: Matrix, centres: Matrix) -> tuple[float, NDArray[np.intp]]:
    """Return (sum of the cosines with the centres, groups) of one run of k-means from `centres`."""
    import numpy as np

    groups = np.full(len(vectors), -1)
    for _ in range(_ROUNDS):
        nearest = np.argmax(vectors @ centres.T, axis=1)
        if (nearest == groups).all():
            break
        groups = nearest
        for group in range(len(centres)):
            members = vectors[groups == group]
            if len(members):
                centres[group] = _centre(members)
    return float((vectors * centres[groups]).sum()), groups


def _seeds(vectors: Matrix, k: int, random: np.random.Generator) -> list[int]:
    """Return `k` papers to begin from, each chosen the likelier the farther it is from those before it."""
    import numpy as np

    chosen = [int(random.integers(len(vectors)))]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < k:
        apart = np.maximum(1.0 - nearest, 0.0).astype(np.float64)
        total = float(apart.sum())
        place = int(random.choice(len(vectors), p=apart / total)) if total > 0 else len(chosen) % len(vectors)
        chosen.append(place)
        nearest = np.maximum(nearest, vectors @ vectors[place])
    return chosen


def _centre(vectors: Matrix) -> Matrix:
    """Return the unit vector in the middle of `vectors`."""
    import numpy as np

    middle: Matrix = vectors.mean(axis=0)
    length = float(np.linalg.norm(middle))
    return middle / length if length else middle


# ----------------------------------------------------------------------------------------------------
# The words that tell a group from the others: what its papers are about, not how papers are written.
#
# A candidate is a run of up to three words between stop words and punctuation: mostly a noun phrase, as the longest
# matches of a tagger would be.

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
        if len(phrase) == 1 and phrase[0] in _WIDE:
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


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    """Return the stem of a word, its parts at hyphens together; empty for a stop word."""
    return "".join(content_words(word))


_WIDE = frozenset(map(_stem, word_list("no_subject_alone")))
"""Stems that are a part of many subjects in a library on machine learning, and none alone."""
