"""Where the sentences of an abstract begin and end; abbreviations are in `word_lists.toml`. Linear time, no model.

A full stop ends a sentence unless what stands before it is an abbreviation, an initial or an enumerator, or what
stands after it goes on in lower case; nothing ends inside a formula or a short bracket. Not handled: sentences that
start in lower case after an abbreviation, languages that do not mark the end of a sentence with `.`, `!`, `?` or `。`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.base.text.word_lists import word_list

_STOP = re.compile(
    r"(?P<stop>[.!?…]+)(?P<closers>(?:\s?''|\s[\"”](?=\s)|[\"”’»)\]}*])*)(?=\s|$)"
    r"|(?P<wide>[。！？]+[”’」』）]*)"
    r"|(?P<glued>(?<=[a-z)\]]{3})[.!?])(?=[A-Z][a-z]*\s)"
    r"|(?P<paragraph>\n[^\S\n]*\n)"
)
_BODY = re.compile(r"\s*(\S(?:.*\S)?)", re.S)
_WORD_BEFORE = re.compile(r"[^\s(\[{\"“‘'/,;:—–]*$")
_WORD_AFTER = re.compile(r"[\s\"“‘'(\[{*]*([^\s,;:.!?)\]}]*)")
_LIST_MARK = re.compile(r"\s+\(?(?:[ivx]{1,4}|[a-h]|\d{1,2})\)\s|\s+(?:https?://|www\.)")
_INITIAL = re.compile(r"[A-Z](?:\.-?[A-Z]){0,4}")
"""`J` in "J. Smith", `U.S` in "U.S. data"."""
_INNER_CAPITAL = re.compile(r"[a-z]{1,4}-?[A-Z0-9]|[a-z]-[a-z]")

_NEVER_LAST, _SELDOM_LAST = frozenset(word_list("never_last")), frozenset(word_list("seldom_last"))
_STARTERS, _LOWER_STARTERS = frozenset(word_list("starters")), frozenset(word_list("lower_starters"))
_EXCLAIMING = frozenset({"yahoo", "jeopardy"})
_LONGEST_BRACKET = 400


def split_sentences(abstract: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) offsets of the sentences: in order, without overlap or outer white space.

    Together they cover every character of `abstract` that is not white space.
    """
    spans: list[tuple[int, int]] = []
    for start, end in pairwise((0, *_boundaries(abstract), len(abstract))):
        found = _BODY.match(abstract, start, end)
        if found and spans and not any(map(str.isalnum, found[1])):  # a stretch without a letter belongs to the last
            spans[-1] = (spans[-1][0], found.end(1))
        elif found:
            spans.append(found.span(1))
    return tuple(spans)


def is_abbreviation(word: str) -> bool:
    """Tell whether a full stop after `word` seldom ends a sentence."""
    return word.lower() in _NEVER_LAST | _SELDOM_LAST | _EXCLAIMING


def _boundaries(text: str) -> Iterator[int]:
    """Yield the offset after each sentence's last character."""
    closed = _closed_stretches(text)
    current, sentence_start = 0, 0
    for found in _STOP.finditer(text):
        while current < len(closed) and closed[current][1] <= found.start():
            current += 1
        inside = current < len(closed) and closed[current][0] < found.start()
        if found["paragraph"] or (not inside and _ends_sentence(text, found, sentence_start)):
            sentence_start = found.end()
            yield sentence_start


def _ends_sentence(text: str, found: re.Match[str], sentence_start: int) -> bool:
    if found["wide"]:
        return True
    before = _WORD_BEFORE.search(text, max(sentence_start, found.start() - 40), found.start())
    word = before[0] if before else ""
    after = _WORD_AFTER.match(text, found.end())
    following = after[1] if after else ""
    if found["glued"]:
        return word.islower() and following.lower() in _STARTERS
    if found["stop"] != ".":
        return _starts_sentence(text, found.end(), following) and word.lower() not in _EXCLAIMING
    return _full_stop_ends(text, found, word, following, sentence_start)


def _full_stop_ends(text: str, found: re.Match[str], word: str, following: str, sentence_start: int) -> bool:
    plain = "" if word.isupper() and len(word) > 1 and "." not in word else word.lower().strip("*_$")
    if not word:  # a full stop that stands alone, as in old typed abstracts: "the flow . in this paper"
        return True
    if found["closers"] and not following[:1].islower():
        return True
    if plain in _NEVER_LAST or _is_enumerator(text, word, found.start(), sentence_start):
        return plain == "no" and following.lower() in _STARTERS
    if plain in _SELDOM_LAST or _INITIAL.fullmatch(word):
        return following[:1].isupper() and following.lower() in _STARTERS
    if following.islower() and following in _LOWER_STARTERS:
        return len(plain) > 3 and plain.isalpha()
    return _starts_sentence(text, found.end(), following)


def _starts_sentence(text: str, end: int, following: str) -> bool:
    """Tell whether what follows can begin a sentence: anything but a comma or a word in plain lower case."""
    if _LIST_MARK.match(text, end):
        return True
    if not following:
        return text[end : end + 20].lstrip()[:1] not in (",", ";", ":", ")", "]")
    return (
        not following[0].islower()
        or "\u03b1" <= following[0] <= "\u03c9"
        or _INNER_CAPITAL.match(following) is not None
    )


def _is_enumerator(text: str, word: str, stop: int, sentence_start: int) -> bool:
    """`1` or `ii` where a sentence would have to consist of it alone."""
    if stop - sentence_start > 12:
        return False
    alone = not text[sentence_start : stop - len(word)].strip(" \n\t([*")
    return alone and re.fullmatch(r"\(?(?:\d{1,2}|[ivx]{1,4}|[a-zA-Z])\)?", word) is not None


def _closed_stretches(text: str) -> list[tuple[int, int]]:
    """Return the outermost formulas `$…$` and brackets, none longer than a few lines, in order."""
    stretches = [found.span() for found in re.finditer(r"\$\$?(?=\S)[^$\n]{1,300}?(?<=\S)\$\$?(?!\d)", text)]
    opened: list[int] = []
    for found in re.finditer(r"[(\[]|[)\]]", text):
        if found[0] in "([":
            opened.append(found.start())
        elif opened:
            start = opened.pop()
            if found.end() - start <= _LONGEST_BRACKET:
                stretches.append((start, found.end()))
    outer: list[tuple[int, int]] = []
    for start, end in sorted(stretches, key=lambda span: (span[0], -span[1])):
        if not outer or start >= outer[-1][1]:
            outer.append((start, end))
    return outer
