"""The numbers of a claim, and whether they stand in the evidence; words for numbers are in `word_lists.toml`.

`250K` is `250,000`, `1.5 billion` is `1.5B`, `three times` is `3x`, `2025-08-22` holds 22, 8 and 2025. A digit in a
name (GPT-4, Llama-3, top-5, F1) is no number of a claim. Readings of a claim are generous (`3,5` may be 3.5, `89%` may
be 0.89, `-1,0,1` three numbers), so that what is reported missing is missing. Any text can be read. A difference counts
where both its numbers stand in the claim and in the evidence. Not handled: rounding, other arithmetic, months by name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Context, Decimal
from itertools import chain, combinations

from rag.base.text.overlap import content_words
from rag.base.text.word_lists import word_list, word_table

_SCALES = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "k": 10**3, "m": 10**6, "b": 10**9, "bn": 10**9, "t": 10**12, "万": 10**4, "億": 10**8, "亿": 10**8,
}  # fmt: skip
_CARDINALS = {word: value for value, word in enumerate(word_list("units"))}
_CARDINALS |= {word: 10 * value for value, word in enumerate(word_list("tens"), start=2)}
_OTHERS = word_table("number_words") | {
    word: (str(value),) for value, word in enumerate(word_list("ordinals"), start=1)
}

_LARGE = "hundred|thousand|million|billion|trillion"
_WORDS = "|".join([*_CARDINALS, _LARGE])
_SPELLED = re.compile(rf"\b(?:{_WORDS})(?:[\s-](?:and\s)?(?:{_WORDS})){{0,8}}\b")
_DIGITS = r"\d{1,30}(?:[.,]\d{1,30}){0,10}"
_SCALE = rf"(?:(?P<sign>[kmbt]|bn)(?![^\W\d_])|[\s-]?(?P<scale>{_LARGE}|万|億|亿))"
_NUMBER = re.compile(rf"(?P<digits>{_DIGITS})(?:{_SCALE})?(?P<percent>\s?(?:%|percent|per cent))?")
_SMALL, _MOST_NUMBERS = 10, 30
_LETTER = "[a-z\u00c0-\u024f\u0370-\u052f]"
_NAME_OR_NUMBER = re.compile(rf"(?P<name>{_LETTER}[\w]{{0,99}}(?:[-_./+]\w{{1,99}}){{0,9}})|{_NUMBER.pattern}")
_ENUMERATOR = re.compile(r"\(\d\)")
_LIST = re.compile(r"(?:0|[1-9]\d*)(?:,(?:0|[1-9]\d*))+")
"""Numbers with commas alone between them (`64,128,256`), which may stand one by one."""
_EXACT = Context(prec=400)
"""More digits than a number found here can have, so that no arithmetic on them rounds or fails."""


def missing_numbers(claim: str, evidence: str, *, counted: int = 0) -> tuple[str, ...]:
    """Return the numbers of `claim`, as written, that are not in `evidence`; `counted` is a number it may state."""
    found, said = _values(evidence) | {str(counted)}, list(numbers(claim))
    held = {reading for _, readings in said for reading in readings & found}
    found |= _differences(held)
    missing = (written for written, readings in said if not readings & found)
    return tuple(one for one in missing if not (_LIST.fullmatch(one) and found.issuperset(one.split(","))))


def numbers(claim: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each number of a claim as written, with what it may stand for; `one` alone and `millions` are none."""
    text = _fold(claim)
    if "(1)" in text:
        text = _ENUMERATOR.sub(" ", text)
    for found in _NAME_OR_NUMBER.finditer(text):
        if found["digits"]:
            yield found[0].strip(), frozenset(_readings(found))
    for spelled in _SPELLED.finditer(text):
        if not _CARDINALS.keys().isdisjoint(re.split(r"[\s-]", spelled[0])) and _spelled_value(spelled[0]) > 1:
            yield spelled[0], frozenset({str(_spelled_value(spelled[0]))})


