"""Whether the sentences that a statement cites bear it out: the library's audit, put to any set of citations.

The one place that judges support. The audit's parts are used as they are (weighted coverage of words, numbers there or
next to them), so that a damaged statement is judged as a real one would be. Overlap sees a wrong source well and a
contradiction hardly at all (see the table of damage in the report); nothing here says *true*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.audit.numbers import missing_numbers, numbers
from rag.audit.verdicts import LEAST_COVERAGE
from rag.cite.overlap import Weights, content_words, weights
from rag.text.language import differ

from .papers import PaperText
from .text import without_markers


@dataclass(frozen=True, slots=True)
class Source:
    """A cited sentence: its paper's title, its words, and what stands near, where a number may stand too."""

    title: str
    quote: str
    near: str = ""
    abstract: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found: coverage in [0, 1] (None where there are no words), how many numbers, and those not found."""

    coverage: float | None
    numbers: int = 0
    unmatched: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether enough of the words and every number are there."""
        enough = self.numbers > 0 if self.coverage is None else self.coverage >= LEAST_COVERAGE
        return enough and not self.unmatched


@dataclass(frozen=True, slots=True)
class Support:
    """The check, with words weighted by their rarity in the sentences of the papers laid before the reader."""

    weights: Weights

    @classmethod
    def among(cls, papers: Sequence[PaperText]) -> Support:
        """Return the check for an answer from these papers."""
        return cls(weights([words for paper in papers for words in _sentence_words(paper)]))

    def check(self, statement: str, sources: Sequence[Source]) -> Check:
        """Return how far the sources bear the statement out; without a source nothing does."""
        plain = without_markers(statement)
        evidence = "\n".join(f"{s.title}\n{s.quote}" for s in sources)
        near = "\n".join(s.near for s in sources)
        missing = missing_numbers(plain, f"{evidence}\n{near}", counted=len({s.title for s in sources}))
        covered = self.weights.coverage(content_words(plain), *map(_words, (evidence, near))) if sources else 0.0
        return Check(covered, len(list(numbers(plain))), missing)

    def supports(self, statement: str, sources: Sequence[Source]) -> bool:
        """Return whether the sources, taken together, support the statement."""
        return self.check(statement, sources).supported


def comparable(statement: str, sources: Sequence[Source]) -> bool:
    """Return whether statement and sources are in one language, as far as can be told."""
    return not any(differ(without_markers(statement), s.abstract) for s in sources)


def is_claim(statement: str) -> bool:
    """Return whether a sentence says something that could be borne out: no question, and not without a word."""
    plain = without_markers(statement).strip()
    return not plain.rstrip(' *_"”)').endswith(("?", "？")) and bool(content_words(plain) or any(numbers(plain)))


def _words(text: str) -> frozenset[str]:
    return frozenset(content_words(text))


@lru_cache(maxsize=20_000)
def _sentence_words(paper: PaperText) -> tuple[frozenset[str], ...]:
    return (_words(paper.title), *(_words(paper.sentence(n)) for n in range(len(paper.sentences) + 1)))
