"""Which papers are on a subject: how far each stands out, the sentences that say so, and the words it must hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby

from rag.base.text.instructions import is_planted
from rag.base.text.languages import in_english
from rag.base.text.names import is_marked, tokens
from rag.base.text.overlap import asked, content_words, stems
from rag.base.text.titles import holds
from rag.intent.vocabulary import tells_background
from rag.models.embedder import Embedder
from rag.nouns import Paper, Passage
from rag.retrieve.search import Retriever

# ----------------------------------------------------------------------------------------------------
# How far each paper stands out on a subject, by how well the search found it and how much of the words it holds.
#
# What is usual is the lower half of those found: most papers of a library are on something else. Not handled:
# libraries on one subject alone, of which the better half is taken to be on it.

EVERYTHING = 400
"""Papers that are read for a question about the whole library: as many as a few batches hold."""
LEAST = 0.5
"""How far a paper must stand out, as a part of how far the best one does; chosen on the development questions."""
_KNOWN = 0.7
"""Dice coefficient from which a word of the library is taken to be the one that was meant."""
_NEAR = 0.33
"""Cosine of the nearest paper below which a subject is foreign if the library has none of its words."""

_SAME = 0.86
"""Share of letters in common, in order, from which two words are one, inflected or misspelt."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Ranking:
    """Papers with how far each stands out, as a part of how far the best one does, best first.

    `is_foreign`: no paper is near in meaning to the subject, and the library does not have its words. `strange` are the
    words of the subject that no paper has, where they are half of it.
    """

    papers: tuple[tuple[float, Paper], ...]
    is_foreign: bool
    strange: tuple[str, ...] = ()


def papers_on(topic: str, retriever: Retriever, allowed: Collection[str] | None = None) -> list[Paper]:
    """Return the papers on a subject, the nearest first, of those allowed; none where it is foreign here."""
    ranking = rank(topic, retriever.search(topic, EVERYTHING))
    if ranking.is_foreign or ranking.strange:
        return []
    within = (paper for standing, paper in ranking.papers if standing >= LEAST)
    return [paper for paper in within if allowed is None or paper.paper_id in allowed]


