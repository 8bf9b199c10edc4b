"""Sentences that a model copied word for word from what it was shown, and that point nowhere or at a neighbour.

Code points them at what they are copied from; that never raises a status. Not handled: tables, and copies of a few
words, which may be anyone's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from rag.cite.overlap import content_words
from rag.cite.pointers import Pointer
from rag.cite.scan import Pointers, Text, pieces
from rag.cite.sentences import claim_spans
from rag.cite.shown import Shown, read_shown
from rag.nouns import Draft

SHORTEST_COPY = 5
"""Content words from which a copy is one."""
_ALIKE = 0.85
"""Share of words in common, in order, from which a sentence is a copy."""
_STOPS = ".!?。！？"


def point(draft: Draft) -> Draft:
    """Return `draft` with a pointer behind each copied sentence that lacks the one to its original; it says so."""
    shown, text, found = read_shown(draft.shown), draft.text, 0
    for start, end in reversed(claim_spans(text, list(pointer_spans(text, shown)), shown.vocabulary)):
        sentence = text[start:end]
        original = None if "|" in sentence else _original(sentence, shown)
        if original is not None:
            text, found = text[:start] + _with_pointer(sentence, original) + text[end:], found + 1
    if not found:
        return draft
    copies = "A sentence was" if found == 1 else f"{found} sentences were"
    note = f"{copies} copied from an abstract without pointing there; the sources were added by code."
    return replace(draft, text=text, warnings=(*draft.warnings, note))


def pointer_spans(text: str, shown: Shown) -> Iterator[tuple[int, int]]:
    """Yield where the pointers of a draft's text stand: between two stretches of text."""
    position, is_open = 0, False
    for piece in pieces(text, shown):
        if isinstance(piece, Text):
            start = text.index(piece.text, position)
            if is_open:
                yield position, start
            position, is_open = start + len(piece.text), False
        elif isinstance(piece, Pointers):
            is_open = True
    if is_open:
        yield position, len(text)


def _original(sentence: str, shown: Shown) -> str | None:
    """Return the pointer to what `sentence` is a copy of, None where it is none or points there already."""
    parts = list(pieces(sentence, shown))
    words = content_words(" ".join(part.text for part in parts if isinstance(part, Text)))
    if len(words) < SHORTEST_COPY:
        return None
    pointed = [pointer for part in parts if isinstance(part, Pointers) for pointer in part.pointers]
    own, best, place = frozenset(words), _ALIKE, None
    for number, sentences in enumerate(shown.words, start=1):
        for index in range(1, len(sentences)):
            if len(own & sentences[index]) < _ALIKE * max(len(own), 0.5 * len(sentences[index])):
                continue
            part = alike(words, content_words(shown.papers[number - 1].sentence(index)))
            if part > best:
                best, place = part, (number, index)
    if place is None or any(_covers(pointer, place) for pointer in pointed):
        return None
    return f"[P{place[0]}.{place[1]}]"


def alike(copy: list[str], original: list[str]) -> float:
    """Return which part of `copy` stands in `original`, in its order: a copy may leave out its end."""
    blocks = SequenceMatcher(None, copy, original, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(copy)


def _covers(pointer: Pointer, place: tuple[int, int]) -> bool:
    return pointer.paper == place[0] and (
        pointer.first is None or pointer.first <= place[1] <= (pointer.last or pointer.first)
    )


def _with_pointer(sentence: str, pointer: str) -> str:
    """Return a sentence with a pointer before its full stop."""
    bare = sentence.rstrip()
    after = sentence[len(bare) :]
    stop = bare[-1:] if bare.endswith(tuple(_STOPS)) else ""
    return f"{bare.removesuffix(stop).rstrip()} {pointer}{stop}{after}"
