"""What is on the library's table: papers found, sorted, one leaf of them at a time. Pure functions over papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rag.nouns import Paper

LEAF = 50
"""Rows shown at once."""


class Column(StrEnum):
    """What the table can be sorted by."""

    TITLE = "title"
    DATE = "date"
    AUTHORS = "authors"
    ORGANISATION = "organisation"
    PAGES = "pages"


_KEYS: dict[Column, Callable[[Paper], str]] = {
    Column.TITLE: lambda p: p.title.casefold(),
    Column.DATE: lambda p: p.date or "",
    Column.AUTHORS: lambda p: (p.authors[0] if p.authors else "").casefold(),
    Column.ORGANISATION: lambda p: (p.organisation or "").casefold(),
    Column.PAGES: lambda p: ", ".join(p.pages).casefold(),
}


@dataclass(frozen=True, slots=True)
class View:
    """How one person looks at the table. `leaf` counts from 0; `picked` holds paper ids."""

    search: str = ""
    column: Column = Column.DATE
    descending: bool = True
    leaf: int = 0
    picked: frozenset[str] = frozenset()
    confirming: bool = False

    def sorted_by(self, column: Column) -> View:
        """Return the view sorted by `column`; the other way round when it is already."""
        descending = not self.descending if column is self.column else column is Column.DATE
        return replace(self, column=column, descending=descending, leaf=0)

    def with_all(self, papers: Sequence[Paper]) -> View:
        """Return the view with all papers that its search finds picked, besides those that are."""
        ids = (paper.paper_id for paper in found(papers, self))
        return replace(self, picked=self.picked.union(ids), confirming=False)

    def toggled(self, paper_id: str) -> View:
        """Return the view with one paper picked, or put back."""
        return replace(self, picked=self.picked ^ {paper_id}, confirming=False)


@dataclass(frozen=True, slots=True)
class Leaf:
    """The rows that are shown: papers `first` to `first + len(papers) - 1` of `found`, counted from 1."""

    papers: tuple[Paper, ...]
    found: int
    first: int
    has_more: bool


def found(papers: Sequence[Paper], view: View) -> list[Paper]:
    """Return the papers that hold every word of the search, sorted; those that lack the column's field come last."""
    words = view.search.casefold().split()
    matching = [p for p in papers if all(word in _searched(p) for word in words)]
    key = _KEYS[view.column]
    known = sorted((p for p in matching if key(p)), key=lambda p: p.paper_id)
    known.sort(key=key, reverse=view.descending)
    return known + [p for p in matching if not key(p)]


def leaf(papers: Sequence[Paper], view: View) -> Leaf:
    """Return the rows to show; a leaf that is no longer there gives the last one."""
    matching = found(papers, view)
    last = max(0, (len(matching) - 1) // LEAF)
    start = min(max(0, view.leaf), last) * LEAF
    shown = tuple(matching[start : start + LEAF])
    return Leaf(shown, len(matching), start + 1, start + LEAF < len(matching))


def _searched(paper: Paper) -> str:
    """Return what a search looks through: all that the table shows, and the abstract."""
    parts = (paper.title, *paper.authors, paper.organisation or "", paper.date or "", *paper.pages, paper.abstract)
    return " ".join(parts).casefold()
