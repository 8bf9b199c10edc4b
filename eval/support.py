"""Whether the sentences that a statement cites bear it out, by words and numbers: the one place that judges support.

Overlap sees a wrong source well and a contradiction hardly at all (see the table of damage in the report); nothing
here says *true*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.text import numbers, share_found, without_markers

THRESHOLD = 0.4
"""Coverage below which the cited sentences are taken not to support a statement."""


@dataclass(frozen=True, slots=True)
class Source:
    """A cited sentence: its paper's title, its words, and the sentences next to it, where a number may stand too."""

    title: str
    quote: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found: coverage in [0, 1], the statement's numbers, and those of them that no source holds."""

    coverage: float
    numbers: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether enough of the words and every number are there."""
        return self.coverage >= THRESHOLD and not self.unmatched


def check(statement: str, sources: Sequence[Source]) -> Check:
    """Return how far the sources bear the statement out; without a source nothing is covered."""
    plain = without_markers(statement)
    wanted = tuple(numbers(plain))
    there = set(numbers(" ".join(f"{s.title} {s.quote} {s.near}" for s in sources)))
    coverage = share_found(plain, " ".join(f"{s.title} {s.quote}" for s in sources)) if sources else 0.0
    return Check(coverage, wanted, tuple(n for n in wanted if n not in there))


def supports(statement: str, sources: Sequence[Source]) -> bool:
    """Return whether the sources, taken together, support the statement."""
    return check(statement, sources).supported
