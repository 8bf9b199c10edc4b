"""Filters over the catalogue: what they are, whether they are well formed, and which papers they let through.

Not handled: "or" between filters; all of them must be met.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from rag.catalogue import Catalogue
from rag.errors import UsageError
from rag.text.titles import normalise_title

_LATEST = "case length(date) when 4 then date || '-12-31' when 7 then date || '-31' else date end"
_EARLIEST = "case length(date) when 4 then date || '-01-01' when 7 then date || '-01' else date end"
_COUNTS = {
    "authors": "author_count",
    "pages": "(select count(distinct page) from sightings s where s.paper_id = papers.paper_id)",
    "upvotes": "json_extract(body, '$.upvotes')",
    "comments": "json_extract(body, '$.comments')",
}
_COLUMNS = _COUNTS | {"date": "date", "organisation": "json_extract(body, '$.organisation')"}
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
LACKING = ("date", "authors", "organisation", "upvotes", "comments")
"""The fields by whose absence papers can be asked for."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Bounds that a paper must meet. Dates are ISO, of any precision, and inclusive, as the numbers are.

    `author` is a name, or the end of one, such as a surname; `mentions` and `title_mentions` are words or phrases;
    `among` are `paper_id`s, those of a conversation.
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

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            value = getattr(self, name)
            if value is not None and not _DATE.fullmatch(value):
                raise UsageError(_no_date(name, value))

    def __bool__(self) -> bool:
        return bool(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the filters that are set; several values as a list."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values
            if value is not None and value != ()
        }

    def over(self, other: Filters) -> Filters:
        """Return these filters, and those of `other` where these set none."""
        return replace(other, **{name: getattr(self, name) for name in self.to_dict()})

    def leaving(self, names: Collection[str]) -> Filters:
        """Return these filters but for those named."""
        return Filters(**{name: getattr(self, name) for name in self.to_dict() if name not in names})

    def allowed(self, catalogue: Catalogue) -> frozenset[str] | None:
        """Return the ids of the papers that pass, or None when nothing is filtered."""
        if not self:
            return None
        parts = [*self._dates(), *self._pages(catalogue), *self._counts(), *self._names()]
        where = " and ".join(condition for condition, _ in parts) or "1"
        found = catalogue.select(where, [value for _, values in parts for value in values])
        if self.among:
            found &= frozenset(self.among)
        return self._mentioning(catalogue, found) if self.mentions or self.title_mentions else found

    def undated(self, catalogue: Catalogue) -> int:
        """Return how many papers have no date, of those that meet everything else."""
        return catalogue.undated() if not self else self._lacking("date", ("since", "until"), catalogue)

    def unknown(self, catalogue: Catalogue) -> dict[str, int]:
        """Return for each field that is filtered by how many papers lack it, of those that meet everything else."""
        bounds = {name: (f"min_{name}", f"max_{name}") for name in ("authors", "upvotes", "comments")}
        fields_of = {"date": ("since", "until"), **bounds, "organisation": ("organisation",)}
        asked = self.to_dict()
        return {
            name: self._lacking(name, names, catalogue)
            for name, names in fields_of.items()
            if not asked.keys().isdisjoint(names)
        }

    def _lacking(self, name: str, bounds: Collection[str], catalogue: Catalogue) -> int:
        if name in self.without:
            return 0
        rest = self.leaving(bounds)
        return len(replace(rest, without=(*rest.without, name)).allowed(catalogue) or ())

    # ------------------------------------------------------------------ conditions: (SQL, its values)

    def _dates(self) -> list[tuple[str, list[Any]]]:
        parts: list[tuple[str, list[Any]]] = []
        if self.since:
            parts.append((f"{_LATEST} >= ?", [self.since]))
        if self.until:
            parts.append((f"{_EARLIEST} <= ?", [self.until + "-99-99"[: 10 - len(self.until)]]))
        return parts

    def _pages(self, catalogue: Catalogue) -> list[tuple[str, list[Any]]]:
        on = "in (select paper_id from sightings where page = ?)"
        asked = [*((self.page,) if self.page else ()), *self.also_on]
        if unknown := [name for name in (*asked, *self.not_on) if name not in catalogue.pages()]:
            known = ", ".join(catalogue.pages()) or "none"
            raise UsageError(f"No page is named {unknown[0]!r}. The pages of this library: {known}.")
        return [(f"paper_id {on}", [name]) for name in asked] + [(f"paper_id not {on}", [name]) for name in self.not_on]

    def _counts(self) -> list[tuple[str, list[Any]]]:
        parts: list[tuple[str, list[Any]]] = []
        for name, column in _COUNTS.items():
            least, most = getattr(self, f"min_{name}"), getattr(self, f"max_{name}")
            parts += [(f"{column} >= ?", [least])] if least is not None else []
            parts += [(f"{column} <= ?", [most])] if most is not None else []
        return parts

    def _names(self) -> list[tuple[str, list[Any]]]:
        parts: list[tuple[str, list[Any]]] = [(f"{_COLUMNS[name]} is null", []) for name in self.without]
        if self.organisation:
            parts.append((f"{_COLUMNS['organisation']} = ?", [self.organisation]))
        if self.author:
            named = "value = ? or substr(value, -length(?) - 1) = ' ' || ?"
            parts.append((f"exists (select 1 from json_each(body, '$.authors') where {named})", [self.author] * 3))
        return parts

    def _mentioning(self, catalogue: Catalogue, found: frozenset[str]) -> frozenset[str]:
        """Return those of `found` whose title or abstract holds every phrase, at the bounds of words."""
        papers = catalogue.get(sorted(found)).values()
        return frozenset(
            p.paper_id
            for p in papers
            if all(holds(f"{p.title}\n{p.abstract}", phrase) for phrase in self.mentions)
            and all(holds(p.title, phrase) for phrase in self.title_mentions)
        )


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


def holds(text: str, phrase: str) -> bool:
    """Tell whether `text` has `phrase`, whatever the case, punctuation or hyphens, in the singular or with an s."""
    words = normalise_title(phrase).split()
    if not words:
        return False
    shape = r"\s?".join(map(re.escape, words))
    return re.search(rf"(?<!\w){shape}(?:s|es)?(?!\w)", normalise_title(text)) is not None
