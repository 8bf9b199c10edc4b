"""The library's table, its columns and filters: papers found, filtered, sorted, a leaf at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rag.nouns import Paper

if TYPE_CHECKING:
    from rag.library import Library


# ----------------------------------------------------------------------------------------------------
# The library's papers, read again only when anyone, in this process or another, has changed them.


class KnownPapers:
    """The papers of one library, shared by all who look at the page."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: tuple[int, list[Paper]] = (-1, [])

    def papers(self) -> list[Paper]:
        """Return the papers as they are now; not to be changed."""
        generation = self._library.catalogue.generation()
        if generation != self._known[0]:
            self._known = (generation, self._library.papers())
        return self._known[1]


# ----------------------------------------------------------------------------------------------------

LEAF = 50
"""Rows shown at once."""


class Column(StrEnum):
    """What the table can be sorted by."""

    TITLE = "title"
    AUTHORS = "authors"
    ORGANISATION = "organisation"
    VENUE = "venue"
    YEAR = "year"
    UPVOTES = "upvotes"


class Facet(StrEnum):
    """What the table can be filtered by, with chips."""

    PAGE = "page"
    YEAR = "year"
    ORGANISATION = "organisation"
    STATE = "marked"


UNDATED, WITHDRAWN, SUMMARY = "undated", "withdrawn", "summary only"
"""Values of facets that are no value of a paper's field."""
_KEYS: dict[Column, Callable[[Paper], str | int]] = {
    Column.TITLE: lambda p: p.title.casefold(),
    Column.AUTHORS: lambda p: (p.authors[0] if p.authors else "").casefold(),
    Column.ORGANISATION: lambda p: (p.organisation or "").casefold(),
    Column.VENUE: lambda p: (p.venue or "").casefold(),
    Column.YEAR: lambda p: p.date or "",
    Column.UPVOTES: lambda p: (p.upvotes or 0) + 1 if p.upvotes is not None else 0,
}
_DESCENDING = {Column.YEAR, Column.UPVOTES}
"""Columns whose largest come first."""


def _states(paper: Paper) -> tuple[str, ...]:
    return (WITHDRAWN,) * bool(paper.withdrawn) + (SUMMARY,) * paper.abstract_is_summary


