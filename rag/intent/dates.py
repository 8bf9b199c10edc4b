"""Dates as questions say them: periods (`last spring`, `Q3 2024`), and when papers appeared (`since May`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from rag.catalogue.filters import Filters
from rag.intent.kinds import PAPERS, Read
from rag.intent.quantities import number

# ----------------------------------------------------------------------------------------------------
# Times as people write them, as a first and a last day: `2024`, `May`, `last spring`, `Q3 2024`, `two weeks ago`.
#
# Years, quarters, seasons, months and spans before today are read by this grammar, in English; a single day, in
# English, Spanish, German, French or Chinese, by dateparser, which is imported when one is met. Seasons are those of
# the northern half, spring from March to May. A month, season or day without a year is the latest one that has begun
# by `today`. Not handled: `03/04/2025`, where day and month cannot be told apart, and holidays.

LANGUAGES = ("en", "es", "de", "fr", "zh")
"""The languages of single days: dateparser with all of its languages takes four seconds to begin."""
_NAMES = {
    **{
        name: (month, 1)
        for month, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), start=1)
    },
    **{"spring": (3, 3), "summer": (6, 3), "autumn": (9, 3), "fall": (9, 3), "winter": (12, 3)},
}
"""The first month and the number of months of what has a name."""
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ANY_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|mär|mai|okt|dez|fév|avr|jui|aoû|déc)"
    r"[a-zäéû]*\.?"
)
_YEAR = r"(?:19|20)\d\d"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_COUNTED = (
    r"(?:an?|one|\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve|couple\s+of|few)"
    r"\s+(?:days?|weeks?|months?|quarters?|years?)"
)
_LAST = r"(?:last|past|previous|preceding)"
_UNITS = {"month": 1, "quarter": 3, "year": 12}
"""The months of units."""

_SHAPES: tuple[tuple[str, str], ...] = (
    ("day", rf"\d{{4}}-\d\d-\d\d|{_YEAR}年\d{{1,2}}月\d{{1,2}}日"),
    ("day", rf"\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?{_ANY_MONTH},?\s+(?:de\s+|del\s+)?{_YEAR}"),
    ("day", rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}"),
    ("day", rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?!\w)|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\w)"),
    ("ago", rf"{_COUNTED}\s+ago|yesterday|today"),
    ("month", rf"{_YEAR}-\d\d(?!\d)|{_YEAR}年\d{{1,2}}月"),
    ("part", rf"(?:early|mid|late)[\s-]+(?:{_MONTH}(?:\s+(?:of\s+)?{_YEAR})?|{_YEAR})"),
    ("month", rf"{_MONTH},?\s+(?:of\s+)?{_YEAR}|{_ANY_MONTH}\s+(?:de\s+|del\s+)?{_YEAR}"),
    ("fraction", rf"q[1-4](?:\s+|\s+of\s+|/){_YEAR}|{_YEAR}[\s-]?q[1-4]|h[12](?:\s+|\s+of\s+|/){_YEAR}"),
    ("fraction", rf"(?:the\s+)?(?:first|second|third|fourth|last)\s+(?:quarter|half)\s+of\s+{_YEAR}"),
    ("month", rf"(?:(?:{_LAST}|this|the)\s+)?{_SEASON}(?:\s+(?:of\s+)?{_YEAR})?"),
    ("back", rf"(?:the\s+)?{_LAST}\s+{_COUNTED}"),
    ("unit", rf"(?:(?:the\s+)?{_LAST}|this|the\s+current)\s+(?:week|month|quarter|year)"),
    ("month", rf"(?:(?:{_LAST}|this)\s+)?{_MONTH}(?!\w)"),
    ("decade", r"(?:the\s+)?(?:19|20)\d0s"),
    ("year", _YEAR),
)
_COMPILED = tuple((kind, re.compile(rf"(?<![\w.-])(?:{shape})(?![\w-]|\.\d)", re.I)) for kind, shape in _SHAPES)
PERIOD = r"(?:" + "|".join(shape for _, shape in _SHAPES) + r")(?![\w]|\.\d)"
"""A pattern without groups that matches what `period` may read."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A first and a last day, both included."""

    first: date
    last: date


def period(text: str, today: date) -> Period | None:
    """Return the days that `text` as a whole names, seen from `today`; None where it names none.

    >>> period("last spring", date(2025, 2, 1))
    Period(first=datetime.date(2024, 3, 1), last=datetime.date(2024, 5, 31))
    """
    text = " ".join(text.split()).strip(" ,")
    for kind, shape in _COMPILED:
        if shape.fullmatch(text) and (found := _READERS[kind](text.lower(), today)):
            return found
    return None


def is_relative(text: str) -> bool:
    """Tell whether what `text` names depends on the day it is read."""
    return not re.search(_YEAR, text)


def _day(text: str, today: date) -> Period | None:
    found = _parser(today).get_date_data(text).date_obj
    return Period(found.date(), found.date()) if found else None


@lru_cache(maxsize=8)
def _parser(today: date) -> Any:
    from datetime import datetime

    from dateparser.date import DateDataParser

    base = datetime(today.year, today.month, today.day)
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY"}
    return DateDataParser(languages=list(LANGUAGES), settings=settings)


def _ago(text: str, today: date) -> Period | None:
    said = text.replace("couple of", "two").replace("few", "three")
    return _day(re.sub(r"(\w+) quarters?", lambda found: f"{3 * _number(found[1])} months", said), today)


def _number(word: str) -> int:
    return 1 if word in ("a", "an") else number(word)


