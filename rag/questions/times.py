"""When papers appeared, as a question says it: `since May`, `before 2023`, `from 2024 on`, `between May and July`.

A time counts only where it dates papers: `a 2024 paper`, `papers on bees from 2024`, `published in May`; it does not in
`the 2024 election` or `data from 2020`. Not handled: times that depend on another paper (`since that one`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from rag.filters import Filters
from rag.questions.periods import PERIOD, Period, is_relative, period
from rag.questions.reading import PAPERS, Read

_PUBLISHED = (
    r"(?:published|publish|released|appeared|appear|came\s+out|come\s+out|coming\s+out|dated|posted|submitted|written"
    r"|date(?:\s+is|\s+of)?|dates(?:\s+from)?|added)"
)
_WORKS = rf"(?:{PAPERS}|benchmarks|data\s?sets|corpora|surveys|methods|approaches)"
"""What is dated as papers are: `benchmarks from 2025`."""
_NEW = re.compile(rf"\b{_WORKS}\b|\b{_PUBLISHED}\b|\bnew\b|\bnews\b|\bof\s+(?:them|these|those)\b", re.I)
_P, _Q = rf"(?P<p>{PERIOD})", rf"(?P<q>{PERIOD})"
_ON = r"(?:onwards?\b|on(?=\s*(?:[?.,;:!]|$|and\b|with\b))|(?:or|and)\s+(?:later|newer|after(?!\s+\w))|\+)"
_DAY = timedelta(days=1)
_BOUNDED = tuple(
    (name, re.compile(rf"(?<![\w-]){shape}", re.I))
    for name, shape in (
        ("between", rf"between\s+{_P}\s+(?:and|to|-)\s+{_Q}"),
        ("between", rf"(?:from|in|during)\s+{_P}\s+(?:to|until|till|through|up\s+to|-)\s+{_Q}"),
        ("both", rf"(?:from|in|during|of)\s+(?:both\s+)?{_P}\s+and\s+(?:in\s+|from\s+)?{_Q}(?!\s+(?:and|or)\b)"),
        ("between", rf"{_P}\s*-\s*{_Q}"),
        ("since", rf"(?:from|in|dated)?\s*{_P}\s*{_ON}"),
        ("until", rf"(?:from|in|dated)?\s*{_P}\s*(?:or|and)\s+(?:earlier|older|before(?!\s+\w))"),
        ("since", rf"(?:ever\s+)?(?:since|(?:starting|beginning)\s+(?:in|from|with)|as\s+of)\s+{_P}"),
        ("until", rf"(?:(?:not|no)\s+(?:later|newer)\s+than|until|till|up\s+(?:to|until)|through)\s+{_P}"),
        ("after", rf"(?:after|(?:later|newer|younger|more\s+recent)\s+than|past)\s+{_P}"),
        ("before", rf"(?:before|prior\s+to|(?:earlier|older)\s+than|pre-)\s*{_P}"),
    )
)
_IN = re.compile(
    rf"(?<![\w-])(?:(?P<by>in|from|of|during|on|for|over|within|with\s+the\s+date)\s+)?(?:the\s+)?{_P}", re.I
)
_FILLING = re.compile(
    r"(?:\s+(?:are|is|were|was|there|only|just|all|both|you|we|do|have|has|got|in|here|the|library|any|that|which|out"
    r"|first))+$",
    re.I,
)
_SUBJECT = re.compile(
    rf"\b{_WORKS}\s+(?:(?:is|are|was|were|that\s+are)\s+)?(?:on|about|deals?\s+with|regarding|concerning|around|dealing\s+with)\s+(?P<s>.*)$",
    re.I,
)
_OF_DATA = re.compile(r"\b(?:that|which|using|with|used|data|collected)\b", re.I)
_ENDS = re.compile(r"$|[?.,;:!)]|(?:and|with|by|that|which|have|has|are|were|on|about)\b", re.I)


def read_times(text: str, today: date) -> Iterator[Read]:
    """Yield the times at which `text` says that papers appeared."""
    if not _NEW.search(text):
        return
    taken: list[Read] = []
    for name, shape in _BOUNDED:
        for found in shape.finditer(text):
            if any(read.overlaps(*found.span()) for read in taken):
                continue
            if read := _bounded(name, found, today):
                taken.append(read)
    for found in _IN.finditer(text):
        clear = not any(read.overlaps(*found.span()) for read in taken)
        if clear and (days := period(found["p"], today)) and _dates_papers(text, found):
            taken.append(_read(found, days.first, days.last, today))
    yield from taken


def _bounded(name: str, found: re.Match[str], today: date) -> Read | None:
    """Return the criterion of a preposition and its times; None where these are none."""
    days = period(found["p"], today)
    if days is None:
        return None
    if name == "between":
        last = period(found["q"], today)
        if last and last.last < days.first:  # `from May to March 2025`: the year stands with the second
            days = period(f"{found['p']} {last.last.year}", today) or days
        return _read(found, days.first, last.last, today) if last and days.first <= last.last else None
    if name == "both":
        return _both(found, days, today)
    first, until = {
        "since": (days.first, None),
        "after": (days.last + _DAY, None),
        "until": (None, days.last),
        "before": (None, days.first - _DAY),
    }[name]
    return _read(found, first, until, today)


def _both(found: re.Match[str], days: Period, today: date) -> Read | None:
    """Return the criterion of two times of which one will do: `in January and May 2025`."""
    other = period(found["q"], today)
    if other is None:
        return None
    if is_relative(found["p"]) and not is_relative(found["q"]):  # the year stands with the second
        days = period(f"{found['p']} {other.last.year}", today) or days
    reads = [_read(found, one.first, one.last, today) for one in sorted((days, other), key=lambda one: one.first)]
    if reads[0].sets["until"] == (max(days.first, other.first) - _DAY).isoformat():
        return replace(reads[0], sets={"since": reads[0].sets["since"], "until": reads[1].sets["until"]})
    return replace(reads[0], sets={"either": (tuple(Filters(**read.sets) for read in reads),)})


def _read(found: re.Match[str], first: date | None, last: date | None, today: date) -> Read:
    sets = {name: day.isoformat() for name, day in (("since", first), ("until", last)) if day}
    said = " ".join(found[0].split())
    note = ""
    if is_relative(said):
        span = " to ".join([first.isoformat() if first else "the beginning", last.isoformat() if last else "now"])
        note = f"“{said}” was read as {span}, today being {today.isoformat()}."
    return Read(found.start(), found.end(), sets, note)


def _dates_papers(text: str, found: re.Match[str]) -> bool:
    """Tell whether a bare time, or one after "in" or "from", tells when papers appeared and not what they are about."""
    before, after = text[: found.start()].rstrip(" ,("), text[found.end() :].lstrip()
    between = 0 if is_relative(found["p"]) else 2
    if re.match(rf"(?:'s\s+)?(?:[\w-]+\s+){{0,{between}}}{PAPERS}\b", after, re.I):
        return True
    dated = rf"\b(?:{_WORKS}|{_PUBLISHED})$"
    if re.search(dated, before, re.I) or re.search(dated, _FILLING.sub("", before), re.I):
        return True
    if found["by"] == "from" and re.search(
        r"\b(?:is|are|was|were|them|these|those|authors?|pages?|comments|up-?votes)$", before, re.I
    ):
        return True
    if not _ENDS.match(after):
        return False
    if found["by"] in ("from", "of", "in", "during") and (subject := _SUBJECT.search(before)):
        return not _OF_DATA.search(subject["s"])
    return found["by"] == "in" and not before.endswith(("data", "held", "collected"))
