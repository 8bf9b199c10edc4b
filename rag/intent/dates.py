"""Dates as questions say them: periods (`last spring`, `Q3 2024`), and when papers appeared (`since May`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from rag.base.text.word_lists import MONTH, month_number
from rag.catalogue.filters import Filters
from rag.intent.amounts import NUMBER, number
from rag.intent.wording import PAPERS, PUBLISHED, WORKS, Criterion, pattern

# ----------------------------------------------------------------------------------------------------
# Times as people write them, as a first and a last day: `2024`, `May`, `last spring`, `Q3 2024`, `two weeks ago`.
#
# Years, quarters, seasons, months and spans before today are read by this grammar, in English; a single day, in
# English, Spanish, German, French or Chinese, by dateparser, which is imported when one is met. Seasons are those of
# the northern half, spring from March to May. A month, season or day without a year is the latest one that has begun
# by `today`. Not handled: `03/04/2025`, where day and month cannot be told apart, and holidays.

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The first months of the seasons."""
_SEASON = f"(?:{'|'.join(_SEASONS)})"
_ANY_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|mär|mai|okt|dez|fév|avr|jui|aoû|déc)"
    r"[a-zäéû]*\.?"
)
_YEAR = r"(?:19|20)\d\d"
_COUNTED = rf"(?:an?|{NUMBER}|couple of|few) (?:days?|weeks?|months?|quarters?|years?)"
_LAST = r"(?:last|past|previous|preceding)"
_UNITS = {"month": 1, "quarter": 3, "year": 12}
"""The months of units."""


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
    found = (read(text.lower(), today) for read, shape in _READERS if shape.fullmatch(text))
    return next(filter(None, found), None)


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
    languages = ["en", "es", "de", "fr", "zh"]  # with all of its languages it takes four seconds to begin
    return DateDataParser(languages=languages, settings=settings)


def _ago(text: str, today: date) -> Period | None:
    said = re.sub(r"\ban?\b", "one", text.replace("couple of", "two").replace("few", "three"))
    return _day(re.sub(r"(\w+) quarters?", lambda found: f"{3 * number(found[1])} months", said), today)


def _back(text: str, today: date) -> Period | None:
    begun = _ago(f"{re.findall(_COUNTED, text)[0]} ago", today)
    return Period(begun.first, today) if begun else None


def _month(text: str, today: date) -> Period | None:
    """Return a month or a season: of its year, else the latest that has begun, or is over where it is the last one."""
    if numbers := re.fullmatch(r"(\d{4})\D(\d{1,2})\D?", text):
        return _months(int(numbers[1]), int(numbers[2]), 1) if 1 <= int(numbers[2]) <= 12 else None
    name = re.search(rf"\b(?:{_SEASON}|{MONTH})", text)
    if name is None:
        named = _day(text, today)  # in another language
        return _months(named.first.year, named.first.month, 1) if named else None
    month, count = (_SEASONS[name[0]], 3) if name[0] in _SEASONS else (month_number(name[0]), 1)
    if not is_relative(text):
        return _months(_year(text), month, count)
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
    """Return a quarter or a half of a year."""
    length = 6 if re.search(r"\bh", text) else 3
    said = re.findall(r"(?<=[qh])\d|first|second|third|fourth|last", text)[0]
    places = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 12 // length}
    place = places.get(said) or int(said)
    return _months(_year(text), length * (place - 1) + 1, length) if length * place <= 12 else None


