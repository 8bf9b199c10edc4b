"""Dates as pages and files write them, in English or ISO order, with or without a year.

Not handled: other languages, and `03/04/2025`, where day and month cannot be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from rag.base.text.word_lists import MONTH, month_number
from rag.nouns import Record

_MONTH = rf"(?P<month>{MONTH})"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_LEAD = r"(?:(?:published|submitted|posted|updated)(?:\s+on)?:?\s+)?(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_SHAPES = tuple(
    re.compile(_LEAD + shape + r"(?:\s+(?P<comments>\d{1,4}))?", re.I)
    for shape in (
        rf"{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?",
        rf"{_DAY}\s+{_MONTH}(?:,?\s+{_YEAR})?(?:,?\s+\d\d:\d\d(?::\d\d)?(?:\s+(?:gmt|utc|[+-]\d{{4}}))?)?",
        rf"{_MONTH}[\s/,]+{_YEAR}",
        rf"{_YEAR}[\s/,-]+{_MONTH}(?:[\s/,-]+{_DAY}(?!\d))?(?:[\s/-]+[A-Za-z]{{3,9}}\.?(?:\s+\d{{1,2}})?)?/*",
        rf"{_YEAR}\s+(?:spring|summer|autumn|fall|winter)",
    )
)
_ISO = re.compile(r"(?P<year>(?:19|20)\d\d)(?:[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2}))?)?(?:[T ]\d\d:\d\d\S*)?")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as written: parts that are not there are None. `comments` is a count that stood behind it."""

    text: str
    year: int | None
    month: int | None = None
    day: int | None = None
    comments: int | None = None

    def iso(self, year: int | None = None) -> str | None:
        """Return the ISO date at the precision that was written, in `year` where none was; None if there is none."""
        year = self.year or year
        if year is None:
            return None
        if self.month is None:
            return f"{year:04d}"
        try:
            date(year, self.month, self.day or 1)
        except ValueError:
            return None
        return f"{year:04d}-{self.month:02d}" + (f"-{self.day:02d}" if self.day else "")


def read_date(text: str) -> WrittenDate | None:
    """Return the date that `text` as a whole is; None when it is something else.

    >>> read_date("Sep 22 2")
    WrittenDate(text='Sep 22 2', year=None, month=9, day=22, comments=2)
    """
    text = " ".join(text.split()) if len(text) <= 60 else ""
    found = next(filter(None, (shape.fullmatch(text) for shape in (_ISO, *_SHAPES))), None)
    if found is None:
        return None
    told = found.groupdict()
    month = told.pop("month", None)
    if month and not month.isdecimal():
        month = month_number(month)
    numbers = {name: int(number) for name, number in told.items() if number}
    return WrittenDate(text, **{"year": None, **numbers}, month=int(month) if month else None)


def iso_date(text: str) -> str | None:
    """Return the ISO date of a metadata field, at the precision that is written; None where it has none."""
    written = read_date(text)
    return written.iso() if written else None


def with_years(records: Iterable[Record], head_years: Iterable[int] = ()) -> tuple[list[Record], int]:
    """Return a page's records with the years that it leaves out, and how many dates stay without one.

    The site omits the current year, so a date without a year belongs to the year after the latest that the page writes.
    """
    records = list(records)
    dates = [read_date(record.date_text) if record.date_text else None for record in records]
    years = [written.year for written in dates if written and written.year] + list(head_years)
    current = max(years) + 1 if years else None
    dated, unresolved = [], 0
    for record, written in zip(records, dates, strict=True):
        if written is not None:
            iso = written.iso(current)
            unresolved += iso is None
            record = replace(record, date=iso, date_inferred=iso is not None and written.year is None)
        dated.append(record)
    return dated, unresolved
