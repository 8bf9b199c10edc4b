"""Whether a sentence has the kind of thing that a question asks for: a number of what is counted, or a name.

Answer types after Li and Roth (2002), the two that a sentence shows by its spelling. Word lists for English, German,
French and Spanish; a question that asks for anything else is met by any sentence.
"""

from __future__ import annotations

import re

from rag.readers.extractive.asking import asks_for_quantity, holds_quantity
from rag.readers.extractive.likeness import folded, likeness, names, stems

_COUNTS = re.compile(
    r"\b(?:how many|number of|amount of|size of(?: the)?|wie ?viele?|combien d[e'’]s?|cu[aá]nt[oa]s)\s+"
    r"(?P<noun>(?:[\w\-’']+\s*){1,3})",
    re.I,
)
_NUMBER = re.compile(
    r"(?<![\w-])\d[\d,.]*[kmb]?(?: (?:million|billion|thousand))?\b|\b(?:two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|thirteen|dozens?|hundreds?|thousands?|millions?)\b",
    re.I,
)
_BEHIND = 5
"""Words after a number among which what it counts is named."""
_WHICH = re.compile(
    r"\b(?:which|what|whose|name the|names? of(?: the)?|welche[rsn]?|quel(?:le)?s?|cu[aá]l(?:es)?|qu[eé])\b"
    r"(?P<noun>(?:[\s,]+[\w'’\-/]+){0,5})",
    re.I,
)
_WHO = re.compile(r"\b(?:who|wer|qui|qui[eé]n(?:es)?)\b", re.I)
_HAS_A_NAME = re.compile(
    r"\b(?:models?|llms?|lms?|vlms?|mllms?|backbones?|encoders?|baselines?|data ?sets?|corpus|corpora|benchmarks?"
    r"|languages?|countr(?:y|ies)|compan(?:y|ies)|universit\w+|institut\w+|optimi[sz]ers?|gpus?|tools?|simulators?"
    r"|platforms?|journals?|venues?|conferences?|licen[cs]es?|judges?|annotators?|regions?|cit(?:y|ies)"
    r"|langues|pays|mod[eè]les|sprachen|l[aä]nder|idiomas|pa[ií]ses)\b",
    re.I,
)


def offers(question: str, title: str, sentence: str) -> bool:
    """Tell whether `sentence`, of the paper called `title`, has the kind of thing that is asked for."""
    if asks_for_quantity(question) and not _of_quantity(question, sentence):
        return False
    return not _asks_for_name(question) or _has_other_name(sentence, folded(f"{question} {title}"))


def _of_quantity(question: str, sentence: str) -> bool:
    """Tell whether a sentence has a number, and behind it a word of what is counted, where that is named."""
    counted = _COUNTS.search(question)
    nouns = stems(counted["noun"]) if counted else frozenset()
    if not nouns:
        return holds_quantity(sentence)
    behind = (" ".join(sentence[number.end() :].split()[:_BEHIND]) for number in _NUMBER.finditer(sentence))
    return any(likeness(noun, word) for word in stems(" ".join(behind)) for noun in nouns)


def _asks_for_name(question: str) -> bool:
    asked = any(_HAS_A_NAME.search(which["noun"]) for which in _WHICH.finditer(question))
    return asked or _WHO.search(question) is not None


def _has_other_name(sentence: str, known: str) -> bool:
    """Tell whether a sentence has a name that is not among the letters of `known`."""
    return any(name.rstrip("s") not in known for name, _ in names(sentence))
