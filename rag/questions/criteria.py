"""The filters that a question states in words, each with the span that states it.

A rule reads only what is tied to papers: a number counts when it counts authors, pages, votes or comments, a name when
the catalogue has it. What is denied, or will do in the place of another, is put together in `combining`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rag.filters import Filters
from rag.questions.held import Held
from rag.questions.quantities import AMOUNT, NUMBER, bounds, number
from rag.questions.reading import PAPERS, Read
from rag.questions.times import read_times

_COUNTED = {
    "authors": r"(?:co-?)?authors?|people|persons?|researchers|names?(?=\s+on)",
    "pages": r"(?:saved\s+|listing\s+)?pages?",
    "upvotes": r"up-?votes?|votes?|likes?",
    "comments": r"comments?",
}


def read_criteria(text: str, held: Held, today: date) -> Iterator[Read]:
    """Yield what `text`, folded and with its quotations out of sight, asks of papers besides their subject."""
    yield from _pages(text, held)
    yield from _lacking(text)
    yield from _numbers(text, len(held.pages))
    yield from read_times(text, today)
    yield from _people(text, held)


# ---------------------------------------------------------------------- numbers


_ALONE = re.compile(
    r"\b(?:(?:written|authored|signed)\s+)?by\s+(?:just\s+|only\s+)?(?:one|a\s+single)\s+(?:person|author|researcher)"
    r"(?:\s+alone)?\b|\b(?:single|sole|solo)[\s-]?author(?:ed)?\b|\bone-author\b|\bby\s+(?:themselves|himself|herself)\b"
    r"|\bsolo\s+papers?\b",
    re.I,
)
_BESIDE = {
    name: re.compile(
        rf"(?:with|have|has|having|by|of|from)?\s*(?<![\w-])(?P<a>{AMOUNT})[\s-]+(?:{noun})\b(?!-)"
        r"(?P<or>\s+or\s+(?:more|fewer|less))?",
        re.I,
    )
    for name, noun in _COUNTED.items()
}
_SUFFIX = {
    name: re.compile(
        rf"(?:number\s+of\s+|count\s+of\s+)(?:{noun})\s+(?:is\s+|of\s+|being\s+)?(?P<a>{AMOUNT})(?!\w)", re.I
    )
    for name, noun in _COUNTED.items()
}
_ONE_OF = {
    name: re.compile(
        rf"(?:with|have|has|having|by|of)?\s*(?:either\s+|exactly\s+)?(?<![\w-])"
        rf"(?P<a>{NUMBER}(?:\s*,\s*{NUMBER})*,?\s+or\s+{NUMBER})[\s-]+(?:{noun})\b",
        re.I,
    )
    for name, noun in _COUNTED.items()
}
_ALL_PAGES = re.compile(
    r"\b(?:on|in)\s+(?:(?P<all>all|every)(?:\s+(?:of\s+)?(?:the|three|four|five))*|both(?:\s+the)?"
    r"|several|multiple|more\s+than\s+one)\s+(?:saved\s+)?pages?\b",
    re.I,
)


def _numbers(text: str, pages: int) -> Iterator[Read]:
    for found in _ALONE.finditer(text):
        yield Read(found.start(), found.end(), {"min_authors": 1, "max_authors": 1})
    for name in _COUNTED:
        for found in _ONE_OF[name].finditer(text):
            counts = [number(said) for said in re.findall(NUMBER, found["a"], re.I)]
            if not _is_asked_or_foreign(text, found):
                each = tuple(Filters.of({f"min_{name}": count, f"max_{name}": count}) for count in counts)
                yield Read(found.start(), found.end(), {"either": (each,)})
        for shape in (_BESIDE[name], _SUFFIX[name]):
            for found in shape.finditer(text):
                if name == "authors" and _ALONE.search(found[0]):
                    continue
                if _is_asked_or_foreign(text, found):
                    continue
                least, most = bounds(f"{found['a']} {found.groupdict().get('or') or ''}")
                sets = {f"min_{name}": least, f"max_{name}": most}
                yield Read(found.start(), found.end(), {k: v for k, v in sets.items() if v is not None})
    for found in _ALL_PAGES.finditer(text):
        yield Read(found.start(), found.end(), {"min_pages": pages if found["all"] else 2})


def _is_asked_or_foreign(text: str, found: re.Match[str]) -> bool:
    """Tell whether a number counts something else: `by 10 people in each country`, `surveyed 1,500 people`."""
    if re.search(r"people|person|researchers", found[0], re.I):
        return not re.search(
            r"\b(?:written|authored|signed|by|wrote|list(?:s|ing)?)\s*$", text[: found.start("a")], re.I
        )
    return False


# ---------------------------------------------------------------------- what is missing

_FIELD = {
    "date": r"dates?",
    "authors": r"(?:number\s+of\s+authors|author\s+counts?|authors|author\s+numbers?)",
    "organisation": r"(?:organi[sz]ations?|institutions?|affiliations?)",
    "upvotes": r"(?:up-?)?votes",
    "comments": r"comments",
}
_NO = (
    r"(?:without\s+(?:a\s+|any\s+|an\s+)?(?:known\s+|stated\s+)?|lack(?:s|ing)?\s+(?:a\s+|any\s+|an\s+)?"
    r"|(?:\w+\s+)?no\s+(?:known\s+)?|miss(?:es|ing)?\s+(?:a\s+|their\s+)?"
    r"|do(?:es)?\s+not\s+have\s+(?:a\s+|any\s+)?)"
)
_LACKING = {name: re.compile(rf"\b{_NO}{noun}\b(?!\s+of)(?:\s+at\s+all)?", re.I) for name, noun in _FIELD.items()}
_UNDATED = re.compile(r"\bundated\b|\bnot\s+dated\b", re.I)


def _lacking(text: str) -> Iterator[Read]:
    for found in _UNDATED.finditer(text):
        yield Read(found.start(), found.end(), {"without": ("date",)})
    for name, shape in _LACKING.items():
        for found in shape.finditer(text):
            yield Read(found.start(), found.end(), {"without": (name,)})


# ---------------------------------------------------------------------- pages and names


def _pages(text: str, held: Held) -> Iterator[Read]:
    """Yield the pages that are named as pages."""
    for start, end, name in held.page_mentions(text):
        opening = re.search(
            r"(?:\b(?:and|but|yet|or|both)\s)*(?:\b(?:seen|listed|found|sits?|saved|that\s+(?:is|are|sits?))\s+)?\b(?:on|from|in|of)\s+(?:the\s+)?$",
            text[:start],
            re.I,
        )
        yield Read(opening.start() if opening else start, end, {"also_on": (name,)})


_WHO = re.compile(
    r"(?:\bby|\bfrom|\bof|\bat|'s)\s+(?:the\s+)?(?P<who>[A-Z][\w.'&-]*(?:\s+(?:of\s+|the\s+|for\s+|de\s+|van\s+|von\s+)?[A-Z][\w.'&-]*){0,4})"
)
_BY_PAPERS = re.compile(
    rf"\b(?:{PAPERS}|written|authored|signed|wrote)\s+(?:(?:are|is|were|was)\s+)?(?:there\s+)?(?:written\s+|authored\s+)?$",
    re.I,
)


def _people(text: str, held: Held) -> Iterator[Read]:
    """Yield organisations and authors that the catalogue knows, and unknown ones that papers are said to be by."""
    for start, end, name, value in held.name_mentions(text):
        opening = re.search(
            r"(?:\b(?:written|authored|released|published)\s+)?\b(?:by|from|of|at)\s+(?:the\s+)?(?:organi[sz]ation\s+)?$",
            text[:start],
            re.I,
        )
        yield Read(opening.start() if opening else start, end, {name: value})
    for found in _WHO.finditer(text):
        if found[0].startswith("by") and _BY_PAPERS.search(text[: found.start()]) and not held.knows(found["who"]):
            yield Read(found.start(), found.end(), {"author": found["who"]}, held.unknown_name(found["who"]))
