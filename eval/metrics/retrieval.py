"""How well papers are ranked, over a strict total order: no two papers share a rank, and none is ranked twice.

Not handled: judgements below zero, and pools with unjudged papers (an unjudged paper counts as not relevant).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence


def strict_order(scored: Iterable[tuple[str, float]]) -> list[str]:
    """Return ids by falling score, ties by id, each id once: one ranking whatever order the input came in."""
    return list(dict.fromkeys(name for name, _ in sorted(scored, key=lambda pair: (-pair[1], pair[0]))))


def recall_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return |relevant ∩ first k| / |relevant|; ValueError without a relevant paper.

    Manning, Raghavan & Schütze 2008, Introduction to Information Retrieval, 8.3.
    """
    if not relevant:
        raise ValueError("recall needs at least one relevant paper")
    return len(set(ranked[:k]) & set(relevant)) / len(set(relevant))


def ndcg_at(ranked: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """Return DCG@k / ideal DCG@k with DCG = Σ grade / log2(rank + 1); 0.0 when no grade is above 0.

    Järvelin & Kekäläinen 2002, ACM TOIS 20, with the linear gain of trec_eval's ndcg_cut.
    """
    gains = [max(grades.get(name, 0.0), 0.0) for name in ranked[:k]]
    ideal = sorted((g for g in grades.values() if g > 0), reverse=True)[:k]
    best = _dcg(ideal)
    return _dcg(gains) / best if best else 0.0


def mrr_at(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """Return 1 / rank of the first relevant paper among the first k; 0.0 when there is none. Voorhees 1999, TREC-8."""
    return next((1 / rank for rank, name in enumerate(ranked[:k], 1) if name in relevant), 0.0)


def within_budget(ranked: Sequence[str], tokens: Mapping[str, int], budget: int) -> int:
    """Return how many whole papers, best first, fit into `budget` tokens: the first that does not fit ends the count.

    An unknown paper counts as fitting nothing, so that a missing length never flatters.
    """
    used = 0
    for place, name in enumerate(ranked):
        used += tokens.get(name, budget + 1)
        if used > budget:
            return place
    return len(ranked)


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
