"""A question made ready for the grammar: one spelling of signs, quoted text and manners out of sight.

Spans that a rule has understood are blanked, so that what is left is what nobody understood. Not handled: slips, which
`rag.retrieve.spelling` has mended.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rag.base.errors import UsageError

# ----------------------------------------------------------------------------------------------------
# What can be asked: a question that is not empty, and no page.

LONGEST_QUESTION = 8000
"""Characters of a question; more is a page, not a question."""


def checked(question: str) -> str:
    """Return the question without surrounding space, or raise UsageError for one that cannot be asked."""
    asked = question.strip()
    if not asked:
        raise UsageError("The question is empty. Ask something, for example: Which papers are about cultural bias?")
    if len(asked) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(asked):,} characters; up to {LONGEST_QUESTION:,} can be asked. "
            "Shorten it, or add long text as a page with: abstract-qa add FILE"
        )
    return asked


# ----------------------------------------------------------------------------------------------------

QUOTED = re.compile(r"“[^”]{2,300}”|\"[^\"]{2,300}\"|«[^»]{2,300}»|(?<!\w)['‘][^'‘’]{2,300}['’](?!\w)")
_SIGNS = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "‐": "-", "\u00a0": " "})


def folded(question: str) -> str:
    """Return `question` with one kind of dash, quote and space."""
    return unicodedata.normalize("NFC", question).translate(_SIGNS)


_PERSON = (
    r"(?:an?|the|your|my)\s+(?:(?:complete|total|absolute|curious)\s+)?(?:beginner|child|kid|lay\s?(?:person|man|woman)"
    r"|novice|newcomer|non-?expert|outsider|student|undergraduate|grandmother|[\w-]+[ -]year[ -]old)"
)
_PEOPLE = r"(?:beginners|dummies|children|kids|lay\s?(?:people|men)|newcomers|non-?experts|outsiders|everyone|me|us)"
_FEW = (
    r"(?:very\s+|really\s+)?"
    r"(?:simple|plain|easy|clear|everyday|non-?technical|lay(?:man(?:'?s)?)?|your\s+own|a\s+few|few)"
)
_MANNER = re.compile(
    r"(?:[\s,]*(?<!\w)(?:simply|briefly|shortly|quickly|clearly|please|pls|step\s+by\s+step|eli5"
    rf"|(?:in|using|with|into)\s+{_FEW}\s+(?:words?|terms?|language|english|sentences?)"
    r"|in\s+(?:one|two|three|four|five|\d+|an?)\s+(?:words?|sentences?|paragraphs?|lines?|nutshell)"
    rf"|in\s+(?:short|brief|detail)|(?:to|for)\s+(?:{_PERSON}|{_PEOPLE})"
    r"|(?:to\s+me\s+)?(?:like|as\s+(?:if|though)|as)\s+i(?:'m|\s+am|\s+was|\s+were)"
    rf"\s+(?:five|\d+|{_PERSON})(?:\s+years?\s+old)?"
    r"))+[\s.!?]*$",
    re.I,
)
_EXPLAIN = re.compile(
    r"\W*(?:(?:can|could|would|will)\s+you\s+)?(?:please\s+)?(?:(?:simply|briefly|quickly)\s+)?"
    r"(?:explain|define|eli5:?|introduce)\s+(?:(?:to\s+)?me\s+)?"
    r"(?!(?:what|how|why|when|where|who|which|whether|that|this|it|them|these|those|more)\b)(?P<what>\w[^?.!]*?)\W*",
    re.I,
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


def blank(text: str, spans: Iterable[tuple[int, int]], sign: str = " ") -> str:
    """Return `text` with `spans` overwritten by `sign`, so that offsets stay."""
    for start, end in spans:
        text = text[:start] + sign * (end - start) + text[end:]
    return text
