"""From a query to ranked passages, by vectors and words; and from a paper to those most like it, as `related` lists.

A paper's cosine, and the square of the share of the question's words that it holds (by BM25, where a word said often
counts for more), added up. The square keeps a question that shares few words with any abstract to its meaning: a third
of its words says next to nothing, all of them say much. A paper that the vectors' list lacks counts as the last on it.
Every order is total: score, then id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from rag.base.errors import UnknownPaper
from rag.base.text.languages import in_english
from rag.base.text.names import fold
from rag.catalogue import Catalogue
from rag.index import Indexes
from rag.nouns import Paper, Passage, Query

WORDS = 0.4
"""What all of a question's words count beside a cosine of 1; chosen on development questions (`eval/RESULTS.md`)."""
_MOST = 1.5
"""Share up to which words count."""
_FULL = 1.0 + WORDS * _MOST**2
"""The most that a score can sum up to."""
_DEPTH = 500
"""Papers asked of each index before fusion."""
_AHEAD = 3
"""A filtered search begins so many times as deep: one that lets a third or more through needs no second one."""
_EXACT = 2000
"""Up to so many papers, a filtered search looks at these alone, and compares with every one of them."""

Scores = Sequence[tuple[str, float]]


class Retriever:
    """Finds papers in one library. Safe to use from several threads."""

    def __init__(self, catalogue: Catalogue, indexes: Indexes) -> None:
        self._catalogue, self._indexes = catalogue, indexes

    def search(self, text: str, k: int, allowed: Collection[str] | None = None) -> tuple[Passage, ...]:
        """Return up to `k` passages for `text`, best first, of the papers in `allowed` (None: of all)."""
        if k <= 0 or (allowed is not None and not allowed):
            return ()
        text, depth = in_english(text), max(_DEPTH, k)
        words = self._indexes.beside.submit(_lexical, self._indexes, text, depth, allowed)
        dense = _dense(self._indexes, text, depth, allowed)
        lexical = words.result()
        ranked = fuse(dense, lexical)
        papers = self._catalogue.get([paper_id for paper_id, _ in ranked[:k]])
        if len(papers) < min(k, len(ranked)):  # an index may still name a paper that was removed a moment ago
            papers |= self._catalogue.get([paper_id for paper_id, _ in ranked[k : k + 20]])
        cosines, dense_ranks, lexical_ranks = dict(dense), _ranks(dense), _ranks(lexical)
        found = [
            Passage(papers[name], score, dense_ranks.get(name), lexical_ranks.get(name), cosines.get(name))
            for name, score in ranked[: k + 20]
            if name in papers
        ]
        return tuple(found[:k])

    def share_holding(self, name: str) -> float:
        """Return the share of the library's papers that hold the words of `name` side by side."""
        return self._indexes.words.holding(name) / max(1, self._indexes.words.count())

    def find(self, query: Query, k: int, allowed: Collection[str] | None = None) -> tuple[Passage, ...]:
        """Return the passages of all parts of a query, those that the talk is about or the question names in front."""
        found = best_of([self.search(text, k, allowed) for text in (query.standalone, *query.parts)])[:k]
        held = {passage.paper.paper_id: passage for passage in found}
        front = [name for name in dict.fromkeys((*query.focus, *query.named)) if allowed is None or name in allowed]
        missed = [name for name in front if name not in held]
        for passage in self.search(query.standalone, len(missed), missed):
            held[passage.paper.paper_id] = replace(passage, dense_rank=None, lexical_rank=None)
        first = [held.pop(name) for name in front if name in held]
        return (*first, *held.values())[:k]


def best_of(rankings: Sequence[tuple[Passage, ...]]) -> tuple[Passage, ...]:
    """Return the passages of several rankings as one, each at its best score; ties by id."""
    best: dict[str, Passage] = {}
    for passage in (passage for ranking in rankings for passage in ranking):
        known = best.get(passage.paper.paper_id)
        if known is None or passage.score > known.score:
            best[passage.paper.paper_id] = passage
    return tuple(sorted(best.values(), key=lambda p: (-p.score, p.paper.paper_id)))


def fuse(dense: Scores, lexical: Scores) -> list[tuple[str, float]]:
    """Return (paper_id, score in [0, 1]) from cosines and shares of words, best first, ties by id."""
    lowest = min((cosine for _, cosine in dense), default=0.0)
    total = {paper_id: max(0.0, cosine) for paper_id, cosine in dense}
    for paper_id, share in lexical:
        total[paper_id] = total.get(paper_id, max(0.0, lowest)) + WORDS * min(_MOST, share) ** 2
    scaled = {paper_id: min(1.0, score / _FULL) for paper_id, score in total.items()}
    return sorted(scaled.items(), key=lambda item: (-item[1], item[0]))


def _dense(indexes: Indexes, query: str, depth: int, allowed: Collection[str] | None) -> Scores:
    if indexes.embedding.is_outdated():  # until the papers are embedded anew, their words alone are searched
        return ()
    vector = indexes.embedding.query(query)
    if allowed is not None and len(allowed) <= _EXACT:
        return indexes.vectors.among(vector, allowed)[:depth]
    return _filtered(lambda n: indexes.vectors.search(vector, n), depth, allowed)


def _lexical(indexes: Indexes, query: str, depth: int, allowed: Collection[str] | None) -> Scores:
    if allowed is not None and len(allowed) <= _EXACT:
        return indexes.words.search(query, depth, allowed)
    return _filtered(lambda n: indexes.words.search(query, n), depth, allowed)


def _filtered(search: Callable[[int], Scores], depth: int, allowed: Collection[str] | None) -> Scores:
    """Return the first `depth` allowed results, looking deeper until there are so many or no more."""
    n, seen = depth if allowed is None else _AHEAD * depth, -1
    while True:
        found = search(n)
        kept = found if allowed is None else [item for item in found if item[0] in allowed]
        if allowed is None or len(kept) >= depth or len(found) == seen:
            return kept[:depth]
        n, seen = n * 4, len(found)


def _ranks(ranking: Scores) -> dict[str, int]:
    return {name: rank for rank, (name, _) in enumerate(ranking, start=1)}


# ----------------------------------------------------------------------------------------------------
# The papers most like one of the library, by their vectors.

_SPARE = 20
"""Rows asked for beyond those needed: a paper may have several, and one may have gone a moment ago."""


def find_paper(said: str, catalogue: Catalogue, indexes: Indexes) -> Paper:
    """Return the paper with this id, alias, title, or name in its title; UnknownPaper where none or several have it."""
    paper_id = catalogue.resolve(said)
    if paper_id is None and (titled := catalogue.titled(said)):
        return titled
    named = catalogue.names.papers(fold(said), in_title=True)
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