def _back(text: str, today: date) -> Period | None:
    counted = re.search(_COUNTED, text)
    begun = _ago(f"{counted[0]} ago", today) if counted else None
    return Period(begun.first, today) if begun else None


def _month(text: str, today: date) -> Period | None:
    """Return a month or a season: of its year, else the latest that has begun, or is over where it is the last one."""
    if numbers := re.fullmatch(r"(\d{4})\D(\d{1,2})\D?", text):
        return _months(int(numbers[1]), int(numbers[2]), 1) if 1 <= int(numbers[2]) <= 12 else None
    name = re.search(rf"\b(?:{'|'.join(_NAMES)})", text)
    if name is None:
        named = _day(text, today)  # in another language
        return _months(named.first.year, named.first.month, 1) if named else None
    month, count = _NAMES[name[0]]
    if year := re.search(_YEAR, text):
        return _months(int(year[0]), month, count)
    found = _months(today.year, month, count)
    while found.first > today or (found.last >= today and re.match(_LAST, text)):
        found = _months(found.first.year - 1, month, count)
    return found


def _part(text: str, today: date) -> Period | None:
    part, _, rest = text.replace("-", " ", 1).partition(" ")
    third = ("early", "mid", "late").index(part)
    whole = period(rest, today)
    if whole is None:
        return None
    if whole.last - whole.first > timedelta(days=40):
        return _months(whole.first.year, 4 * third + 1, 4)
    first = whole.first + timedelta(days=10 * third)
    return Period(first, whole.last if third == 2 else first + timedelta(days=9))


def _fraction(text: str, today: date) -> Period | None:
    length = 6 if re.search(r"half|\bh[12]", text) else 3
    digit = re.search(r"[qh]([1-4])", text)
    ordinals = ("first", "second", "third", "fourth")
    place = int(digit[1]) if digit else next((i for i, said in enumerate(ordinals, 1) if said in text), 12 // length)
    year = re.search(_YEAR, text)
    return _months(int(year[0]), length * (place - 1) + 1, length) if year and length * place <= 12 else None


def _unit(text: str, today: date) -> Period | None:
    unit, ago = text.split()[-1], 1 if re.search(_LAST, text) else 0
    if unit == "week":
        first = today - timedelta(days=today.weekday() + 7 * ago)
        return Period(first, first + timedelta(days=6))
    size = _UNITS[unit]
    start = ((today.month - 1) // size - ago) * size
    return _months(today.year + start // 12, start % 12 + 1, size)


def _months(year: int, first: int, count: int) -> Period:
    """Return the days of `count` months from month `first` of a year on; they may run into the next year."""
    after = year * 12 + first - 1 + count
    return Period(date(year, first, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1))


_READERS: dict[str, Callable[[str, date], Period | None]] = {
    "day": _day,
    "ago": _ago,
    "back": _back,
    "month": _month,
    "part": _part,
    "fraction": _fraction,
    "unit": _unit,
    "decade": lambda text, _: Period(date(int(text[-5:-1]), 1, 1), date(int(text[-5:-1]) + 9, 12, 31)),
    "year": lambda text, _: _months(int(text), 1, 12),
}


# ----------------------------------------------------------------------------------------------------
# When papers appeared, as a question says it: `since May`, `before 2023`, `from 2024 on`, `between May and July`.
#
# A time counts only where it dates papers: `a 2024 paper`, `papers on bees from 2024`, `published in May`; it does
# not in `the 2024 election` or `data from 2020`. Not handled: times that depend on another paper (`since that one`).

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
            clear = not any(read.overlaps(*found.span()) for read in taken)
            if clear and (read := _bounded(name, found, today)):
                taken.append(read)
    for found in _IN.finditer(text):
        clear = not any(read.overlaps(*found.span()) for read in taken)
        if clear and (days := period(found["p"], today)) and _dates_papers(text, found):
            taken.append(_read(found, days.first, days.last, today))
    yield from taken


_ANOTHER = re.compile(
    rf"\W*(?:and|what\s+about|how\s+about|so)[\s,]+(?:(?P<how>in|for|from|since|before|after|until)\s+)?(?P<p>{PERIOD})\W*",
    re.I,
)


def with_another_time(question: str, before: str, today: date) -> str | None:
    """Return the question before with the one time of `question`, if that is all that it says: `And in 2025?`."""
    another = _ANOTHER.fullmatch(question)
    times = list(read_times(before, today)) if another and period(another["p"], today) else []
    if not another or len(times) != 1:
        return None
    how = another["how"] if another["how"] not in (None, "in", "for") else "from"
    return f"{before[: times[0].start]} {how} {another['p']} {before[times[0].end :]}"


def _bounded(name: str, found: re.Match[str], today: date) -> Read | None:
    """Return the criterion of a preposition and its times; None where these are none."""
    days = period(found["p"], today)
    if days is None:
        return None
    if name in ("between", "both"):
        other = period(found["q"], today)
        if other and other.last < days.first:  # `between May and July 2024`: the year stands with the second
            days = period(f"{found['p']} {other.last.year}", today) or days
        if other is None or (name == "between" and other.last < days.first):
            return None
        early, late = (days, other) if name == "between" else sorted((days, other))
        read = _read(found, early.first, late.last, today)
        if name == "between" or late.first - early.last == _DAY:
            return read
        either = (Filters(one.first.isoformat(), one.last.isoformat()) for one in (early, late))
        return replace(read, sets={"either": (tuple(either),)})
    first, until = {
        "since": (days.first, None),
        "after": (days.last + _DAY, None),
        "until": (None, days.last),
        "before": (None, days.first - _DAY),
    }[name]
    return _read(found, first, until, today)


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
