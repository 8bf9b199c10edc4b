"""Typing errors of a question, put right by an English dictionary and by the words of the papers nearest to it.

A word is taken for an error where it stands neither in the dictionary, nor among the common words that the shipped
models know, nor in any paper; and for the word one slip away (Damerau, 1964) that more of the nearest papers hold, then
for the commoner one. British spellings become American ones, as abstracts mostly have them. Not handled: an error that
is itself a word, two slips in one word, words of under five letters, names (`rag.catalogue.names`), other languages.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from rag.base.text.languages import function_words, language
from rag.catalogue.names import slips
from rag.index import Indexes
from rag.models.embedder.onnx_folder import whole_words
from rag.retrieve.search import Retriever

if TYPE_CHECKING:
    from spellchecker import SpellChecker

_WORD = re.compile(r"(?<![\w'’./@-])[A-Za-z][a-z]{4,}(?![\w'’/@-]|\.\w)")
"""A plain word; one with a capital within, a digit or a hyphen is a name."""
_ACCENT = re.compile(r"[^\W\d_a-zA-Z]|[¿¡]")
"""What shows that a short question is in another language."""
_NEAREST = 200
"""Papers whose words are looked at: among those near in meaning stand the words that were meant."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A question with its words put right, and which they were: each as written, with what was meant."""

    text: str
    corrections: dict[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell of it; nothing where Britain and America write a word in two ways."""
        told = (pair for pair in self.corrections.items() if _american(pair[0]) != _american(pair[1]))
        return tuple(f"“{written}” was read as {meant}." for written, meant in told)


def spell(question: str, retriever: Retriever, indexes: Indexes) -> Spelling:
    """Return an English question with its misspelt words put right; any other as it is."""
    meant = _corrections(question, retriever, indexes)
    return Spelling(_WORD.sub(lambda word: meant.get(word[0], word[0]), question), meant)


def _corrections(question: str, retriever: Retriever, indexes: Indexes) -> dict[str, str]:
    if _is_foreign(question):
        return {}
    words = dict.fromkeys(word[0] for word in _WORD.finditer(question) if _is_plain(word))
    strange = [word for word in words if _is_strange(word.lower(), indexes)]
    if not strange:
        return {}
    texts = (f"{p.paper.title} {p.paper.abstract}".lower() for p in retriever.search(question, _NEAREST))
    held = Counter(word for text in texts for word in set(_WORD.findall(text)))
    some_known = not whole_words().isdisjoint(re.findall(r"[a-z]{3,}", question.lower()))
    common = whole_words() if some_known else frozenset()  # else it may be nonsense
    meant = {word: _nearest(word.lower(), held, common) for word in strange}
    return {word: other.capitalize() if word[0].isupper() else other for word, other in meant.items() if other}


def _is_foreign(question: str) -> bool:
    """Tell whether a question is in another language, as one letter or word of it may show."""
    if _ACCENT.search(question) or language(question) not in ("en", None):
        return True
    words = set(re.findall(r"[a-z]+", question.lower())).difference(whole_words())
    return any(words & function_words(code) for code in ("es", "fr", "de", "it", "pt", "nl"))


def _american(word: str) -> str:
    return word.lower().replace("our", "or").replace("s", "z")


def _is_plain(word: re.Match[str]) -> bool:
    """Tell whether a word is none that has a capital for being a name: the first one of a question may be either."""
    return word[0].islower() or not word.string[: word.start()].strip(" \"'“‘(")


def _is_strange(word: str, indexes: Indexes) -> bool:
    return word not in _dictionary() and word not in whole_words() and not indexes.words.holding(word)


def _nearest(word: str, held: Counter[str], common: frozenset[str]) -> str | None:
    known, near = _dictionary(), slips(word)
    if american := next((other for other in near if other in known and _american(other) == _american(word)), None):
        return american
    meant = [other for other in near if other in held or other in common]
    return min(meant, key=lambda other: (-held[other], -known[other], other), default=None)


@cache
def _dictionary() -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker("en")
