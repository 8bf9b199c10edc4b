"""Many sightings of one paper into one `Paper`: the order in which sources count, whatever the order of adding.

What one source lacks another fills. Where two disagree a fixed order of sources chooses, and the rest is kept as a
`Conflict`. The sightings themselves stay in the catalogue, so that nothing is lost by merging. Not handled here: which
sightings belong together (see `identity`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rag.base.text.sentences import split_sentences
from rag.base.text.titles import normalise_title
from rag.nouns import Conflict, Format, Paper, Record, Sighting

_COLLECTIONS = (Format.JSONL, Format.JSON, Format.CSV)
_TRUST = {kind: rank for rank, kind in enumerate(Format)}


def merge(paper_id: str, sightings: Sequence[Sighting], aliases: Iterable[str] = ()) -> Paper:
    """Return the paper that `sightings` tell of; own-id edits must come newest first (see `source_order`)."""
    ordered = sorted(sightings, key=source_order)  # stable: the caller's order stands among editions
    records = [s.record for s in ordered]
    standing = _standing(ordered)
    latest = [s.record for s in standing]
    abstracts = [r for r in records if r.abstract and not r.abstract_is_summary]
    withdrawn = _first(records, "withdrawn")
    title = _first(records, "title") or ""
    abstract = next((r.abstract for r in abstracts), _first(records, "abstract")) or withdrawn or ""
    date, inferred = _best_dated(latest) or _best_dated(records) or (None, False)
    authors, count = _authors(latest if any(r.authors for r in latest) else records)
    organisation, arxiv_id = _first(records, "organisation"), _first(records, "arxiv_id")
    told = (
        _conflict("title", title, standing, lambda r: r.title or None, same=normalise_title),
        _conflict("abstract", abstract, standing, lambda r: r.abstract if r in abstracts else None, same=_fold),
        _conflict("date", date, standing, lambda r: r.date if not r.date_inferred else None),
        _conflict("authors", ", ".join(authors) or None, standing, lambda r: _unlike(r.authors, authors)),
        _conflict("author_count", count, standing, lambda r: None if r.authors else r.author_count),
        _conflict("organisation", organisation, standing, lambda r: r.organisation),
        _conflict("arxiv_id", arxiv_id, standing, lambda r: r.arxiv_id),
    )
    return Paper(
        paper_id=paper_id,
        title=title,
        abstract=abstract,
        sentences=split_sentences(abstract),
        abstract_is_summary=bool(abstract) and not abstracts,
        date=date,
        date_inferred=inferred,
        authors=authors,
        author_count=count,
        organisation=organisation,
        url=_first(records, "url"),
        arxiv_id=arxiv_id,
        categories=_first(records, "categories") or (),
        upvotes=max((r.upvotes for r in records if r.upvotes is not None), default=None),
        comments=max((r.comments for r in records if r.comments is not None), default=None),
        pages=tuple(sorted({s.page for s in ordered})),
        aliases=tuple(sorted(set(aliases) - {paper_id})),
        conflicts=tuple(conflict for conflict in told if conflict),
        doi=_first(records, "doi"),
        corporate=tuple(name for name in authors if any(name in r.corporate for r in records)),
        withdrawn=withdrawn,
        venue=_first(records, "venue"),
    )


def is_edition(sighting: Sighting) -> bool:
    """Whether a later record with the same id replaces this one: it has an id of its own, or stands in a collection."""
    record = sighting.record
    if sighting.format is Format.ATOM:
        return False  # arXiv tells of a paper beside its owner, whose word it never replaces
    return bool(record.own_id) and (record.own_id != record.arxiv_id or sighting.format in _COLLECTIONS)


def source_order(sighting: Sighting) -> tuple[Any, ...]:
    """Return the fixed order of sources: editions of a record, then by kind of file, page and text."""
    record = sighting.record
    if is_edition(sighting):
        return (0, record.own_id)
    return (1, _TRUST[sighting.format], sighting.page, record.title, record.abstract, record.arxiv_id or "")


def _first(records: Sequence[Record], field: str) -> Any:
    """Return the first value of a field that is told."""
    return next((value for record in records if (value := getattr(record, field))), None)


def _standing(ordered: Sequence[Sighting]) -> list[Sighting]:
    """Return the sightings without those that a newer edition of the same id replaces."""
    standing: dict[object, Sighting] = {}
    for place, sighting in enumerate(ordered):
        standing.setdefault(sighting.record.own_id if is_edition(sighting) else place, sighting)
    return list(standing.values())


def _best_dated(records: Sequence[Record]) -> tuple[str, bool] | None:
    """Return the date that counts, and whether its year is inferred.

    A written year comes before an inferred one, then the order of sources chooses; whatever agrees and is more precise
    adds its month and day.
    """
    dated = [(r.date, r.date_inferred) for r in records if r.date]
    if not dated:
        return None
    chosen, inferred = min(dated, key=lambda one: one[1])
    agreeing = [date for date, _ in dated if _agree(date, chosen, "date")]
    return max(agreeing, key=len), inferred


def _authors(records: Sequence[Record]) -> tuple[tuple[str, ...], int | None]:
    """Return the names that the first source has, and their number.

    A list that breaks off (its record tells no number) yields to a longer one that has its names.
    """
    listing = [r for r in records if r.authors]
    chosen: tuple[str, ...] = listing[0].authors if listing else ()
    breaks_off = bool(listing) and listing[0].author_count is None
    if breaks_off:
        chosen = max((r.authors for r in listing if _people(chosen) <= _people(r.authors)), key=len)
    counting = [r for r in records if r.author_count is not None]
    counts = [r.author_count for r in counting if chosen and r.authors == chosen] or [r.author_count for r in counting]
    return chosen, max(counts[0] or 0, len(chosen)) if counts else None if breaks_off else len(chosen) or None


def _conflict(
    name: str,
    chosen: Any,
    standing: Sequence[Sighting],
    read: Callable[[Record], Any],
    *,
    same: Callable[[str], str] = str,
) -> Conflict | None:
    """Return what sightings tell otherwise than `chosen`, if any does."""
    others: dict[str, str] = {}
    for sighting in standing:
        value = read(sighting.record)
        if value is not None and chosen is not None and not _agree(same(str(value)), same(str(chosen)), name):
            others.setdefault(str(value), sighting.page)
    return Conflict(name, str(chosen), tuple((page, v) for v, page in sorted(others.items()))) if others else None


def _agree(one: str, other: str, name: str) -> bool:
    """Return whether two values say the same; a date also agrees with a more precise one."""
    return one == other or (name == "date" and (one.startswith(other) or other.startswith(one)))


def _fold(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _unlike(names: tuple[str, ...], chosen: tuple[str, ...]) -> str | None:
    """Return a list of authors as text where it has names that `chosen` has not."""
    return None if _people(names) <= _people(chosen) else ", ".join(names)


def _people(names: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Return each name as family name and first letter, by which `J. Smith` is `John Smith`."""
    keys = (normalise_title(name).split() for name in names)
    return frozenset((key[-1], key[0][:1]) for key in keys if key)
