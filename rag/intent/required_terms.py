"""What a paper must hold to be on a subject: the names in it, or its words where they are one or two.

Nearness in meaning alone takes in too much: what is on surveys is not on the World Values Survey. Not handled: other
names of the same thing, and subjects of many words, for which nearness has to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from rag.base.text.names import is_marked
from rag.base.text.overlap import content_words
from rag.base.text.titles import normalise_title
from rag.nouns import Paper

_FEW, _SHORTEST = 2, 4
"""Content words up to which all of a subject must be there, and letters of a stem that can begin another."""
_TRADE = frozenset(content_words("results reports experiments evaluations findings papers models"))
_WORD = re.compile(r"[^\s,;:!?()\[\]\"“”«»]*[^\W_]")
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
        if not all(holds_words(name, text) for name in self.names):
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


def holds_words(name: str, text: str) -> bool:
    """Tell whether `text` holds the words of `name` side by side, hyphened or not, each in the singular or plural."""
    words = (re.escape(word.removesuffix("s")) for word in normalise_title(name).split())
    shape = r"s?[\s-]?".join(words)
    return re.search(rf"(?<!\w){shape}(?:s|es)?(?!\w)", normalise_title(text)) is not None


def is_name(topic: str) -> bool:
    """Tell whether a subject is a name and nothing else, by its capitals or digits: `Arabic`, `GPT-4`."""
    words = _WORD.findall(topic)
    return 0 < len(words) <= 3 and all(word[0].isupper() or is_marked(word) for word in words)


def _names(topic: str) -> list[str]:
    """Return the marked words of `topic`, and runs of words with a capital, alone within it but not where it begins."""
    names: list[str] = []
    for is_named, words in groupby(_WORD.findall(topic), key=lambda word: word[0].isupper() or is_marked(word)):
        run = list(words)
        if is_named and (len(run) > 1 or is_marked(run[0]) or not topic.startswith(run[0])):
            names.append(" ".join(run))
    return names


def _meet(one: str, other: str) -> bool:
    """Tell whether two stems are of one word: the one begins the other (`survey` of `surveys`, `surve` of `survey`)."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) >= _SHORTEST or short == long)
