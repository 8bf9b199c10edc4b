"""Amounts of authors, pages, votes and comments, in figures or words: `more than five authors`, `on 2 to 4 pages`.

Not handled: numbers of anything else, which only abstracts tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.base.text.word_lists import word_list
from rag.catalogue.filters import Filters
from rag.intent.wording import Criterion, pattern

_WORDS = {
    **{word: count for count, word in enumerate(word_list("units"))},
    **{word: 10 * count for count, word in enumerate(word_list("tens"), start=2)},
    **{"no": 0, "single": 1, "a single": 1, "dozen": 12, "a dozen": 12, "a hundred": 100, "one hundred": 100},
}
NUMBER = r"(?:\d{1,6}|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_N, _M = rf"(?P<n>{NUMBER})", rf"(?P<m>{NUMBER})"
_LEAST = r"(?:at least|a minimum of|(?:not|no) (?:fewer|less) than|min\.?|>=|≥)"
_MOST = r"(?:at most|up to|a maximum of|(?:not|no) more than|max\.?|<=|≤)"
_MORE = r"(?:(?:more|greater|larger|higher) than\s|over|above|>)"
_FEWER = r"(?:(?:fewer|less|lower|smaller) than\s|under|below|<)"
_SHAPES = tuple(
    (pattern(shape), bounds)
    for shape, bounds in (
        (rf"{_LEAST}\s*{_N}\s*(?:,\s*)?(?:and|but|,) {_MOST}\s*{_M}", lambda n, m: (n, m)),
        (rf"{_MORE}\s*{_N} (?:and|but) {_FEWER}\s*{_M}", lambda n, m: (n + 1, m - 1)),
        (rf"(?:between|from) {_N} (?:and|to) {_M}", lambda n, m: (n, m)),
        (rf"{_N}\s*(?:-|\bto\b)\s*{_M}", lambda n, m: (n, m)),
        (rf"{_LEAST}\s*{_N}", lambda n, m: (n, None)),
        (rf"{_MOST}\s*{_N}", lambda n, m: (None, n)),
        (rf"{_MORE}\s*{_N}", lambda n, m: (n + 1, None)),
        (rf"{_FEWER}\s*{_N}", lambda n, m: (None, n - 1)),
        (rf"{_N}\s*(?:\+|or more|or above|or over|and more|and up)", lambda n, m: (n, None)),
        (rf"{_N}\s*(?:or (?:fewer|less)|at most)", lambda n, m: (None, n)),
        (rf"(?:(?:exactly|precisely|only|just) )?{_N}", lambda n, m: (n, n)),
    )
)
AMOUNT = "(?:" + "|".join(re.sub(r"\?P<\w>", "?:", shape.pattern) for shape, _ in _SHAPES) + ")"
"""A pattern without groups that matches an amount."""


def number(text: str) -> int:
    """Return the number that `text` is, in figures or words; ValueError when it is none."""
    plain = " ".join(text.lower().split())
    return _WORDS[plain] if plain in _WORDS else int(plain)


def bounds(text: str) -> tuple[int | None, int | None]:
    """Return (least, most) of an amount as `AMOUNT` matches it.

    >>> bounds("more than five"), bounds("2 to 4"), bounds("ten or fewer")
    ((6, None), (2, 4), (None, 10))
    """
    for shape, read in _SHAPES:
        if found := shape.fullmatch(text.strip()):
            said = found.groupdict()
            return read(number(said["n"]), number(said["m"]) if said.get("m") else 0)
    raise ValueError(f"{text!r} is no amount")


# ----------------------------------------------------------------------------------------------------
# What amounts in a question count: only what is known of papers by number.

_HAVE = r"(?:(?:(?:written|authored|signed) )?by|with|have|has|having|of|from|on)?\s*"
_COUNTED = {
    "authors": r"(?:co-?)?authors?|people|persons?|researchers?|names?(?= on)",
    "pages": r"(?:saved |listing )?pages?",
    "upvotes": r"up-?votes?|votes?|likes?",
    "comments": r"comments?",
}
_ALONE = pattern(r"\b(?:sole|solo|single)[\s-]?author(?:ed)?\b|\bby (?:themselves|himself|herself)\b|\bsolo papers?\b")
_NOUN = f"(?:{'|'.join(_COUNTED.values())})"
_BESIDE = (
    pattern(
        rf"{_HAVE}(?<![\w-])(?P<a>{AMOUNT})[\s-]+(?P<noun>{_NOUN})\b(?!-)"
        r"(?: or (?:(?P<more>more)|(?P<fewer>fewer|less))\b(?! than)| alone\b)?"
    ),
    pattern(rf"(?:number|count) of (?P<noun>{_NOUN}) (?:is |of |being )?(?P<a>{AMOUNT})(?!\w)(?P<more>)(?P<fewer>)"),
)
_ONE_OF = pattern(
    rf"{_HAVE}(?:either )?(?<![\w-])(?P<a>{AMOUNT}(?P<noun>[\s-]+{_NOUN})?(?:\s*,\s*{AMOUNT})*,? or {AMOUNT})"
    rf"(?(noun)(?!\w|[\s-]+\w)|[\s-]+(?P<last>{_NOUN})\b)"
)
"""Amounts of which one will do; what they count is named behind the first or the last."""
_ALL_PAGES = pattern(
    r"\b(?:on|in) (?:(?P<all>all|every)(?: (?:of )?(?:the|three|four|five))*|both(?: the)?"
    r"|several|multiple) (?:saved )?pages?\b"
)
_PEOPLE = pattern(r"people|person|researcher")
_WROTE = pattern(r"\b(?:written|authored|signed|by|wrote|list(?:s|ing)?)\s*$")


def read_amounts(text: str, pages: int) -> Iterator[Criterion]:
    """Yield how many authors, pages, votes and comments `text` asks of papers; there are `pages` in the library."""
    for found in _ALONE.finditer(text):
        yield Criterion(found.start(), found.end(), {"min_authors": 1, "max_authors": 1})
    for found in filter(_counts_authors, _ONE_OF.finditer(text)):
        name = _counted(found["noun"] or found["last"])
        each = (bounds(said[0]) for said in re.finditer(AMOUNT, found["a"], re.I))
        either = tuple(Filters.of({f"min_{name}": least, f"max_{name}": most}) for least, most in each)
        yield Criterion(found.start(), found.end(), {"either": (either,)})
    for found in (found for shape in _BESIDE for found in filter(_counts_authors, shape.finditer(text))):
        name, (least, most) = _counted(found["noun"]), bounds(found["a"])
        least = None if found["fewer"] and most is not None else least
        most = None if found["more"] and least is not None else most
        said = {f"min_{name}": least, f"max_{name}": most}
        yield Criterion(found.start(), found.end(), {k: v for k, v in said.items() if v is not None})
    for found in _ALL_PAGES.finditer(text):
        yield Criterion(found.start(), found.end(), {"min_pages": pages if found["all"] else 2})


def _counted(noun: str) -> str:
    """Return the field whose things a noun names."""
    return next((name for name, shape in _COUNTED.items() if re.search(rf"\b{shape}", noun, re.I)), "authors")


def _counts_authors(found: re.Match[str]) -> bool:
    """Tell whether people that are counted wrote something, unlike `10 people in each country`, `1,500 people`."""
    return not _PEOPLE.search(found[0]) or _WROTE.search(found.string[: found.start("a")]) is not None
