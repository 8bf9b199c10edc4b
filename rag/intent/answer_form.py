"""The form that a question asks its answer to have: points, a length, a language, and the manner of plain words.

Number words in English, French, German and Spanish. Not handled: tables, and forms asked for in other words than these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rag.base.text.word_lists import word_list, word_table
from rag.intent.wording import pattern

_NUMBERS = {
    word: number for number, words in enumerate(word_list("small_numbers"), start=1) for word in words.split("|")
}
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_LIMIT = (
    r"at most|no more than|not more than|fewer than|less than|under|below|within|up to|max(?:imum|\.)?(?: of)?|exactly"
    r"|just|only|au plus|moins de|höchstens|maximal|weniger als|como máximo|menos de"
)
_AFTER = r"at most|or (?:less|fewer)|max(?:imum|\.)?|tops|au plus|höchstens|como máximo"
_BEGINS = r"(?:^\s*|(?<=[,.;:?!]\s)|\(|\b(?:as|in|with|en|mit|con|to|give me|and) )"
_STOPS = r"(?=\s*(?:$|[,:;.?!)]|\b(?:and|on|about|please|pls|what|how|why|which|whether|who|when|where)\b))"
_ENDS = r"(?:\s*\b(?:pls|please)\b)?[\s:,.;)]*"
"""What stands before, behind and after a form: it is asked for beside the question, not within it."""
_UNITS = {
    "points": r"bullets?(?: points?)?|points|puces|stichpunkte\w*|viñetas|puntos",
    "words": r"words|mots|wörtern?|worte|palabras",
    "sentences": r"(?:short |brief |single )?sentences?|phrases?|sätzen?|satz|frases?",
}
_LANGUAGES = {word: name for name, words in word_table("answer_languages").items() for word in words}
_ANSWER = r"answer|reply|respond|write|say it|explain|summari[sz]e|réponds|répondez|antworte|responde|contesta"
_IN = r"(?:in|en|auf)"
_FORMS = {
    **{
        name: pattern(rf"{_BEGINS}(?:(?:{_LIMIT}) )*{_N} (?:{units})\b(?: (?:{_AFTER}))?{_STOPS}{_ENDS}")
        for name, units in _UNITS.items()
    },
    "language": pattern(
        rf"(?:\b(?:{_ANSWER})\b(?: \w+){{0,2}} {_IN}|^\s*{_IN}(?= \w+\s*[:,])) (?P<n>{'|'.join(_LANGUAGES)})\b{_ENDS}"
    ),
}


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
    found: dict[str, Any] = {}
    rest = question
    for name, shape in _FORMS.items():
        if hit := shape.search(rest):
            said = hit["n"].lower()
            found[name] = _LANGUAGES.get(said) or _NUMBERS.get(said) or max(1, int(said))
            rest = f"{rest[: hit.start()]} {rest[hit.end() :]}"
    rest = " ".join(rest.split())
    return Form(**found), rest if re.search(r"\w", rest) else question


# ----------------------------------------------------------------------------------------------------
# The manner: `Explain RLHF simply`, `in layman's terms`. Quotes cannot have it, and so answer the question without it.

_PERSON = (
    r"(?:an?|the|your|my) (?:(?:complete|total|absolute|curious) )?(?:beginner|child|kid|lay\s?(?:person|man|woman)"
    r"|novice|newcomer|non-?expert|outsider|student|undergraduate|grandmother|[\w-]+[\s-]year[\s-]old)"
)
_PEOPLE = r"(?:beginners|dummies|children|kids|lay\s?(?:people|men)|newcomers|non-?experts|outsiders|everyone|me|us)"
_FEW = r"(?:very |really )?(?:simple|plain|easy|clear|everyday|non-?technical|lay(?:man(?:'?s)?)?|your own|a few|few)"
_MANNER = pattern(
    r"(?:[\s,]*(?<!\w)(?:simply|briefly|shortly|quickly|clearly|please|pls|step by step|eli5"
    rf"|(?:in|using|with|into) {_FEW} (?:words?|terms?|language|english|sentences?)"
    r"|in (?:one|two|three|four|five|\d+|an?) (?:words?|sentences?|paragraphs?|lines?|nutshell)"
    rf"|in (?:short|brief|detail)|(?:to|for) (?:{_PERSON}|{_PEOPLE})"
    rf"|(?:to me )?(?:like|as (?:if|though)|as) i(?:'m| am| was| were) (?:five|\d+|{_PERSON})(?: years? old)?"
    r"))+[\s.!?]*$"
)
_EXPLAIN = pattern(
    r"\W*(?:(?:can|could|would|will) you )?(?:please )?(?:(?:simply|briefly|quickly) )?"
    r"(?:explain|define|eli5:?|introduce) (?:(?:to )?me )?"
    r"(?!(?:what|how|why|when|where|who|which|whether|that|this|it|them|these|those|more)\b)(?P<what>\w[^?.!]*?)\W*"
)
_LONGEST_TERM = 6
"""Words up to which what is to be explained is a term."""


def plainly(question: str, *, of_papers: bool = False) -> str:
    """Return a question without how it wants to be answered, for who quotes and cannot answer otherwise.

    What is to be explained is asked for as a term, unless the question is `of_papers` that it names.

    >>> plainly("Explain constitutional AI simply"), plainly("How does RLHF work, in simple words?")
    ('What is constitutional AI?', 'How does RLHF work?')
    """
    asked = _MANNER.sub("?" if question.rstrip().endswith("?") else "", question) or question
    term = _EXPLAIN.fullmatch(asked)
    if term is None or of_papers or len(term["what"].split()) > _LONGEST_TERM:
        return asked
    return f"What is {term['what']}?"