def _differences(values: set[str]) -> set[str]:
    """Return what numbers of one claim differ by, without small whole numbers, which would differ by chance."""
    plain = sorted(Decimal(value) for value in values if "," not in value and value.count(".") < 2)
    pairs = combinations(plain[-_MOST_NUMBERS:], 2)
    differences = (_EXACT.subtract(high, low) for low, high in pairs)
    return {_canonical(d) for d in differences if d >= _SMALL or d != d.to_integral_value()}


def _values(evidence: str) -> set[str]:
    """Return every value that the evidence can be said to hold, digits inside names included."""
    text = _fold(evidence)
    found = [*_NUMBER.finditer(text), *_NAME_OR_NUMBER.finditer(text)]  # the latter behind a name too: `F1,0.85`
    written = [one for one in found if one["digits"]]
    values = {_canonical(part) for one in written for part in re.split("[.,]", one["digits"])}
    values.update(chain.from_iterable(map(_readings, written)))
    for spelled in _SPELLED.finditer(text):
        values.add(str(_spelled_value(spelled[0])))
        values.update(str(_CARDINALS[word]) for word in re.split(r"[\s-]", spelled[0]) if word in _CARDINALS)
    return values.union(*(_OTHERS.get(word, ()) for word in set(re.findall(r"[a-z]+", text))))


def _readings(found: re.Match[str]) -> Iterator[str]:
    """Yield the values that digits with a scale or a percent sign may stand for; `1.2.3`, `1,0,1` for themselves."""
    scale = _SCALES.get(found["sign"] or found["scale"] or "", 1)
    if len(re.findall("[.,]", found["digits"])) > 1:
        yield found["digits"]
    for written in _decimals(found["digits"]):
        yield _canonical(written)
        if scale != 1:
            yield _canonical(_EXACT.multiply(Decimal(written), scale))
        if found["percent"]:
            yield _canonical(_EXACT.divide(Decimal(written), 100))


def _decimals(digits: str) -> Iterator[str]:
    """Yield how digits with points and commas can be read: English first, then with the two exchanged."""
    for group, point in ((",", "."), (".", ",")):
        if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?", digits):
            yield digits.replace(group, "").replace(point, ".")
        elif group not in digits and digits.count(point) <= 1:
            yield digits.replace(point, ".")


def _spelled_value(words: str) -> int:
    """Return the value of a cardinal in words: `two hundred and five` is 205."""
    total = current = 0
    for word in re.split(r"[\s-]", words):
        if word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALES:
            total, current = total + max(current, 1) * _SCALES[word], 0
        elif word in _CARDINALS:
            current += _CARDINALS[word]
    return total + current


def _canonical(value: Decimal | str) -> str:
    return format(_EXACT.normalize(Decimal(value)), "f")


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


# ----------------------------------------------------------------------------------------------------
# Two numbers of a claim that have changed places: each stands in the source, beside what the other one counts there.
#
# "9% on A and 86% on B" against "86% on A and 9% on B". A word belongs to the nearer of two numbers, where it stands
# near enough; a comma or a conjunction is as far as three words. Of two numbers and two words that both texts hold
# once, each word belongs to the one number in the claim and to the other one in the source. Not handled: numbers or
# words that a text holds twice, and what is said far from its number.

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
    told, place = [], 0
    for token in _TOKEN.finditer(text):
        pause = token["pause"] or token[0].lower() in _PAUSES
        place += _PAUSE if pause else 1
        word = token["number"] or next(iter(content_words(token[0])), None)
        if not pause and word is not None and word not in _COMMON:
            told.append((word, place, token["number"] is None))
    times = Counter(word for word, _, _ in told)
    once = [one for one in told if times[one[0]] == 1]
    return {word: at for word, at, is_word in once if not is_word}, {word: at for word, at, is_word in once if is_word}


def _nearer(word: int, numbers: list[int]) -> int | None:
    """Return which of two numbers a word belongs to, 0 or 1; None where it stands as near to both, or far off."""
    first, second = (abs(word - number) for number in numbers)
    return None if first == second or min(first, second) > _NEAR else int(second < first)
