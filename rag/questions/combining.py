"""Criteria that are denied, and criteria of which one will do: `not from 2025`, `from 2024 or by Meadow Lab`.

Words that deny or join are taken away where a criterion follows, so that the rules for criteria read it as it stands;
what they say of it is read here. Not handled: a denial within alternatives, brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rag.filters import Filters
from rag.questions.criteria import read_criteria
from rag.questions.held import Held
from rag.questions.reading import PAPERS, Read
from rag.questions.wording import blank

_VERBS = r"published|publish|released|release|written|dated|listed|seen|appear(?:ed)?|come\s+out|came\s+out"
_THOSE = rf"(?:(?:for|the|those|ones|any|all|that|which|who|are|is|were|was|been|of|{_VERBS}|{PAPERS})\s+)*"
_DENYING = (
    r"(?:n't\b|\b(?:not|never|neither|nor|except(?:ing)?|excluding|without|besides|(?:apart|absent)\s+from|other\s+than|but\s+not"
    rf"|anything\s+but|all\s+but)\b)[\s,]*{_THOSE}"
)
_ABOUT_TO_FOLLOW = (
    r"(?=(?:from|in|during|by|at|on\s+the|published|released|written|dated|authored|mention(?:s|ing)?|contain(?:s|ing)?|"
    r"(?:19|20)\d\d)\b)"
)
_DENIED_NEXT = re.compile(rf"{_DENYING}{_ABOUT_TO_FOLLOW}", re.I)
_EITHER = re.compile(rf"\beither\s+{_ABOUT_TO_FOLLOW}", re.I)
_DENIED = re.compile(rf"(?:\b(?:are|is|were|was|do|does|did|have|has|had)\s*)?{_DENYING}(?:either\s+)?$", re.I)
_JOINED = re.compile(rf"[\s,]*\b(?P<by>or|and/or|nor|and)\s+(?:either\s+|not\s+)?{_THOSE}$", re.I)
_COMMA = re.compile(r"\s*,\s*$")
_TURNS = 4
"""Criteria that are read one after the other, since each lets the next be seen."""


def read_all(text: str, mentioned: list[Read], held: Held, today: date) -> list[Read]:
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
        plain = blank(plain, list(_read_so_far(text, reads)))
    return list(_combined(text, reads))


def _read_so_far(text: str, reads: list[Read]) -> Iterator[tuple[int, int]]:
    """Yield the spans of criteria that another one is joined to, with the word that joins it."""
    for read in reads:
        if joined := re.match(
            r"[\s,]*\b(?:or|nor|and)\s+(?:not\s+|either\s+)?|\s*,\s*(?=(?:from|in|by|(?:19|20)\d\d)\b)",
            text[read.end :],
            re.I,
        ):
            yield read.start, read.end + joined.end()


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
        if denied and all(one.page for one in filters):
            yield Read(start, group[-1].end, {"not_on": tuple(one.page for one in filters)}, note)
        elif denied:
            yield Read(start, group[-1].end, {"excluding": filters}, note)
        elif len(group) > 1:
            either = re.search(r"\beither\s+$", text[begin:start], re.I)
            yield Read(start - len(either[0]) if either else start, group[-1].end, {"either": (filters,)}, note)
        else:
            yield group[0]
        place = last + 1


def _last_of_group(text: str, reads: list[Read], first: int, *, denied: bool) -> int:
    """Return the place of the last criterion that stands in for the one at `first`, or is denied with it."""
    last = first
    for place in range(first + 1, len(reads)):
        gap = text[reads[place - 1].end : reads[place].start]
        joined = _JOINED.fullmatch(gap)
        and_too = denied and gap.strip() == "and" and _are_names(reads[place - 1], reads[place])
        if joined and (joined["by"].lower() != "and" or and_too or _exclude_each_other(reads[place - 1], reads[place])):
            last = place
        elif not _COMMA.fullmatch(gap):
            break
    return last


def _exclude_each_other(one: Read, other: Read) -> bool:
    """Tell whether no paper can meet both, so that `and` lists what will do: `from 2023 and 2024`."""
    if one.sets.keys() == other.sets.keys() == {"since", "until"}:
        return bool(one.sets["until"] < other.sets["since"] or other.sets["until"] < one.sets["since"])
    return "organisation" in one.sets and "organisation" in other.sets


def _are_names(one: Read, other: Read) -> bool:
    """Tell whether both are names, so that `not by Oak and Elm` leaves out either's papers."""
    return {"author"} == one.sets.keys() == other.sets.keys()


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
