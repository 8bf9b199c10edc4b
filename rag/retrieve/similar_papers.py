"""The papers most like one of the library, by their vectors."""

from __future__ import annotations

from collections.abc import Collection

from rag.base.errors import UnknownPaper
from rag.base.text.names import fold
from rag.catalogue import Catalogue
from rag.index import Indexes
from rag.nouns import Paper

_SPARE = 20
"""Rows asked for beyond those needed: a paper may have several, and one may have gone a moment ago."""


def find_paper(said: str, catalogue: Catalogue, indexes: Indexes) -> Paper:
    """Return the paper with this id, alias, title, or name in its title; UnknownPaper where none or several have it."""
    paper_id = catalogue.resolve(said)
    if paper_id is None and (titled := catalogue.titled(said)):
        return titled
    named = indexes.names.papers(fold(said), in_title=True)
    if paper_id is None and len(named) == 1:
        paper_id = named[0]
    found = catalogue.get([paper_id]) if paper_id else {}
    if not found:
        raise UnknownPaper(f"No paper has the id or title {said!r}. List them with: abstract-qa papers")
    return next(iter(found.values()))


def neighbours(
    paper: Paper, k: int, catalogue: Catalogue, indexes: Indexes, allowed: Collection[str] | None = None
) -> list[tuple[Paper, float]]:
    """Return the `k` papers of `allowed` (None: of all) most like `paper`, best first, with their cosines.

    None where it is not indexed yet.
    """
    vector = indexes.vectors.by_paper([paper.paper_id]).get(paper.paper_id)
    if vector is None:
        return []
    search = indexes.vectors
    near = search.search(vector, 2 * k + _SPARE) if allowed is None else search.among(vector, allowed)
    others = [(paper_id, score) for paper_id, score in near if paper_id != paper.paper_id][: k + _SPARE]
    papers = catalogue.get([paper_id for paper_id, _ in others])
    return [(papers[paper_id], round(score, 6)) for paper_id, score in others if paper_id in papers][:k]
