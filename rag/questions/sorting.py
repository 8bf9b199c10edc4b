"""Papers in the order that is asked for, and in groups: by a field, what is unknown last, ties by title."""

from __future__ import annotations

from collections.abc import Sequence

from rag.nouns import Paper
from rag.text.titles import normalise_title

UNKNOWN = None
"""The value of a field that nobody told."""


def value(paper: Paper, by: str) -> str | int | None:
    """Return the value of `paper` by which it is sorted; UNKNOWN where it has none."""
    if by == "authors":
        return paper.author_count or len(paper.authors) or UNKNOWN
    if by == "pages":
        return len(paper.pages)
    if by == "title":
        return normalise_title(paper.title)
    found: str | int | None = {"date": paper.date, "upvotes": paper.upvotes, "comments": paper.comments}.get(by)
    return found


def ordered(papers: Sequence[Paper], by: str, *, descending: bool) -> list[Paper]:
    """Return `papers` by a field, those without it last, equals by title."""
    known = sorted((p for p in papers if value(p, by) is not UNKNOWN), key=lambda p: normalise_title(p.title))
    known.sort(key=lambda p: value(p, by) or 0, reverse=descending)
    return known + sorted((p for p in papers if value(p, by) is UNKNOWN), key=lambda p: normalise_title(p.title))


def groups(papers: Sequence[Paper], by: str) -> list[tuple[str, list[Paper]]]:
    """Return (name, papers) by year, month, page, organisation or number of authors; what is unknown comes last."""
    found: dict[str, list[Paper]] = {}
    unknown = "no date" if by in ("year", "month") else "not known"
    for paper in papers:
        for name in _names(paper, by) or (unknown,):
            found.setdefault(name, []).append(paper)
    return sorted(found.items(), key=lambda item: (item[0] == unknown, _natural(item[0])))


def _names(paper: Paper, by: str) -> tuple[str, ...]:
    if by == "page":
        return paper.pages
    if by == "authors":
        count = paper.author_count or len(paper.authors)
        return (str(count),) if count else ()
    if by == "organisation":
        return (paper.organisation,) if paper.organisation else ()
    length = 4 if by == "year" else 7
    return (paper.date[:length],) if paper.date and len(paper.date) >= length else ()


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdigit() else (10**9, name)
