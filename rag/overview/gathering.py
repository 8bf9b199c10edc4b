"""The sentences of papers that say something about a subject, each with what it does.

A sentence is on the subject where it holds the subject's words side by side, or nearly so; in a paper whose title does,
also what the paper brings and finds. Not handled: sentences that speak of it under another name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from rag.base.text.overlap import content_words
from rag.base.text.phrases import AT_LARGE
from rag.base.text.word_lists import word_list, word_pattern
from rag.nouns import Paper, Role, Statement
from rag.overview.facets import role

_SPREAD, _SPREAD_OF_TWO = 3, 8
"""Other words that may stand between those of the subject, and of one that joins two: `hallucination in …`."""
_LONGEST = 65
"""Words beyond which a sentence is not quoted in a list."""
_SHORTEST = 12
"""Words of a sentence that says enough without naming the subject."""
_NAMED_ALONE = (Role.PROBLEM, Role.MEANING)
"""What a sentence says of the subject only where it names it."""
_ALL = 2
"""Words of a subject up to which a sentence must hold all of them; of more, those that tell it from others."""
_GENERAL = frozenset(content_words(" ".join(AT_LARGE)))
_JOINED = re.compile(r"\s+(?:in|of|for|with|on|by)\s+", re.I)
_LEANS = word_pattern(word_list("leaning"))
"""How sentences begin that cannot be understood without the one before."""


class Subject:
    """The subject that is asked about, by its words."""

    def __init__(self, name: str) -> None:
        self.name = " ".join(name.split()).strip(" .?!\"'“”")
        self.words = tuple(dict.fromkeys(content_words(self.name)))
        telling = frozenset(self.words) - _GENERAL if len(self.words) > _ALL else frozenset()
        self._telling = telling or frozenset(self.words)
        named = _JOINED.split(self.name)
        self._spread = _SPREAD if len(named) == 1 else _SPREAD_OF_TWO
        parts = [r"[-\s]+".join(map(re.escape, re.split(r"[-\s]+", part.removesuffix("s")))) for part in named]
        self._shortened = [re.compile(rf"({part}s?)\s*\(([A-Za-z][\w-]{{1,9}}?)s?\)", re.I) for part in parts]
        self._alone = re.compile(rf"(?<!\w){re.escape(self.name.removesuffix('s'))}(?:s|es)?(?!\w)", re.I)

    def spelled_out(self, paper: Paper) -> Callable[[str], str]:
        """Return what puts the words of the subject in the place of what the paper abbreviates them to.

        `Vision-Language Models (VLMs)` makes `VLMs` of later sentences the subject too.
        """
        found = [shape.search(paper.abstract) for shape in self._shortened]
        known = [(re.compile(rf"\b{re.escape(m[2])}s?\b"), m[1]) for m in found if m]

        def out(text: str) -> str:
            for short, whole in known:
                text = short.sub(whole, text)
            return text

        return out

    def stands_in(self, text: str) -> bool:
        """Tell whether `text` speaks of the subject; one of a single word must stand there as that word."""
        if len(self.words) == 1:
            return self._alone.search(text) is not None
        words, window = _words(text), len(self._telling) + self._spread
        places = [i for i, word in enumerate(words) if word in self._telling]
        return any(self._telling <= set(words[place : place + window]) for place in places)


def speaks_of(subject: Subject, paper: Paper) -> bool:
    """Tell whether the title of a paper or a sentence of its abstract speaks of the subject."""
    out = subject.spelled_out(paper)
    told = (paper.title, *(out(paper.sentence(index)) for index in range(1, len(paper.sentences) + 1)))
    return any(map(subject.stands_in, told))


def gather(subject: Subject, papers: Sequence[Paper]) -> list[Statement]:
    """Return the statements of `papers` on the subject, the papers in their order."""
    return [statement for paper in papers for statement in _of(subject, paper)]


def _of(subject: Subject, paper: Paper) -> Iterator[Statement]:
    """Yield the statements of one paper, of each role the best ones alone."""
    titled, spelled_out = subject.stands_in(paper.title), subject.spelled_out(paper)
    found: dict[Role, list[tuple[tuple[bool, int], Statement]]] = {}
    for index in range(1, len(paper.sentences) + 1):
        text = paper.sentence(index)
        is_own = subject.stands_in(spelled_out(text))
        if not (is_own or titled) or len(text.split()) > _LONGEST:
            continue
        what = role(text, subject.name)
        leans = _LEANS.match(text) is not None
        if what is None or (not is_own and (leans or what in _NAMED_ALONE or len(text.split()) < _SHORTEST)):
            continue
        found.setdefault(what, []).append(((leans or not is_own, index), Statement(paper, index, what, is_own)))
    for what, statements in found.items():
        most = 2 if what is Role.FINDING else 1
        yield from (statement for _, statement in sorted(statements, key=lambda pair: pair[0])[:most])


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(content_words(text))
