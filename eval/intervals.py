"""Uncertainty: intervals for shares and means, tests for two runs on the same questions, and what a set can show.

Every bootstrap draws questions, the unit of the set, from a seeded generator. Not handled: correction for looking
at many metrics at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

Interval = tuple[float, float]
Part = tuple[float, float]
"""What one question adds to a metric: numerator and denominator; the metric is the sum of the one over the other."""


class Figure(NamedTuple):
    """A metric's value with its 95% interval where there is one, over `n` questions."""

    value: float
    interval: Interval | None
    n: int


Z95 = 1.959963984540054
Z80 = 0.8416212335729143
DRAWS = 2000
SEED = 20250930


def wilson(successes: float, n: int, z: float = Z95) -> Interval:
    """Return Wilson's score interval for a share of `n`; (0, 1) when n is 0.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). Wilson 1927, J. Am. Stat. Assoc. 22.
    """
    if n == 0:
        return (0.0, 1.0)
    p, spread = successes / n, z * z / n
    half = z * math.sqrt(p * (1 - p) / n + spread / (4 * n))
    low, high = (p + spread / 2 - half) / (1 + spread), (p + spread / 2 + half) / (1 + spread)
    return (max(0.0, min(low, p)), min(1.0, max(high, p)))  # rounding must not leave the share outside


def is_share(parts: Sequence[Part]) -> bool:
    """Return whether every question adds 0 or 1 to a count of questions, so that Wilson's interval holds."""
    return all(den == 1 and num in (0, 1) for num, den in parts)


def ratio(parts: Sequence[Part]) -> float:
    """Return the sum of numerators over the sum of denominators; NaN without any denominator."""
    total = sum(den for _, den in parts)
    return sum(num for num, _ in parts) / total if total else math.nan


def interval(parts: Sequence[Part], *, share: bool = True, seed: int = SEED) -> Interval:
    """Return a metric's 95% interval: Wilson's for a share of questions, else a percentile bootstrap of questions.

    Where every question is at 0, or every one at 1, a bootstrap would claim certainty: then too Wilson's, counting
    questions. `share` is false for what is no share at all, such as seconds.
    """
    if share and is_share(parts):
        return wilson(sum(num for num, _ in parts), len(parts))
    if share and (all(num == 0 for num, _ in parts) or all(num == den for num, den in parts)):
        return wilson(len(parts) * ratio(parts), len(parts))
    return _percentiles(_draws([parts], seed))


def figure(parts: Sequence[Part], *, share: bool = True) -> Figure:
    """Return a metric from what each question adds to it."""
    return Figure(ratio(parts), interval(parts, share=share), len(parts))


def mean_of_shares(first: tuple[float, int], second: tuple[float, int]) -> tuple[float, Interval]:
    """Return the mean of two independent shares (successes, n) and its 95% interval.

    The square-and-add of Wilson's limits: Newcombe 1998, Statistics in Medicine 17, "hybrid score" method 10.
    """
    (k1, n1), (k2, n2) = first, second
    if not n1 or not n2:
        return math.nan, (0.0, 1.0)
    p1, p2 = k1 / n1, k2 / n2
    (l1, u1), (l2, u2) = wilson(k1, n1), wilson(k2, n2)
    centre = (p1 + p2) / 2
    low = centre - math.hypot(p1 - l1, p2 - l2) / 2
    high = centre + math.hypot(u1 - p1, u2 - p2) / 2
    return centre, (max(0.0, low), min(1.0, high))


def paired_bootstrap(strata: Sequence[Sequence[tuple[Part, Part]]], seed: int = SEED) -> tuple[float, Interval]:
    """Return the difference B - A of a metric over the same questions, and its 95% percentile interval.

    Each stratum holds one (part in A, part in B) per question and is drawn on its own; the metric is the mean of the
    strata's ratios (one stratum: the plain ratio). Efron & Tibshirani 1993, chapter 13; pairs after Koehn 2004.
    """
    a = [[pair[0] for pair in stratum] for stratum in strata]
    b = [[pair[1] for pair in stratum] for stratum in strata]
    observed = sum(ratio(y) - ratio(x) for x, y in zip(a, b, strict=True)) / len(strata)
    return observed, _percentiles(_draws(b, seed) - _draws(a, seed))


def mcnemar_exact(only_a: int, only_b: int) -> float:
    """Return the two-sided exact p of McNemar's test from the two discordant counts; 1.0 when both are 0.

    2 Σ_{i ≤ min} C(n, i) / 2ⁿ with n = only_a + only_b, at most 1. McNemar 1947, Psychometrika 12.
    """
    n = only_a + only_b
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, i) for i in range(min(only_a, only_b) + 1))
    return float(min(1.0, 2 * tail / 2**n))


def minimum_detectable_difference(differences: Sequence[float]) -> float:
    """Return the smallest true mean difference that n paired questions would show at 5%, four times in five.

    (z.975 + z.80) s / √n with s the standard deviation of the paired differences. Cohen 1988, chapter 2. Where no
    question differs s is taken as if one did.
    """
    n = len(differences)
    if n < 2:
        return math.inf
    mean = sum(differences) / n
    variance = sum((d - mean) ** 2 for d in differences) / (n - 1)
    return (Z95 + Z80) * math.sqrt(max(variance, 1 / n) / n)


def _draws(strata: Sequence[Sequence[Part]], seed: int) -> Any:
    """Return DRAWS bootstrap values of the mean of the strata's ratios; the same seed draws the same questions."""
    import numpy as np

    generator = np.random.default_rng(seed)
    total = np.zeros(DRAWS)
    for stratum in strata:
        parts = np.asarray(stratum, dtype=float).reshape(-1, 2)
        picks = generator.integers(0, max(len(parts), 1), size=(DRAWS, len(parts)))
        sums = parts[picks].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            total += sums[:, 0] / sums[:, 1]
    return total / len(strata)


def _percentiles(values: Any) -> Interval:
    import numpy as np

    low, high = np.nanpercentile(values, [2.5, 97.5]) if np.isfinite(values).any() else (math.nan, math.nan)
    return (float(low), float(high))
