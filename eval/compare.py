"""Two runs on the same questions: what differs, how surely, and what the set could have shown.

Not handled: correction for the number of rows; of twenty rows that do not differ, one is told apart by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .aggregate import HONESTY, METRICS, Scored, score_run
from .intervals import (
    Interval,
    Part,
    is_share,
    mcnemar_exact,
    minimum_detectable_difference,
    paired_bootstrap,
    ratio,
)
from .questions import SetError
from .records import RunFolder

Pair = tuple[Part, Part]


@dataclass(frozen=True, slots=True)
class Row:
    """One metric in both runs over their `n` common questions; `p` is McNemar's, for shares of questions alone.

    `smallest` is the true difference that so many questions would show four times in five.
    """

    metric: str
    first: float
    second: float
    difference: float
    interval: Interval
    p: float | None
    smallest: float
    n: int

    @property
    def told_apart(self) -> bool:
        """Whether the difference is more than chance at 5%."""
        return self.p < 0.05 if self.p is not None else not self.interval[0] <= 0 <= self.interval[1]

    @property
    def better(self) -> bool | None:
        """Whether the second run is better, or None where the two are not told apart."""
        if not self.told_apart:
            return None
        return (self.difference > 0) == METRICS[self.metric].higher_is_better


def compare_folders(first: RunFolder, second: RunFolder, split: str | None = None) -> list[Row]:
    """Compare two runs of the same set; SetError where a question of the same id is not the same question."""
    mine, theirs = first.questions(), second.questions()
    common = mine.keys() & theirs.keys()
    differing = sorted(i for i in common if mine[i] != theirs[i])
    if differing:
        raise SetError(f"The runs are of different sets: these questions differ: {', '.join(differing[:5])}.")
    if not common:
        raise SetError("The runs have no question in common.")
    return compare(score_run(first, split), score_run(second, split))


def compare(first: Scored, second: Scored, metrics: Iterable[str] = METRICS) -> list[Row]:
    """Return a row for each metric that both runs have, over the questions that both answered."""
    rows = []
    for name in metrics:
        strata = [_pairs(first, second, half) for half in HONESTY.get(name, (name,))]
        if all(strata):
            flipped = [strata[0], [_complement(pair) for pair in strata[1]]] if name in HONESTY else strata
            rows.append(_row(name, flipped))
    return rows


def _row(name: str, strata: Sequence[Sequence[Pair]]) -> Row:
    difference, limits = paired_bootstrap(strata)
    pairs = [pair for stratum in strata for pair in stratum]
    first, second = (sum(ratio([p[side] for p in stratum]) for stratum in strata) / len(strata) for side in (0, 1))
    share = all(is_share(side) for side in zip(*pairs, strict=True)) and METRICS[name].is_share
    p = mcnemar_exact(*_discordant(pairs)) if share else None
    smallest = minimum_detectable_difference([_value(b) - _value(a) for a, b in pairs])
    return Row(name, first, second, difference, limits, p, smallest, len(pairs))


def _pairs(first: Scored, second: Scored, name: str) -> list[Pair]:
    mine: Mapping[str, Part] = first.parts.get(name, {})
    theirs: Mapping[str, Part] = second.parts.get(name, {})
    return [(mine[q], theirs[q]) for q in sorted(mine.keys() & theirs.keys()) if mine[q][1] and theirs[q][1]]


def _discordant(pairs: Sequence[Pair]) -> tuple[int, int]:
    return sum(a[0] > b[0] for a, b in pairs), sum(b[0] > a[0] for a, b in pairs)


def _complement(pair: Pair) -> Pair:
    (a, x), (b, y) = pair
    return (x - a, x), (y - b, y)


def _value(part: Part) -> float:
    return part[0] / part[1]
