"""Filters in words: what follows a count of papers, and what stands on a chip."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Mapping
from datetime import date, timedelta

from rag.base.text import listed, plural
from rag.catalogue.filters import Filters

_ONE = {"are": "is", "have": "has", "mention": "mentions", "were": "was"}
_NOT = {verb: f"{verb} not" for verb in ("are", "is", "were", "was")} | {
    "have": "do not have", "mention": "do not mention", "has": "does not have", "mentions": "does not mention",
}  # fmt: skip
_COUNTED = ("authors", "upvotes", "comments", "citations")
FIELDS = {name: f"number of {name}" for name in _COUNTED} | {
    "date": "date", "organisation": "organisation", "pages": "page", "venue": "venue", "doi": "DOI",
    "arxiv_id": "arXiv id",
}  # fmt: skip
"""What is known of papers, by the names of the filters."""
SUPERLATIVE = {
    ("date", True): "most recent {}",
    ("date", False): "oldest {}",
    **{(by, True): f"{{}} with the most {by}" for by in (*_COUNTED, "pages")},
    **{(by, False): f"{{}} with the fewest {by}" for by in ("authors", "upvotes", "comments", "pages")},
}
"""Extremes by field and direction, of `paper` or `papers`."""


def set_apart(unknown: Mapping[str, int]) -> str:
    """Return what is counted apart, `; 18 others have no known date`: papers that lack what is filtered by."""
    return "".join(f"; {others_have(count)} no known {FIELDS[name]}" for name, count in unknown.items() if count)


def others_have(count: int) -> str:
    """Return `18 others have`, `1 other has`."""
    return f"{count:,} others have" if count != 1 else "1 other has"


def in_words(filters: Filters, count: int = 2) -> str:
    """Return the filters as what `count` papers do: `are from 2024 and have 6 or more authors`."""
    parts = [
        *_parts(filters, count),
        *(_any_of([" and ".join(_parts(one, count)) for one in group]) for group in filters.either),
        *(_denied(_parts(one, count)) for one in filters.excluding),
    ]
    return listed(parts) or ("is here" if count == 1 else "are here")


def _any_of(parts: list[str]) -> str:
    """Return what one of which is done, with a beginning that all share said once: `are from 2023 or 2024`."""
    shared = next((said for said in ("are from ", "is from ") if all(part.startswith(said) for part in parts)), "")
    return shared + " or ".join(part.removeprefix(shared) for part in parts)


def _denied(parts: list[str]) -> str:
    """Return filters none of which is met, as what papers do not do; all of one must be met to count."""
    verb, _, rest = parts[0].partition(" ")
    return " and ".join([f"{_NOT[verb]} {rest}", *parts[1:]])


def _parts(filters: Filters, count: int) -> list[str]:
    parts = [*_times(filters), *_counts(filters), *_names(filters)]
    split = (part.partition(" ") for part in parts)
    return [f"{_ONE[verb]} {rest}" for verb, _, rest in split] if count == 1 else parts


def _times(filters: Filters) -> list[str]:
    since, until = filters.since, filters.until
    if since and until:
        return [f"are from {_span(since, until)}"]
    return [f"are from {since} or later"] if since else [f"are from {until} or earlier"] if until else []


def _span(since: str, until: str) -> str:
    """Return two bounds as one time where they are one."""
    if since == until:
        return since
    if len(since) == len(until) == 10:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
        whole_months = first.day == 1 and (last + timedelta(days=1)).day == 1
        if whole_months and (first.month, last.month) == (1, 12):
            return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
        if whole_months and since[:7] == until[:7]:
            return f"{month_name[first.month]} {first.year}"
        if whole_months and first.year == last.year:
            return f"{month_name[first.month]} to {month_name[last.month]} {first.year}"
    return f"{since} to {until}"


def _counts(filters: Filters) -> list[str]:
    parts = []
    for name in ("authors", "upvotes", "comments", "pages"):
        match getattr(filters, f"min_{name}"), getattr(filters, f"max_{name}"):
            case None, None:
                continue
            case None, most:
                amount = f"{most} or fewer {name}"
            case least, None:
                amount = f"{least} or more {name}"
            case least, most:
                amount = plural(least, name.rstrip("s")) if least == most else f"{least} to {most} {name}"
        parts.append(f"{'are on' if name == 'pages' else 'have'} {amount}")
    return parts


def _names(filters: Filters) -> list[str]:
    pages = [*((filters.page,) if filters.page else ()), *filters.also_on]
    parts = [f"are on the {listed(pages)} page{'s' * (len(pages) > 1)}"] if pages else []
    away = filters.not_on
    parts += [f"are not on the {listed(away)} page{'s' * (len(away) > 1)}"] if away else []
    parts += [f"are from {filters.organisation}"] if filters.organisation else []
    parts += [f"are by {filters.author}"] if filters.author else []
    parts += [f"have no known {name}" for name in filters.without]
    parts += [f"mention {listed([f'“{said}”' for said in filters.mentions])}"] if filters.mentions else []
    parts += [f"have “{listed(filters.title_mentions)}” in the title"] if filters.title_mentions else []
    among = f"are among the {len(filters.among)} just spoken of" if len(filters.among) > 1 else "were just spoken of"
    parts += [among] if filters.among else []
    return parts
