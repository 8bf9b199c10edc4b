"""The form that a question asks its answer to have, as far as quotes can have it: points, a length, a language.

Number words in English, French, German and Spanish. Not handled: tables, and forms asked for in other words than these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.base.text.word_lists import word_list, word_table

_NUMBERS = {
    word: number for number, words in enumerate(word_list("small_numbers"), start=1) for word in words.split("|")
}
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_LIMIT = (
    r"at most|no more than|not more than|fewer than|less than|under|below|within|up to|max(?:imum|\.)?(?: of)?|exactly"
    r"|just|only|au plus|moins de|höchstens|maximal|weniger als|como máximo|menos de"
)
_AFTER = r"at most|or (?:less|fewer)|max(?:imum|\.)?|tops|au plus|höchstens|como máximo"
_BEGINS = r"(?:^\s*|(?<=[,.;:?!]\s)|\(|\b(?:as|in|with|en|mit|con|to|give me|and)\s+)"
_STOPS = r"(?=\s*(?:$|[,:;.?!)]|\b(?:and|on|about|please|pls|what|how|why|which|whether|who|when|where)\b))"
_ENDS = r"(?:\s*\b(?:pls|please)\b)?[\s:,.;)]*"
"""What stands before, behind and after a form: it is asked for beside the question, not within it."""
_UNITS = {
    "points": r"bullets?(?: points?)?|points|puces|stichpunkte\w*|viñetas|puntos",
    "words": r"words|mots|wörtern?|worte|palabras",
    "sentences": r"(?:short |brief |single )?sentences?|phrases?|sätzen?|satz|frases?",
}
_LANGUAGES = word_table("answer_languages")
_ANSWER = r"answer|reply|respond|write|say it|explain|summari[sz]e|réponds|répondez|antworte|responde|contesta"
_IN = r"(?:in|en|auf)"


@dataclass(frozen=True, slots=True)
class Form:
    """How many points an answer is to have, its most words and sentences, and its language in English; None: any."""

    points: int | None = None
    words: int | None = None
    sentences: int | None = None
    language: str | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked of the quotes themselves."""
        return any((self.points, self.words, self.sentences))


def read_form(question: str) -> tuple[Form, str]:
    """Return the form that `question` asks for, and the question without the words that ask for it."""
    found: dict[str, int] = {}
    rest = question
    for name, units in _UNITS.items():
        shape = rf"{_BEGINS}(?:(?:{_LIMIT})\s+)*{_N} (?:{units})\b(?: (?:{_AFTER}))?{_STOPS}{_ENDS}"
        if hit := re.search(shape, rest, re.I):
            found[name] = _NUMBERS.get(said := hit["n"].lower()) or max(1, int(said))
            rest = f"{rest[: hit.start()]} {rest[hit.end() :]}"
    language = None
    for name, words in _LANGUAGES.items():
        called = "|".join(words)
        asks = rf"(?:\b(?:{_ANSWER})\b(?: \w+){{0,2}} {_IN} (?:{called})\b|^\s*{_IN} (?:{called})\s*[:,]){_ENDS}"
        if hit := re.search(asks, rest, re.I):
            language, rest = name, f"{rest[: hit.start()]} {rest[hit.end() :]}"
    rest = " ".join(rest.split())
    return Form(**found, language=language), rest if re.search(r"\w", rest) else question
