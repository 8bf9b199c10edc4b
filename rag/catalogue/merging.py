"""Many sightings of one paper into one `Paper`: a pure function, independent of the order of adding.

What one source lacks another fills. Where two disagree a fixed order of sources chooses, and the rest is kept as a
`Conflict`. The sightings themselves stay in the catalogue, so that nothing is lost by merging. Not handled here: which
sightings belong together (see `identity`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rag.nouns import Conflict, Format, Paper, Record, Sighting
from rag.text.sentences import split_sentences
from rag.text.titles import normalise_title

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
    abstract = best.abstract
    title = next((r.title for r in records if r.title), "")
    told.compare("title", title, ordered, lambda r: r.title or None, same=normalise_title)
    told.compare("abstract", abstract, abstracts, lambda r: r.abstract, same=_fold)
    dated = _best_dated(records)
    told.compare("date", dated.date if dated else None, ordered, lambda r: r.date if not r.date_inferred else None)
    authors = next((r.authors for r in records if r.authors), ())
    count = len(authors) or told.first("author_count", lambda r: r.author_count)
    return Paper(
        paper_id=paper_id,
        title=title,
        abstract=abstract,
        sentences=split_sentences(abstract),
        abstract_is_summary=bool(abstract) and not abstracts,
        date=dated.date if dated else None,
        date_inferred=bool(dated and dated.date_inferred),
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


def _best_dated(records: Sequence[Record]) -> Record | None:
    """Return the record whose date counts: a written year before an inferred one, then the more precise."""
    dated = [r for r in records if r.date]
    return min(dated, key=lambda r: (r.date_inferred, -len(r.date or "")), default=None)


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
