"""The filters that a question states in words, denied ones and alternatives too, each with its span.

A rule reads only what is tied to papers: a number counts when it counts authors, pages, votes or comments, a name when
the catalogue has it. What is denied, or will do in the place of another, is put together in `combining`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from rag.catalogue.filters import Filters
from rag.intent.dates import read_times
from rag.intent.gazetteer import Gazetteer
from rag.intent.kinds import PAPERS, Read
from rag.intent.quantities import AMOUNT, bounds
from rag.intent.wording import blank

_COUNTED = {
    "authors": r"(?:co-?)?authors?|people|persons?|researchers|names?(?=\s+on)",
    "pages": r"(?:saved\s+|listing\s+)?pages?",
    "upvotes": r"up-?votes?|votes?|likes?",
    "comments": r"comments?",
}


def read_criteria(text: str, held: Gazetteer, today: date) -> Iterator[Read]:
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
    name: (
        re.compile(
            rf"(?:with|have|has|having|by|of|from)?\s*(?<![\w-])(?P<a>{AMOUNT})[\s-]+(?:{noun})\b(?!-)"
            r"(?:\s+or\s+(?:(?P<more>more)|(?P<fewer>fewer|less))\b(?!\s+than))?",
            re.I,
        ),
        re.compile(
            rf"(?:number|count)\s+of\s+(?:{noun})\s+(?:is\s+|of\s+|being\s+)?(?P<a>{AMOUNT})(?!\w)(?P<more>)(?P<fewer>)",
            re.I,
        ),
    )
    for name, noun in _COUNTED.items()
}
_ONE_OF = {
    name: re.compile(
        r"(?:with|have|has|having|by|of)?\s*(?:either\s+)?(?<![\w-])"
        rf"(?P<a>(?P<first>{AMOUNT})(?P<noun>[\s-]+(?:{noun}))?(?:\s*,\s*{AMOUNT})*,?\s+or\s+{AMOUNT})"
        rf"(?(noun)(?!\w|[\s-]+\w)|[\s-]+(?:{noun})\b)",
        re.I,
    )
    for name, noun in _COUNTED.items()
}
"""Amounts of which one will do; what they count is named behind the first or the last."""
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
            if not _counts_others(text, found):
                each = (bounds(said[0]) for said in re.finditer(AMOUNT, found["a"], re.I))
                either = tuple(Filters.of({f"min_{name}": least, f"max_{name}": most}) for least, most in each)
                yield Read(found.start(), found.end(), {"either": (either,)})
        for found in (found for shape in _BESIDE[name] for found in shape.finditer(text)):
            if not _counts_others(text, found):
                least, most = bounds(found["a"])
                said = {
                    f"min_{name}": None if found["fewer"] and most is not None else least,
                    f"max_{name}": None if found["more"] and least is not None else most,
                }
                yield Read(found.start(), found.end(), {k: v for k, v in said.items() if v is not None})
    for found in _ALL_PAGES.finditer(text):
        yield Read(found.start(), found.end(), {"min_pages": pages if found["all"] else 2})


def _counts_others(text: str, found: re.Match[str]) -> bool:
    """Tell whether people are counted who wrote nothing: `by 10 people in each country`, `surveyed 1,500 people`."""
    wrote = r"\b(?:written|authored|signed|by|wrote|list(?:s|ing)?)\s*$"
    people = re.search(r"people|person|researchers", found[0], re.I)
    return people is not None and not re.search(wrote, text[: found.start("a")], re.I)


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
    r"|do(?:es)?\s+not\s+have\s+(?:an?\s+|any\s+)?(?:known\s+|stated\s+)?)"
)
_ANY_FIELD = rf"(?:{'|'.join(_FIELD.values())})"
_LACKING = re.compile(
    rf"\bundated\b|\bnot\s+dated\b|\b(?:{_NO}|(?:with\s+)?neither\s+(?:an?\s+)?){_ANY_FIELD}\b(?!\s+of)"
    rf"(?:\s*(?:,|\bor\b|\bnor\b|\band\b)\s+(?:an?\s+|any\s+|no\s+)?{_ANY_FIELD}\b(?!\s+of))*(?:\s+at\s+all)?",
    re.I,
)


def _lacking(text: str) -> Iterator[Read]:
    for found in _LACKING.finditer(text):
        names = tuple(name for name, noun in _FIELD.items() if re.search(rf"\b{noun}\b", found[0], re.I))
        yield Read(found.start(), found.end(), {"without": names or ("date",)})


# ---------------------------------------------------------------------- pages and names


def _pages(text: str, held: Gazetteer) -> Iterator[Read]:
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
    rf"\b(?:{PAPERS}|written|authored|signed|wrote)\s+(?:(?:from|of|in|since|before|after)\s+[\w-]+(?:\s+\d{{4}})?\s+)?"
    r"(?:(?:are|is|were|was)\s+)?(?:there\s+)?(?:written\s+|authored\s+)?$",
    re.I,
)


def _people(text: str, held: Gazetteer) -> Iterator[Read]:
    """Yield organisations and authors that the catalogue knows, and unknown ones that papers are said to be by."""
    for start, end, name, value in held.name_mentions(text):
        opening = re.search(
            r"(?:\b(?:written|authored|released|published)\s+)?\b(?:by|from|of|at)\s+(?:the\s+)?(?:organi[sz]ation\s+)?$",
            text[:start],
            re.I,
        )
        yield Read(opening.start() if opening else start, end, {name: value})
    for found in _WHO.finditer(text):
        is_by = found[0].startswith("by") and _BY_PAPERS.search(text[: found.start()])
        if is_by and (note := held.unknown_name(found["who"])):
            yield Read(found.start(), found.end(), {"author": found["who"]}, note)


# ----------------------------------------------------------------------------------------------------
# Criteria that are denied, and criteria of which one will do: `not from 2025`, `from 2024 or by Meadow Lab`.
#
# Words that deny or join are taken away where a criterion follows, so that the rules for criteria read it as it
# stands; what they say of it is read here. Not handled: a denial within alternatives, brackets.

_VERBS = r"published|publish|released|release|written|dated|listed|seen|appear(?:ed)?|come\s+out|came\s+out"
_THOSE = rf"(?:(?:for|the|those|ones|any|all|that|which|who|are|is|were|was|been|of|{_VERBS}|{PAPERS})\s+)*"
_DENYING = (
    r"(?:n't\b|\b(?:not|never|neither|nor|except(?:ing)?|excluding|without|besides|(?:apart|absent)\s+from|other\s+than|but\s+not"
    rf"|anything\s+but|all\s+but)\b)[\s,]*{_THOSE}"
)
_ABOUT_TO_FOLLOW = (
    r"(?=(?:from|in|during|by|at|on\s+the|published|released|written|dated(?!\W*$)|authored|mention(?:s|ing)?|contain(?:s|ing)?|"
    r"(?:19|20)\d\d)\b)"
)
_DENIED_NEXT = re.compile(rf"{_DENYING}{_ABOUT_TO_FOLLOW}", re.I)
_EITHER = re.compile(rf"\beither\s+{_ABOUT_TO_FOLLOW}", re.I)
_DENIED = re.compile(rf"(?:\b(?:are|is|were|was|do|does|did|have|has|had)\s*)?{_DENYING}(?:either\s+)?$", re.I)
_JOINED = re.compile(rf"[\s,]*\b(?P<by>or|and/or|nor|and)\s+(?:either\s+|not\s+)?{_THOSE}$", re.I)
_COMMA = re.compile(r"\s*,\s*$")
_ON = re.compile(r"[\s,]*\b(?:or|nor|and)\s+(?:not\s+|either\s+)?|\s*,\s*(?=(?:from|in|by|(?:19|20)\d\d)\b)", re.I)
"""What lets another criterion be seen behind one that is read."""
_TURNS = 4
"""Criteria that are read one after the other, since each lets the next be seen."""


def read_all(text: str, mentioned: list[Read], held: Gazetteer, today: date) -> list[Read]:
    """Return what `text` asks of papers besides their subject, denials and alternatives put together.

    `mentioned` are the words that papers are to contain, which are read already and out of sight.
    """
    plain = blank(text, [found.span() for shape in (_DENIED_NEXT, _EITHER) for found in shape.finditer(text)])
    reads = list(mentioned)
    for _ in range(_TURNS):
        found = _without_overlaps([*reads, *read_criteria(plain, held, today)])
        if len(found) == len(reads):
            break
        reads = found
        joined = ((read.start, _ON.match(text, read.end)) for read in reads)
        plain = blank(plain, [(start, on.end()) for start, on in joined if on])
    return list(_combined(text, reads))


def _combined(text: str, reads: list[Read]) -> Iterator[Read]:
    """Yield `reads`, those that are denied or stand in for each other put together, with the words that do it."""
    place = 0
    while place < len(reads):
        begin, first = reads[place - 1].end if place else 0, reads[place]
        denied = None if "without" in first.sets else _DENIED.search(text[begin : first.start])
        last = _last_of_group(text, reads, place, denied=denied is not None)
        group = reads[place : last + 1]
        start = begin + denied.start() if denied else group[0].start
        note = " ".join(read.note for read in group if read.note)
        filters = tuple(_filters(read) for read in group)
        sets: dict[str, Any] = {"either": (filters,)}
        if denied:
            pages = tuple(one.page for one in filters if one.page)
            sets = {"not_on": pages} if len(pages) == len(filters) else {"excluding": filters}
        elif len(group) == 1:
            sets = first.sets
        elif either := re.search(r"\beither\s+$", text[begin:start], re.I):
            start -= len(either[0])
        yield Read(start, group[-1].end, sets, note)
        place = last + 1


def _last_of_group(text: str, reads: list[Read], first: int, *, denied: bool) -> int:
    """Return the place of the last criterion that stands in for the one at `first`, or is denied with it."""
    last = first
    for place in range(first + 1, len(reads)):
        before = reads[place - 1]
        gap = text[before.end : reads[place].start]
        joined = _JOINED.fullmatch(gap)
        and_too = denied and gap.strip() == "and" and before.sets.keys() == reads[place].sets.keys() == {"author"}
        if joined and (joined["by"].lower() != "and" or and_too or _exclude_each_other(before, reads[place])):
            last = place
        elif not _COMMA.fullmatch(gap):
            break
    return last


def _exclude_each_other(one: Read, other: Read) -> bool:
    """Tell whether no paper can meet both, so that `and` lists what will do: `from 2023 and 2024`."""
    if one.sets.keys() == other.sets.keys() == {"since", "until"}:
        return bool(one.sets["until"] < other.sets["since"] or other.sets["until"] < one.sets["since"])
    return "organisation" in one.sets and "organisation" in other.sets


def _filters(read: Read) -> Filters:
    sets = dict(read.sets)
    if page := sets.pop("also_on", ()):
        sets["page"] = page[0]
    return Filters(**sets)


def _without_overlaps(reads: list[Read]) -> list[Read]:
    """Return the criteria in the order of the question, the longer one of two that overlap."""
    kept: list[Read] = []
    for read in sorted(reads, key=lambda r: (r.start - r.end, r.start)):
        if not any(other.overlaps(read.start, read.end) for other in kept):
            kept.append(read)
    return sorted(kept, key=lambda r: r.start)
