"""Filters over the catalogue: what they are, whether they are well formed, and which papers they let through.

All must be met; alternatives and exclusions are filters within. A paper that lacks the field that is asked for, or that
is to be different, is neither let through nor counted out: `unknown` tells how many there are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import chain
from typing import Any

from rag.base.errors import UsageError
from rag.catalogue import Catalogue

_LATEST = "case length(date) when 4 then date || '-12-31' when 7 then date || '-31' else date end"
_EARLIEST = "case length(date) when 4 then date || '-01-01' when 7 then date || '-01' else date end"
_COUNTS = {
    "authors": "author_count",
    "pages": "(select count(distinct page) from sightings s where s.paper_id = papers.paper_id)",
    "upvotes": "json_extract(body, '$.upvotes')",
    "comments": "json_extract(body, '$.comments')",
}
_ABSTRACT = " || char(10) || coalesce(json_extract(body, '$.abstract'), '')"
_COLUMNS = _COUNTS | {"date": "date", "organisation": "json_extract(body, '$.organisation')"}
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_BOUNDS = {
    "date": ("since", "until"),
    **{name: (f"min_{name}", f"max_{name}") for name in ("authors", "upvotes", "comments")},
    "organisation": ("organisation",),
}
"""The fields that a paper may lack, and the filters that ask for them."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Bounds that a paper must meet. Dates are ISO, of any precision, and inclusive, as the numbers are.

    `author` is a name, or the end of one, such as a surname; `mentions` and `title_mentions` are words or phrases;
    `among` are `paper_id`s, those of a conversation. Of each group of `either` one must be met, of `excluding` none.
    """

    since: str | None = None
    until: str | None = None
    page: str | None = None
    also_on: tuple[str, ...] = ()
    not_on: tuple[str, ...] = ()
    min_pages: int | None = None
    max_pages: int | None = None
    min_authors: int | None = None
    max_authors: int | None = None
    min_upvotes: int | None = None
    max_upvotes: int | None = None
    min_comments: int | None = None
    max_comments: int | None = None
    organisation: str | None = None
    author: str | None = None
    mentions: tuple[str, ...] = ()
    title_mentions: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    either: tuple[tuple[Filters, ...], ...] = ()
    excluding: tuple[Filters, ...] = ()

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            value = getattr(self, name)
            if value is not None and not _DATE.fullmatch(value):
                raise UsageError(_no_date(name, value))

    def __bool__(self) -> bool:
        return bool(self._set())

    def to_dict(self) -> dict[str, Any]:
        """Return the filters that are set; several values as a list, filters within as dictionaries."""
        told: dict[str, Any] = json.loads(json.dumps(self._set(), default=Filters._set))
        return told

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Filters:
        """Return the filters that `to_dict` told."""
        values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in told.items()}
        if groups := values.get("either"):
            values["either"] = tuple(tuple(cls.of(one) for one in group) for group in groups)
        if excluded := values.get("excluding"):
            values["excluding"] = tuple(cls.of(one) for one in excluded)
        return cls(**values)

    def over(self, other: Filters) -> Filters:
        """Return these filters, and those of `other` where these set none."""
        return replace(other, **self._set())

    def leaving(self, names: Collection[str]) -> Filters:
        """Return these filters but for those named."""
        return Filters(**{name: value for name, value in self._set().items() if name not in names})

    def allowed(self, catalogue: Catalogue) -> frozenset[str] | None:
        """Return the ids of the papers that pass, or None when nothing is filtered."""
        return self._select(catalogue, "") if self else None

    def undated(self, catalogue: Catalogue) -> int:
        """Return how many papers have no date, of those that meet everything else."""
        if "date" in self.without:
            return 0
        if not self:
            return catalogue.undated()
        return self.unknown(catalogue).get("date") or len(self._select(catalogue, " and date is null"))

    def unknown(self, catalogue: Catalogue) -> dict[str, int]:
        """Return for each field that is filtered by how many papers lack it, of those that meet everything else."""
        asked = [name for name in _BOUNDS if self._asks_for(name) and name not in self.without]
        return {name: len(self._select(catalogue, f" is null and {_COLUMNS[name]} is null")) for name in asked}

    def _set(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None and value != ()}

    def _asks_for(self, name: str) -> bool:
        """Tell whether a field is asked for, or is to be different."""
        within = (*chain(*self.either), *self.excluding)
        return any(getattr(self, bound) is not None for bound in _BOUNDS[name]) or any(
            f._asks_for(name) for f in within
        )

    def _select(self, catalogue: Catalogue, more: str) -> frozenset[str]:
        """Return the ids of the papers for which the condition of these filters, with `more` behind it, holds."""
        if unknown := [name for name in self._pages() if name not in catalogue.pages()]:
            known = ", ".join(catalogue.pages()) or "none"
            raise UsageError(f"No page is named {unknown[0]!r}. The pages of this library: {known}.")
        where, values = self._condition()
        return catalogue.select(f"({where}){more}", values)

    def _pages(self) -> Iterator[str]:
        """Yield the pages that are named, here and within."""
        yield from (name for name in (self.page, *self.also_on, *self.not_on) if name)
        for one in (*chain(*self.either), *self.excluding):
            yield from one._pages()

    def _condition(self) -> tuple[str, list[Any]]:
        """Return what a paper's row must meet, as SQL and its values: null where it lacks what decides."""
        parts = list(self._parts())
        return " and ".join(f"({part})" for part, _ in parts) or "0", [value for _, told in parts for value in told]

    def _parts(self) -> Iterator[tuple[str, list[Any]]]:
        yield from self._fields()
        for told, pages in (("in", (*([self.page] if self.page else ()), *self.also_on)), ("not in", self.not_on)):
            for page in pages:
                yield f"paper_id {told} (select paper_id from sightings where page = ?)", [page]
        if self.among:
            yield "paper_id in (select value from json_each(?))", [json.dumps(self.among)]
        for group in self.either:
            within = [one._condition() for one in group]
            yield " or ".join(f"({part})" for part, _ in within), [value for _, values in within for value in values]
        for one in self.excluding:
            part, values = one._condition()
            yield f"not ({part})", values
        for place, phrases in (("", self.title_mentions), (_ABSTRACT, self.mentions)):
            for phrase in phrases:
                yield f"holds(title{place}, ?)", [phrase]

    def _fields(self) -> Iterator[tuple[str, list[Any]]]:
        if self.since:
            yield f"{_LATEST} >= ?", [self.since]
        if self.until:
            yield f"{_EARLIEST} <= ?", [self.until + "-99-99"[: 10 - len(self.until)]]
        for name, column in _COUNTS.items():
            for bound, sign in (("min", ">="), ("max", "<=")):
                if (value := getattr(self, f"{bound}_{name}")) is not None:
                    yield f"{column} {sign} ?", [value]
        for name in self.without:
            yield f"{_COLUMNS[name]} is null", []
        if self.organisation:
            yield f"{_COLUMNS['organisation']} = ?", [self.organisation]
        if self.author:
            named = "value = ? or substr(value, -length(?) - 1) = ' ' || ?"
            yield f"exists (select 1 from json_each(body, '$.authors') where {named})", [self.author] * 3


def checked_period(since: str | None, until: str | None, mark: str = "") -> None:
    """UsageError for a date of the calendar that is none, and for a period that ends before it begins.

    `mark` stands before the names of the two where they were written with one, as the command line's `--`.
    """
    for name, value in (("since", since), ("until", until)):
        if value is not None and not _is_date(value):
            raise UsageError(_no_date(mark + name, value))
    if since and until and until < since[: len(until)]:
        raise UsageError(f"{mark}since {since} is later than {mark}until {until}: no date lies between them.")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def _no_date(name: str, value: str) -> str:
    return f"{name} takes a date such as 2025, 2025-08 or 2025-08-22, and {value!r} is none."