def _unit(text: str, today: date) -> Period | None:
    unit, ago = text.split()[-1], 1 if re.search(_LAST, text) else 0
    if unit == "week":
        first = today - timedelta(days=today.weekday() + 7 * ago)
        return Period(first, first + timedelta(days=6))
    size = _UNITS[unit]
    start = ((today.month - 1) // size - ago) * size
    return _months(today.year + start // 12, start % 12 + 1, size)


def _years(text: str, today: date) -> Period:
    first = _year(text)
    return Period(date(first, 1, 1), date(first + 9 if text.endswith("s") else first, 12, 31))


def _year(text: str) -> int:
    return int(re.findall(_YEAR, text)[0])


def _months(year: int, first: int, count: int) -> Period:
    """Return the days of `count` months from month `first` of a year on; they may run into the next year."""
    after = year * 12 + first - 1 + count
    return Period(date(year, first, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1))


_SHAPES: tuple[tuple[Callable[[str, date], Period | None], str], ...] = (
    (_day, rf"\d{{4}}-\d\d-\d\d|{_YEAR}年\d{{1,2}}月\d{{1,2}}日"),
    (_day, rf"\d{{1,2}}(?:st|nd|rd|th|er|\.)? (?:of |de )?{_ANY_MONTH},? (?:de |del )?{_YEAR}"),
    (_day, rf"\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH}(?!\w)"),
    (_day, rf"{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? {_YEAR}|(?!\w))"),
    (_ago, rf"{_COUNTED} ago|yesterday|today"),
    (_month, rf"{_YEAR}-\d\d(?!\d)|{_YEAR}年\d{{1,2}}月"),
    (_part, rf"(?:early|mid|late)[\s-]+(?:{MONTH}(?: (?:of )?{_YEAR})?|{_YEAR})"),
    (_month, rf"{MONTH},? (?:of )?{_YEAR}|{_ANY_MONTH} (?:de |del )?{_YEAR}"),
    (_fraction, rf"q[1-4](?: | of |/){_YEAR}|{_YEAR}[\s-]?q[1-4]|h[12](?: | of |/){_YEAR}"),
    (_fraction, rf"(?:the )?(?:first|second|third|fourth|last) (?:quarter|half) of {_YEAR}"),
    (_month, rf"(?:(?:{_LAST}|this|the) )?{_SEASON}(?: (?:of )?{_YEAR})?"),
    (_back, rf"(?:the )?{_LAST} {_COUNTED}"),
    (_unit, rf"(?:(?:the )?{_LAST}|this|the current) (?:week|month|quarter|year)"),
    (_month, rf"(?:(?:{_LAST}|this) )?{MONTH}(?!\w)"),
    (_years, rf"(?:the )?(?:19|20)\d0s|{_YEAR}"),
)
_READERS = tuple((read, pattern(rf"(?<![\w.-])(?:{shape})(?![\w-]|\.\d)")) for read, shape in _SHAPES)
PERIOD = r"(?:" + "|".join(shape for _, shape in _SHAPES) + r")(?!\w|\.\d)"
"""A pattern without groups that matches what `period` may read."""


# ----------------------------------------------------------------------------------------------------
# When papers appeared, as a question says it: `since May`, `before 2023`, `from 2024 on`, `between May and July`.
#
# A time counts only where it dates papers: `a 2024 paper`, `papers on bees from 2024`, `published in May`; it does
# not in `the 2024 election` or `data from 2020`. Not handled: times that depend on another paper (`since that one`).

_PUBLISHED = rf"(?:{PUBLISHED}|publish|coming out|date(?: is| of)?|dates(?: from)?|added)"
_PAPERS = rf"(?:{PAPERS}|{WORKS})"
_SPEAKS = pattern(
    rf"\b(?:{PAPERS}|(?:came|come|comes|coming) out|published|released|appeared|new|news|of (?:them|these|those))\b"
    rf"|\b{WORKS}\b.*\b(?:from|since|before|after|in|of) {PERIOD}"
)
_P, _Q = rf"(?P<p>{PERIOD})", rf"(?P<q>{PERIOD})"
_ON = r"(?:onwards?\b|on(?=\s*(?:[?.,;:!]|$|and\b|with\b))|(?:or|and) (?:later|newer|after(?! \w))|\+)"
_DAY = timedelta(days=1)
_BOUNDED = tuple(
    (name, pattern(rf"(?<![\w-]){shape}"))
    for name, shape in (
        ("between", rf"between {_P} (?:and|to|-) {_Q}"),
        ("between", rf"(?:(?:from|in|during) )?{_P}\s*(?:-|\b(?:to|until|till|through|up to)\b)\s*{_Q}"),
        ("both", rf"(?:from|in|during|of) (?:both )?{_P} and (?:in |from )?{_Q}(?! (?:and|or)\b)"),
        ("since", rf"(?:from|in|dated)?\s*{_P}\s*{_ON}"),
        ("until", rf"(?:from|in|dated)?\s*{_P}\s*(?:or|and) (?:earlier|older|before(?! \w))"),
        ("since", rf"(?:ever )?(?:since|(?:starting|beginning) (?:in|from|with)|as of) {_P}"),
        ("until", rf"(?:(?:not|no) (?:later|newer) than|until|till|up (?:to|until)|through) {_P}"),
        ("after", rf"(?:after|(?:later|newer|younger|more recent) than|past) {_P}"),
        ("before", rf"(?:before|prior to|(?:earlier|older) than|pre-)\s*{_P}"),
        ("in", rf"(?:(?P<by>in|from|of|during|on|for|over|within|with the date) )?(?:the )?{_P}"),
    )
)
_FILLING = pattern(
    r"(?: (?:are|is|were|was|there|only|just|all|both|you|we|do|have|has|got|in|here|the|library|any|that|which|out"
    r"|first))+$"
)
_SUBJECT = pattern(
    rf"\b{_PAPERS} (?:(?:is|are|was|were|that are) )?"
    r"(?:on|about|deals? with|regarding|concerning|around|dealing with) (?P<s>.*)$"
)
_DATED = pattern(rf"\b(?:{_PAPERS}|{_PUBLISHED})$")
_DATED_SO = pattern(r"\b(?:is|are|was|were|them|these|those|authors?|pages?|comments|up-?votes)$")
_OF_DATA = pattern(r"\b(?:that|which|using|with|used|data|collected)\b")
_ENDS = pattern(r"$|[?.,;:!)]|(?:and|with|by|that|which|have|has|are|were|on|about)\b")


def speaks_of_papers(text: str) -> bool:
    """Tell whether `text` speaks of papers, or of works that it dates, at all."""
    return _SPEAKS.search(text) is not None


def read_times(text: str, today: date) -> Iterator[Criterion]:
    """Yield the times at which `text`, which speaks of papers, may say that they appeared; they may overlap."""
    for name, shape in _BOUNDED:
        for found in shape.finditer(text):
            if read := _appeared(name, found, today):
                yield read


def _appeared(name: str, found: re.Match[str], today: date) -> Criterion | None:
    """Return the criterion of a preposition and its times; None where these are none, or date no papers."""
    days = period(found["p"], today)
    if days is None or (name == "in" and not _dates_papers(found)):
        return None
    if name not in ("between", "both"):
        first, last = {
            "in": (days.first, days.last),
            "since": (days.first, None),
            "after": (days.last + _DAY, None),
            "until": (None, days.last),
            "before": (None, days.first - _DAY),
        }[name]
        return _read(found, first, last, today)
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


def _read(found: re.Match[str], first: date | None, last: date | None, today: date) -> Criterion:
    sets = {name: day.isoformat() for name, day in (("since", first), ("until", last)) if day}
    said = " ".join(found[0].split())
    note = ""
    if is_relative(said):
        span = " to ".join([first.isoformat() if first else "the beginning", last.isoformat() if last else "now"])
        note = f"“{said}” was read as {span}, today being {today.isoformat()}."
    return Criterion(found.start(), found.end(), sets, note)


def _dates_papers(found: re.Match[str]) -> bool:
    """Tell whether a bare time, or one after "in" or "from", tells when papers appeared and not what they are about."""
    before, after = found.string[: found.start()].rstrip(" ,("), found.string[found.end() :].lstrip()
    between = 0 if is_relative(found["p"]) else 2
    ahead = pattern(rf"(?:'s )?(?:[\w-]+ ){{0,{between}}}{PAPERS}\b").match(after)
    behind = _DATED.search(before) or _DATED.search(_FILLING.sub("", before))
    if ahead or behind or (found["by"] == "from" and _DATED_SO.search(before)):
        return True
    if not _ENDS.match(after):
        return False
    if found["by"] in ("from", "of", "in", "during") and (subject := _SUBJECT.search(before)):
        return not _OF_DATA.search(subject["s"])
    return found["by"] == "in" and not before.endswith(("data", "held", "collected"))
