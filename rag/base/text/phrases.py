"""Noun phrases as titles and sentences hold them: what a person would call a subject, `reward hacking`.

Without a grammar: runs of words between stop words, verbs and punctuation, of which the last words are the noun. Not
handled: phrases with a preposition in them, and other languages than English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.base.text.names import is_marked
from rag.base.text.word_lists import word_list

_RUN = re.compile(r"[^\s,;:!?()\[\]{}\"“”«»…$\\/—–|]+")
_BREAK = re.compile(r"[,;:!?()\[\]{}\"“”«»…$\\/—–|]|\.(?:\s|$)|--")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[A-Za-z][A-Za-z0-9-]+[A-Za-z0-9]")
MOST_WORDS = 3
"""Words of the longest phrase."""
BETWEEN = frozenset(word_list("between_phrases"))
"""Words that part one noun phrase from the next: stop words, and the verbs and adjectives of all abstracts."""
AT_LARGE = frozenset(word_list("at_large"))
"""Words, without the s of a plural, that together or alone name no subject of their own."""
_GERUNDS = frozenset(word_list("gerunds"))


def phrases(text: str) -> Iterator[str]:
    """Yield the noun phrases of `text` as it spells them, of up to three words, those of a run the longest first."""
    for run in runs(text):
        for size in range(min(MOST_WORDS, len(run)), 0, -1):
            words = run[-size:]
            if _names_a_subject(words, opens=size == len(run)):
                yield " ".join(words)


def runs(text: str) -> Iterator[list[str]]:
    """Yield the runs of words of `text` that no stop word, verb or punctuation parts."""
    for clause in _BREAK.split(text):
        run: list[str] = []
        for found in _RUN.finditer(clause):
            word = found[0].strip("'’.-*")
            if _PLAIN.fullmatch(word) and word.lower() not in BETWEEN:
                run.append(word)
            elif run:
                yield run
                run = []
        if run:
            yield run


def lowered(phrase: str) -> str:
    """Return a phrase of a title as it stands within a sentence: names keep their capitals.

    >>> lowered("Reward Hacking"), lowered("Vision-Language Models"), lowered("LLM Alignment")
    ('reward hacking', 'vision-language models', 'LLM alignment')
    """
    parts = re.split(r"([ -])", phrase)
    return "".join(part if is_marked(part) else part.lower() for part in parts)


def _names_a_subject(words: list[str], *, opens: bool) -> bool:
    """Tell whether words that end a run name a subject: two or more of them, or an acronym."""
    first, last = words[0].lower(), words[-1].lower()
    bare = [word.lower().removesuffix("s") for word in words]
    if len(words) == 1:
        return is_marked(words[0]) and "-" not in last and last.rstrip("s") not in AT_LARGE
    if first.endswith("ing") and opens and first not in _GERUNDS:
        return False
    return not first.endswith("ly") and not last.endswith(("ed", "ly")) and not AT_LARGE.issuperset(bare)
