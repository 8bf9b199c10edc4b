"""The names in a question: which papers bear them, which are slips of a name held here, and which nobody bears."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.catalogue import Catalogue
from rag.cite.overlap import content_words
from rag.indexes import Indexes
from rag.indexes.names import Names
from rag.questions.understanding import NO_SUBJECT
from rag.text.names import Token, fold, is_marked, tokens

_LONGEST_RUN = 4
_SHORTEST_RUN = 5
"""Letters of a name that may be written as several words."""
_SHORT = 10
"""Content words up to which a question with one name is taken to be about it."""
_ASKS = re.compile(
    r"\b(?:what|who|how|why|where|when|which|is|are|do|does|did|tell|explain|describe|summari[sz]e|define|was|has)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a question: where it stands, as written there, the folded name meant, and the papers that have it.

    `titled` are those of the papers that have it in their title.
    """

    start: int
    end: int
    written: str
    name: str
    papers: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()

    @property
    def is_misspelt(self) -> bool:
        """Whether the library has the name in another spelling only."""
        return bool(self.papers) and fold(self.written).removesuffix("s") != self.name.removesuffix("s")


def read_names(question: str, names: Names) -> tuple[Named, ...]:
    """Return the names in `question`, in order; those without papers occur in none as a name."""
    words = [token for token in tokens(question) if token.folded]
    found: list[Named] = []
    place = 0
    while place < len(words):
        named = next(_runs(question, words, place, names), None)
        if named is not None:
            found.append(named)
            place = next((i for i, word in enumerate(words) if word.start >= named.end), len(words))
        else:
            place += 1
    return tuple(found)


def _runs(question: str, words: Sequence[Token], place: int, names: Names) -> Iterator[Named]:
    """Yield what the words from `place` on may name, the longest run first."""
    first = words[place]
    for count in range(min(_LONGEST_RUN, len(words) - place), 1, -1):
        written = question[first.start : words[place + count - 1].end]
        if len(fold(written)) >= _SHORTEST_RUN and not re.search(r"[,;:.?!]\s", written):
            yield from _held(first.start, written, fold(written), names)
    if first.written in NO_SUBJECT:
        return  # "papers that deal with" asks, whatever a paper called DeAL is about
    for form in dict.fromkeys((first.folded, _singular(first.folded))):
        if is_marked(first.written) or len(form) > 2:
            yield from _held(first.start, first.written, form, names)
    if not is_marked(first.written):
        return
    for part in re.finditer(r"[^-/–]+", first.written):
        letters = sum(char.isalpha() for char in part[0])
        if letters > 2 and len(part[0]) < len(first.written) and is_marked(part[0]):
            yield from _held(first.start + part.start(), part[0], fold(part[0]), names)
    if near := names.near(first.folded):
        yield from _held(first.start, first.written, near, names)
    yield Named(first.start, first.end, first.written, first.folded)


def _singular(word: str) -> str:
    return word if word.endswith("ss") else word.removesuffix("s")


def _held(start: int, written: str, name: str, names: Names) -> Iterator[Named]:
    if held := names.papers(name):
        yield Named(start, start + len(written), written, name, held, names.papers(name, in_title=True))


def unknown_name(question: str, found: Sequence[Named], indexes: Indexes) -> Named | None:
    """Return the one name that a short question asks about and that occurs in no paper; None where there is none.

    What stands first in square brackets is a pointer or a reference, no name.
    """
    unknown = [
        named
        for named in found
        if not named.papers and question[named.start - 1 : named.start] != "[" and not occurs(named.written, indexes)
    ]
    if len(unknown) != 1 or any(named.papers for named in found) or len(content_words(question)) > _SHORT:
        return None
    sentence = re.split(r"[.?!;]\s", question[: unknown[0].start])[-1]
    return unknown[0] if _ASKS.search(sentence) else None


def occurs(written: str, indexes: Indexes) -> bool:
    """Tell whether the parts of what looks like a name are ordinary words here."""
    parts = re.findall(r"[^\W_]+", written)
    return not any(char.isdigit() for char in written) and all(indexes.words.search(part, 1) for part in parts)


def corrected(text: str, found: Sequence[Named], catalogue: Catalogue) -> str:
    """Return `text` with its names spelled as the library spells them."""
    for named in found:
        is_plain = named.written.isalpha() or (" " in named.written and named.written.islower())
        if named.papers and named.written in text and (named.is_misspelt or not is_plain):
            holder = (named.titled or named.papers)[0]
            papers = catalogue.get([holder])
            known = spelled(named.name, f"{papers[holder].title}\n{papers[holder].abstract}") if papers else None
            if known and known.casefold() != named.written.casefold():
                text = text.replace(named.written, known, 1)
    return text


def spelled(name: str, text: str) -> str | None:
    """Return a folded name as `text` spells it; None where it does not."""
    words = list(tokens(text))
    for count in range(1, _LONGEST_RUN + 1):
        for first, last in zip(words, words[count - 1 :], strict=False):
            if fold(text[first.start : last.end]) == name:
                return text[first.start : last.end]
    return None
