"""From a query to ranked passages: vectors and words, each for as much as it can tell.

A weighted sum of two scores: how far a paper's cosine stands above the lowest one found, on the way to 1; and which
share of the question's words it holds, by BM25, where a word said often counts for more. Scaling each list by its own
best, as relative-score fusion does, would give a list that found nothing good as much to say as one that found the
paper. The longer a question, the more its words tell, and the more they count. A paper that a list lacks gets 0 there.
Every order is total: score, then id.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

from rag.catalogue import Catalogue
from rag.indexes import Indexes
from rag.nouns import Passage

DENSE_WEIGHT = 0.57
"""Weight of the vectors for a question of usual length; the words have the rest."""
_LENGTH, _SPREAD, _SWAY = 10, 6, 0.08
"""Words of a question of usual length, those by which it is much longer or shorter, and what that moves the weight."""
_MOST = 2.0
"""Share up to which words count."""
_FULL = 1.51
"""The most that weighted scores can sum up to, at the least weight of the vectors."""
_DEPTH = 200
"""Papers asked of each index before fusion."""
_AHEAD = 3
"""A filtered search begins so many times as deep: one that lets a third or more through needs no second one."""
_EXACT = 2000
"""Up to so many papers, a filtered search looks at these alone, and compares with every one of them."""

Ranking = Sequence[tuple[str, float]]


def retrieve(
    catalogue: Catalogue, indexes: Indexes, query: str, k: int, allowed: Collection[str] | None = None
) -> tuple[Passage, ...]:
    """Return up to `k` passages for `query`, best first, of the papers in `allowed` (None: of all)."""
    if k <= 0 or (allowed is not None and not allowed):
        return ()
    depth = max(_DEPTH, k)
    words = indexes.beside.submit(_lexical, indexes, query, depth, allowed)
    dense = _dense(indexes, query, depth, allowed)
    lexical = words.result()
    ranked = fuse(dense, lexical, dense_weight(query))
    papers = catalogue.get([paper_id for paper_id, _ in ranked[:k]])
    if len(papers) < min(k, len(ranked)):  # an index may still name a paper that was removed a moment ago
        papers |= catalogue.get([paper_id for paper_id, _ in ranked[k : k + 20]])
    cosines, dense_ranks, lexical_ranks = dict(dense), _ranks(dense), _ranks(lexical)
    found = [
        Passage(papers[name], score, dense_ranks.get(name), lexical_ranks.get(name), cosines.get(name))
        for name, score in ranked[: k + 20]
        if name in papers
    ]
    return tuple(found[:k])


def best_of(rankings: Sequence[tuple[Passage, ...]]) -> tuple[Passage, ...]:
    """Return the passages of several rankings as one, each at its best score; ties by id."""
    best: dict[str, Passage] = {}
    for passage in (passage for ranking in rankings for passage in ranking):
        known = best.get(passage.paper.paper_id)
        if known is None or passage.score > known.score:
            best[passage.paper.paper_id] = passage
    return tuple(sorted(best.values(), key=lambda p: (-p.score, p.paper.paper_id)))


def dense_weight(query: str) -> float:
    """Return the weight of the vectors for `query`: less for a long one."""
    return DENSE_WEIGHT - _SWAY * math.tanh((len(query.split()) - _LENGTH) / _SPREAD)


def fuse(dense: Ranking, lexical: Ranking, weight: float) -> list[tuple[str, float]]:
    """Return (paper_id, score in [0, 1]) from cosines and shares of words, best first, ties by id."""
    lowest = min((cosine for _, cosine in dense), default=0.0)
    room = max(1.0 - lowest, 1e-9)
    total = {paper_id: weight * min(1.0, (cosine - lowest) / room) for paper_id, cosine in dense}
    for paper_id, share in lexical:
        total[paper_id] = total.get(paper_id, 0.0) + (1.0 - weight) * min(_MOST, share)
    scaled = {paper_id: min(1.0, score / _FULL) for paper_id, score in total.items()}
    return sorted(scaled.items(), key=lambda item: (-item[1], item[0]))


def _dense(indexes: Indexes, query: str, depth: int, allowed: Collection[str] | None) -> Ranking:
    vector = indexes.embed_query(query)
    if allowed is not None and len(allowed) <= _EXACT:
        return indexes.vectors.among(vector, allowed)[:depth]
    return _filtered(lambda n: indexes.vectors.search(vector, n), depth, allowed)


def _lexical(indexes: Indexes, query: str, depth: int, allowed: Collection[str] | None) -> Ranking:
    if allowed is not None and len(allowed) <= _EXACT:
        return indexes.words.search(query, depth, allowed)
    return _filtered(lambda n: indexes.words.search(query, n), depth, allowed)


def _filtered(search: Callable[[int], Ranking], depth: int, allowed: Collection[str] | None) -> Ranking:
    """Return the first `depth` allowed results, looking deeper until there are so many or no more."""
    n, seen = depth if allowed is None else _AHEAD * depth, -1
    while True:
        found = search(n)
        kept = found if allowed is None else [item for item in found if item[0] in allowed]
        if allowed is None or len(kept) >= depth or len(found) == seen:
            return kept[:depth]
        n, seen = n * 4, len(found)


def _ranks(ranking: Ranking) -> dict[str, int]:
    return {name: rank for rank, (name, _) in enumerate(ranking, start=1)}
