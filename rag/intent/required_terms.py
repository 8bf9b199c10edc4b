"""What a paper must hold to be on a subject: the names in it, or its words where they are one or two.

Nearness in meaning alone takes in too much: what is on surveys is not on the World Values Survey. Not handled: other
names of the same thing, and subjects of many words, for which nearness has to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.base.text.names import is_marked
from rag.base.text.overlap import content_words
from rag.base.text.titles import normalise_title
from rag.nouns import Paper

_FEW, _SHORTEST = 2, 4
"""Content words up to which all of a subject must be there, and letters of a stem that can begin another."""
_TRADE = frozenset(content_words("results reports experiments evaluations findings papers models"))
_WORD = re.compile(r"[^\s,;:!?()\[\]\"“”«»]*[^\W_]")
_OR = re.compile(r"\bor\b|,", re.I)


@dataclass(frozen=True, slots=True)
class Needed:
    """Names, of which all must be there, or stems of words; `any_of`: one of them will do. Without either, nothing.

    `is_all`: the subject is nothing but names.
    """

    names: tuple[str, ...] = ()
    stems: frozenset[str] = frozenset()
    any_of: bool = False
    is_all: bool = False

    def holds(self, paper: Paper) -> bool:
        """Tell whether a paper's title or abstract holds what is needed."""
        text = f"{paper.title}\n{paper.abstract}"
        enough = any if self.any_of else all
        if self.names:
            plain = normalise_title(text)
            return enough(_stands(name, plain) for name in self.names)
        held = set(content_words(text))
        return not self.stems or enough(any(_meet(stem, word) for word in held) for stem in self.stems)

    def entitles(self, paper: Paper) -> bool:
        """Tell whether the title alone holds the words that are needed."""
        return bool(self.stems) and self.holds(replace(paper, abstract=""))

    def __str__(self) -> str:
        joint = " or " if self.any_of else " and "
        return joint.join(f"“{name}”" for name in self.names)


def needed(topic: str) -> Needed:
    """Return what a paper on `topic` must hold.

    >>> needed("results with GPT-4").names, needed("World Values Survey").names
    (('GPT-4',), ('World Values Survey',))
    """
    any_of = _OR.search(topic) is not None
    if names := tuple(_names(topic)):
        rest = set(content_words(topic)) - set(content_words(" ".join(names))) - _TRADE
        return Needed(names, any_of=any_of, is_all=not rest)
    words = frozenset(content_words(topic))
    return Needed(stems=words if len(words) <= _FEW or any_of else frozenset(), any_of=any_of)


def is_name(topic: str) -> bool:
    """Tell whether a subject is a name and nothing else, by its capitals or digits: `Arabic`, `GPT-4`."""
    words = _WORD.findall(topic)
    return 0 < len(words) <= 3 and all(word[0].isupper() or is_marked(word) for word in words)


def _names(topic: str) -> list[str]:
    """Return the marked words of `topic`, and runs of two words or more that begin with a capital."""
    names: list[str] = []
    run: list[str] = []
    for word in [*_WORD.findall(topic), ""]:
        if word[:1].isupper() or (word and is_marked(word)):
            run.append(word)
            continue
        if len(run) > 1 or (run and is_marked(run[0])):
            names.append(" ".join(run))
        run = []
    return names


def _meet(one: str, other: str) -> bool:
    """Tell whether two stems are of one word: the one begins the other (`survey` of `surveys`, `surve` of `survey`)."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) >= _SHORTEST or short == long)


def _stands(name: str, text: str) -> bool:
    """Tell whether `name` stands in a text made plain, each word in the singular or the plural."""
    words = (re.escape(word.removesuffix("s")) for word in normalise_title(name).split())
    shape = r"s?[\s-]?".join(words)
    return re.search(rf"(?<!\w){shape}(?:s|es)?(?!\w)", text) is not None
