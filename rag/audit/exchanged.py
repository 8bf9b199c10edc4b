"""Two numbers of a claim that have changed places: each stands in the source, beside what the other one counts there.

"9% on A and 86% on B" against "86% on A and 9% on B". A word belongs to the nearer of two numbers, where it stands near
enough; a comma or a conjunction is as far as three words. Of two numbers and two words that both texts hold once, each
word belongs to the one number in the claim and to the other one in the source. Not handled: numbers or words that a
text holds twice, and what is said far from its number.
"""

from __future__ import annotations

import re
from itertools import combinations

from rag.base.text.overlap import content_words

_TOKEN = re.compile(
    r"(?P<number>(?<![\w.\-/])\d+(?:[.,]\d+)*(?![\w\-]))|(?P<word>[^\W_][\w\-]*)|(?P<pause>[,;:()])", re.UNICODE
)
_PAUSES = frozenset({"and", "or", "but", "while", "whereas", "versus", "vs", "than", "against"})
_PAUSE, _NEAR = 3, 4
"""Words that a pause is as far as, and from a number to what it counts, at most."""
_COMMON = frozenset(content_words("respectively each both score accuracy percent points times model"))
"""Words that stand beside any number."""


def exchanged_numbers(claim: str, source: str) -> tuple[str, str] | None:
    """Return two numbers of `claim` that have changed places against `source`, as written; None where none have."""
    (counts, words), (source_counts, source_words) = _places(claim), _places(source)
    shared = [word for word in words if word in source_words]
    for pair in combinations([count for count in counts if count in source_counts], 2):
        said = {word: _nearer(words[word], [counts[count] for count in pair]) for word in shared}
        told = {word: _nearer(source_words[word], [source_counts[count] for count in pair]) for word in shared}
        moved = {said[word] for word in shared if None not in (said[word], told[word]) and said[word] != told[word]}
        stayed = {said[word] for word in shared if said[word] is not None and said[word] == told[word]}
        if len(moved) == 2 and not stayed:
            return pair
    return None


def _places(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return where each number, and each content word, stands that occurs once."""
    found: tuple[dict[str, int], dict[str, int]] = ({}, {})
    twice, place = set(), 0
    for token in _TOKEN.finditer(text):
        pause = token["pause"] or token[0].lower() in _PAUSES
        place += _PAUSE if pause else 1
        word = token["number"] or next(iter(content_words(token[0])), None)
        if pause or word is None or word in _COMMON:
            continue
        held = found[token["number"] is None]
        if word in held:
            twice.add(word)
        held[word] = place
    return tuple({word: at for word, at in held.items() if word not in twice} for held in found)  # type: ignore[return-value]


def _nearer(word: int, numbers: list[int]) -> int | None:
    """Return which of two numbers a word belongs to, 0 or 1; None where it stands as near to both, or far off."""
    first, second = (abs(word - number) for number in numbers)
    return None if first == second or min(first, second) > _NEAR else int(second < first)
