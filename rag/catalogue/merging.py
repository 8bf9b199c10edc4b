"""Many sightings of one paper into one `Paper`: a pure function, independent of the order of adding.

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

_COLLECTIONS = (Format.JSONL, Format.CSV)
_TRUST = {kind: rank for rank, kind in enumerate(Format)}


def merge(paper_id: str, sightings: Sequence[Sighting], aliases: Iterable[str] = ()) -> Paper:
    """Return the paper that `sightings` tell of; own-id edits must come newest first (see `source_order`)."""
    ordered = sorted(sightings, key=source_order)  # stable: the caller's order stands among editions
    records = [s.record for s in ordered]
    told = _Telling(ordered)
    abstracts = [s for s in ordered if s.record.abstract and not s.record.abstract_is_summary]
    summaries = [s for s in ordered if s.record.abstract]
    best = (abstracts or summaries or ordered)[0].record
    withdrawn = next((r.withdrawn for r in records if r.withdrawn), None)
    abstract = best.abstract or withdrawn or ""
    title = next((r.title for r in records if r.title), "")
    told.compare("title", title, ordered, lambda r: r.title or None, same=normalise_title)
    told.compare("abstract", abstract, abstracts, lambda r: r.abstract, same=_fold)
    standing = _standing(ordered)
    dated = _best_dated(standing) or _best_dated(records)
    date, inferred = dated or (None, False)
    told.compare("date", date, ordered, lambda r: r.date if not r.date_inferred else None)
    authors, count = told.authors(standing if any(r.authors for r in standing) else records)
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
        organisation=told.first("organisation", lambda r: r.organisation),
        url=told.first("url", lambda r: r.url, report=False),
        arxiv_id=told.first("arxiv_id", lambda r: r.arxiv_id),
        categories=next((r.categories for r in records if r.categories), ()),
        upvotes=max((r.upvotes for r in records if r.upvotes is not None), default=None),
        comments=max((r.comments for r in records if r.comments is not None), default=None),
        pages=tuple(sorted({s.page for s in ordered})),
        aliases=tuple(sorted(set(aliases) - {paper_id})),
        conflicts=tuple(told.conflicts),
        doi=told.first("doi", lambda r: r.doi, report=False),
        corporate=tuple(name for name in authors if any(name in r.corporate for r in records)),
        withdrawn=withdrawn,
        venue=told.first("venue", lambda r: r.venue, report=False),
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


def _standing(ordered: Sequence[Sighting]) -> list[Record]:
    """Return the records without those that a newer edition of the same id replaces."""
    seen: set[str | None] = set()
    standing = []
    for sighting in ordered:
        if not is_edition(sighting) or sighting.record.own_id not in seen:
            standing.append(sighting.record)
            seen |= {sighting.record.own_id} if is_edition(sighting) else set()
    return standing


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


class _Telling:
    """What the ordered sightings say of each field, and where they disagree."""

    def __init__(self, ordered: Sequence[Sighting]) -> None:
        self.ordered = ordered
        self.conflicts: list[Conflict] = []

    def first(self, name: str, read: Callable[[Record], Any], *, report: bool = True) -> Any:
        """Return the first value that is told, and note the others that differ."""
        chosen = next((v for s in self.ordered if (v := read(s.record)) is not None), None)
        if report:
            self.compare(name, chosen, self.ordered, read)
        return chosen

    def authors(self, records: Sequence[Record]) -> tuple[tuple[str, ...], int | None]:
        """Return the names that the first source has, and their number; another list or number is a conflict.

        A list that breaks off (its record tells no number) yields to a longer one that has its names, and a shorter
        list whose names are all among the chosen ones agrees with it.
        """
        listing = [r for r in records if r.authors]
        chosen: tuple[str, ...] = listing[0].authors if listing else ()
        if listing and listing[0].author_count is None:
            chosen = max((r.authors for r in listing if _people(chosen) <= _people(r.authors)), key=len)
        self.compare("authors", ", ".join(chosen) or None, self.ordered, lambda r: _unlike(r.authors, chosen))
        counting = [r for r in records if r.author_count is not None]
        counts = [r.author_count for r in counting if chosen and r.authors == chosen] or [
            r.author_count for r in counting
        ]
        count = max(counts[0] or 0, len(chosen)) if counts else len(chosen) or None
        self.compare("author_count", count, self.ordered, lambda r: None if r.authors else r.author_count)
        return chosen, count

    def compare(
        self,
        name: str,
        chosen: Any,
        where: Sequence[Sighting],
        read: Callable[[Record], Any],
        *,
        same: Callable[[str], str] = str,
    ) -> None:
        """Note as a conflict what `where` tells otherwise than `chosen`; an own id's older records are edits."""
        others: dict[str, str] = {}
        edited: set[str | None] = set()
        for sighting in where:
            if is_edition(sighting):
                if sighting.record.own_id in edited:
                    continue
                edited.add(sighting.record.own_id)
            value = read(sighting.record)
            if value is None or chosen is None or value == chosen:
                continue
            if not _agree(same(str(value)), same(str(chosen)), name):
                others.setdefault(str(value), sighting.page)
        if others:
            self.conflicts.append(Conflict(name, str(chosen), tuple((page, v) for v, page in sorted(others.items()))))


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