_VALUES: dict[Facet, Callable[[Paper], tuple[str, ...]]] = {
    Facet.PAGE: lambda p: p.pages,
    Facet.YEAR: lambda p: (p.date[:4] if p.date else UNDATED,),
    Facet.ORGANISATION: lambda p: (p.organisation,) if p.organisation else (),
    Facet.STATE: _states,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the library's overview: its name, and the ids of its papers."""

    name: str
    papers: frozenset[str]


@dataclass(frozen=True, slots=True)
class View:
    """How one person looks at the table. `leaf` counts from 0; `picked` holds paper ids; `chosen` filters.

    `meant` is what the search was read as, where no paper holds it as it is written.
    """

    search: str = ""
    meant: str = ""
    column: Column = Column.YEAR
    descending: bool = True
    leaf: int = 0
    picked: frozenset[str] = frozenset()
    confirming: bool = False
    chosen: frozenset[tuple[Facet, str]] = frozenset()
    subject: Subject | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether something else than the search leaves papers out."""
        return bool(self.chosen or self.subject)

    def sorted_by(self, column: Column) -> View:
        """Return the view sorted by `column`; the other way round when it is already."""
        descending = not self.descending if column is self.column else column in _DESCENDING
        return replace(self, column=column, descending=descending, leaf=0)

    def with_all(self, papers: Sequence[Paper]) -> View:
        """Return the view with all papers that it finds picked, besides those that are."""
        ids = (paper.paper_id for paper in matching_papers(papers, self))
        return replace(self, picked=self.picked.union(ids), confirming=False)

    def toggled(self, paper_id: str) -> View:
        """Return the view with one paper picked, or put back."""
        return replace(self, picked=self.picked ^ {paper_id}, confirming=False)

    def filtered(self, facet: Facet, value: str) -> View:
        """Return the view with one value of a facet asked for, or no longer."""
        return replace(self, chosen=self.chosen ^ {(facet, value)}, leaf=0, confirming=False)

    def on(self, subject: Subject | None) -> View:
        """Return the view of one subject's papers, or of all."""
        return replace(self, subject=subject, leaf=0, confirming=False)

    def unfiltered(self) -> View:
        """Return the view with no filter; the search stays."""
        return replace(self, chosen=frozenset(), subject=None, leaf=0, confirming=False)


@dataclass(frozen=True, slots=True)
class Leaf:
    """The rows that are shown: papers `first` to `first + len(papers) - 1` of `found`, counted from 1.

    `facets` has the values that can be asked for, each with how many papers it would give beside the other facets;
    `columns` those that some paper of the library has something for; `picked` all that are picked, `unseen` how many
    of them are not found.
    """

    papers: tuple[Paper, ...]
    found: int
    first: int
    has_more: bool
    facets: tuple[tuple[Facet, tuple[tuple[str, int], ...]], ...] = ()
    columns: tuple[Column, ...] = tuple(Column)
    picked: tuple[Paper, ...] = ()
    unseen: int = 0


def matching_papers(papers: Sequence[Paper], view: View) -> list[Paper]:
    """Return the papers that hold every word of the search and pass the filters, sorted.

    Those that lack the column's field come last. Of one facet any value asked for will do.
    """
    matching = [p for p in _searched(papers, view) if _passes(p, _by_facet(view))]
    key = _KEYS[view.column]
    known = sorted((p for p in matching if key(p)), key=lambda p: p.paper_id)
    known.sort(key=key, reverse=view.descending)
    return known + [p for p in matching if not key(p)]


def leaf(papers: Sequence[Paper], view: View) -> Leaf:
    """Return the rows to show; a leaf that is no longer there gives the last one."""
    matching = matching_papers(papers, view)
    last = max(0, (len(matching) - 1) // LEAF)
    start = min(max(0, view.leaf), last) * LEAF
    shown = tuple(matching[start : start + LEAF])
    columns = tuple(column for column in Column if any(map(_KEYS[column], papers)) or column is Column.TITLE)
    has_more = start + LEAF < len(matching)
    picked = tuple(p for p in papers if p.paper_id in view.picked)
    unseen = len({p.paper_id for p in picked}.difference(p.paper_id for p in matching))
    return Leaf(shown, len(matching), start + 1, has_more, tuple(_facets(papers, view)), columns, picked, unseen)


def _facets(papers: Sequence[Paper], view: View) -> list[tuple[Facet, tuple[tuple[str, int], ...]]]:
    """Return the facets that tell papers apart, years from the latest, the others from the commonest value."""
    searched, wanted = _searched(papers, view), _by_facet(view)
    told = []
    for facet in Facet:
        others = {other: values for other, values in wanted.items() if other is not facet}
        counts = Counter(value for p in searched if _passes(p, others) for value in _VALUES[facet](p))
        counts.update(dict.fromkeys(wanted.get(facet, ()), 0))
        if facet is Facet.YEAR:
            order = sorted(counts.items(), key=lambda entry: (entry[0] == UNDATED, [-ord(c) for c in entry[0]]))
        else:
            order = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        if order and len({_VALUES[facet](paper) for paper in papers}) > 1:
            told.append((facet, tuple(order)))
    return told


def _by_facet(view: View) -> dict[Facet, set[str]]:
    wanted: dict[Facet, set[str]] = {}
    for facet, value in view.chosen:
        wanted.setdefault(facet, set()).add(value)
    return wanted


def _passes(paper: Paper, wanted: dict[Facet, set[str]]) -> bool:
    return all(not values.isdisjoint(_VALUES[facet](paper)) for facet, values in wanted.items())


def _searched(papers: Sequence[Paper], view: View) -> list[Paper]:
    """Return the papers of the subject, if one is asked for, that hold every word of the search."""
    words = (view.meant or view.search).casefold().split()
    among = papers if view.subject is None else [p for p in papers if p.paper_id in view.subject.papers]
    return [p for p in among if _holds(p, words)] if words else list(among)


def _holds(paper: Paper, words: Sequence[str]) -> bool:
    """Tell whether all words stand in what the table shows of a paper, or in its abstract."""
    fields = (paper.organisation, paper.venue, paper.date)
    parts = (paper.title, *paper.authors, *(field or "" for field in fields), *paper.pages, paper.abstract)
    text = " ".join(parts).casefold()
    return all(word in text for word in words)