def rank(topic: str, passages: Sequence[Passage]) -> Ranking:
    """Return the ranking of `passages`, found for `topic` in the whole library."""
    topic = in_english(topic)
    documents = [_said(topic, f"{p.paper.title}\n{p.paper.abstract}") for p in passages]
    words = asked(topic, documents)
    scores = [p.score + words.coverage(document) for p, document in zip(passages, documents, strict=True)]
    lower = sorted(scores)[: max(1, len(scores) // 2)]
    usual = sum(lower) / max(1, len(lower))
    room = max(max(scores, default=0.0) - usual, 1e-9)
    standings = [((score - usual) / room, p.paper) for score, p in zip(scores, passages, strict=True)]
    unknown = sum(weight for _, alike, weight in words.words if alike < _KNOWN) / (words.total or 1.0)
    nearest = max((p.similarity or 0.0 for p in passages), default=0.0)
    ranked = sorted(standings, key=lambda item: (-item[0], item[1].paper_id))
    return Ranking(tuple(ranked), nearest < _NEAR * unknown, _strange(topic, passages))


def _said(topic: str, text: str) -> frozenset[str]:
    """Return the stems of `text` but for parts of a compound of `topic` that stand there apart: `training`, `free`."""
    return stems(text).difference(*(stems(name) for name in compounds(topic) if not holds(text, name)))


def _strange(topic: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return the content words of `topic` that stand in no paper, not even inflected otherwise or misspelt.

    Only where they are half of its words or more: of a long description some word is always another.
    """
    held = {word for p in passages for word in _WORD.findall(f"{p.paper.title} {p.paper.abstract}".casefold())}
    words = [word for word in _WORD.findall(topic) if stems(word)]
    strange = [word for word in words if not get_close_matches(word.casefold(), held, 1, _SAME)]
    return tuple(strange) if 2 * len(strange) >= len(words) else ()


# ----------------------------------------------------------------------------------------------------
# The sentences by which papers are on a subject: with its words, near it in meaning, and about the paper itself.
#
# Not what answers a question (that is the extractive reader's business), but what shows that a paper belongs on a
# list.

_READ = 3
"""Sentences of a paper, those with most of the words, that are compared in meaning."""
_BACKGROUND = 0.15
"""What a sentence on what others did counts less."""
_AVAILABLE = re.compile(
    r"\b(?:code|data|data ?sets?|models?|weights|demo|project page)\b.{0,60}\bavailable\b|https?://", re.I
)
_FEW_WORDS = 7
"""Words below which a sentence of an abstract leans on those before it: `Our study focuses on this aspect.`"""
_WHERE_TO_FIND = 0.5
"""What a sentence counts less that says where code or data lie."""


def relevant_sentences(topic: str, papers: Sequence[Paper], most: int, embedder: Embedder) -> list[tuple[int, ...]]:
    """Return for each paper up to `most` of its sentences, in their order; none where its abstract has none."""
    told = [paper.sentence_texts() for paper in papers]
    words = asked(topic, [stems(text) for texts in told for text in texts])
    merits = [[words.coverage(stems(text)) - _shortcoming(text) for text in texts] for texts in told]
    read = [sorted(range(len(merit)), key=lambda i: (-merit[i], i))[: max(_READ, most)] for merit in merits]
    wanted = [told[place][i] for place, indices in enumerate(read) for i in indices]
    cosines = iter((embedder.embed(wanted) @ embedder.embed_query(topic)).tolist() if wanted else ())
    ranked = [
        sorted((-(merits[place][i] + next(cosines)), i + 1) for i in indices) for place, indices in enumerate(read)
    ]
    return [tuple(sorted(index for _, index in best[:most])) for best in ranked]


def _shortcoming(sentence: str) -> float:
    """Return what a sentence loses: on others' work, on where code lies, or an order to whoever answers."""
    where = _WHERE_TO_FIND * (_AVAILABLE.search(sentence) is not None)
    leans = len(sentence.split()) < _FEW_WORDS
    return where + _BACKGROUND * (tells_background(sentence) + leans) + is_planted(sentence)


# ----------------------------------------------------------------------------------------------------
# What a paper must hold to be on a subject: the names in it, or its words where they are one or two.
#
# Nearness in meaning alone takes in too much: what is on surveys is not on the World Values Survey. Not handled: other
# names of the same thing, and subjects of many words, for which nearness has to do.

_FEW, _SHORTEST = 2, 4
"""Content words up to which all of a subject must be there, and letters of a stem that can begin another."""
_TRADE = frozenset(content_words("results reports experiments evaluations findings papers models"))
_COMPOUND = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})+")
_OR = re.compile(r"\s*(?:,\s*(?:(?:or|and)\b)?|\bor\b|(?<=\w\w)/(?=\w\w))\s*", re.I)


@dataclass(frozen=True, slots=True)
class Term:
    """Names and compounds that must stand there as they are, and stems of words that must be there too.

    `is_all`: there is nothing else to the subject.
    """

    names: tuple[str, ...] = ()
    stems: frozenset[str] = frozenset()
    is_all: bool = False

    def holds(self, text: str) -> bool:
        """Tell whether `text` holds all of it."""
        if not all(holds(text, name) for name in self.names):
            return False
        held = set(content_words(text)) if self.stems else set()
        return all(any(_meet(stem, word) for word in held) for stem in self.stems)


@dataclass(frozen=True, slots=True)
class Needed:
    """Terms, one of which a paper must hold; without any, nothing is needed. `is_joined`: the subject names several."""

    terms: tuple[Term, ...] = ()
    is_joined: bool = False

    @property
    def is_all(self) -> bool:
        """Whether the subject is nothing but names."""
        return bool(self.terms) and all(term.is_all for term in self.terms)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are needed, of whatever term."""
        return tuple(name for term in self.terms for name in term.names)

    def holds(self, paper: Paper) -> bool:
        """Tell whether a paper's title and abstract hold what is needed."""
        return not self.terms or any(term.holds(f"{paper.title}\n{paper.abstract}") for term in self.terms)

    def entitles(self, paper: Paper) -> bool:
        """Tell whether the title alone holds the words that are needed."""
        return any(term.holds(paper.title) for term in self.terms)

    def __str__(self) -> str:
        return " or ".join(" and ".join(f"“{name}”" for name in term.names) for term in self.terms)


def needed(topic: str) -> Needed:
    """Return what a paper on `topic` must hold.

    >>> [term.names for term in needed("results with GPT-4 or LLaMA").terms], str(needed("World Values Survey"))
    ([('GPT-4',), ('LLaMA',)], '“World Values Survey”')
    """
    parts = [part for part in _OR.split(topic) if content_words(part)]
    terms = [_term(part) for part in parts]
    told = all(term.names or term.stems for term in terms)
    return Needed(tuple(terms) if told else (), is_joined=len(parts) > 1)


def _term(topic: str) -> Term:
    names = (*_names(topic), *compounds(topic))
    rest = frozenset(content_words(topic)) - set(content_words(" ".join(names)))
    if names:
        rest -= _TRADE
    return Term(names, rest if len(rest) <= _FEW else frozenset(), is_all=bool(names) and not rest)


def compounds(topic: str) -> tuple[str, ...]:
    """Return the compounds of a subject, of which a part alone says something else: `training-free`."""
    return tuple(word for word in _COMPOUND.findall(topic) if word.islower())


def _names(topic: str) -> list[str]:
    """Return the marked words of `topic`, and runs of words with a capital, alone within it but not where it begins."""
    names: list[str] = []
    words = (token.written for token in tokens(topic))
    for is_named, group in groupby(words, key=lambda word: word[0].isupper() or is_marked(word)):
        run = list(group)
        if is_named and (len(run) > 1 or is_marked(run[0]) or not topic.startswith(run[0])):
            names.append(" ".join(run))
    return names


def _meet(one: str, other: str) -> bool:
    """Tell whether two stems are of one word: the one begins the other (`survey` of `surveys`, `surve` of `survey`)."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) >= _SHORTEST or short == long)
