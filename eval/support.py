"""Whether the sentences that a statement cites bear it out: the library's audit, put to any set of citations.

The one place that judges support. The audit's parts are used as they are (weighted coverage of words, numbers there or
next to them), so that a damaged statement is judged as a real one would be. Overlap sees a wrong source well and a
contradiction hardly at all (see the table of damage in the report); nothing here says *true*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.audit.numbers import missing_numbers, numbers
from rag.audit.verdicts import LEAST_COVERAGE
from rag.base.text.languages import differ
from rag.base.text.overlap import Weights, content_words, weights

from .records import PaperText

# ----------------------------------------------------------------------------------------------------
# Words as the scorers of evidence and nuggets see them: small, fixed, and apart from the words that search sees.
#
# Not handled: word stems beyond a few English suffixes, and number words ("three").

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*", re.UNICODE)
_MARKER = re.compile(r"\s?\[\d+(?:\s*[,;]\s*\d+)*\]")
_SUFFIXES = ("ations", "ation", "ingly", "ments", "ment", "ings", "ing", "edly", "ed", "ies", "es", "ly", "s", "e", "y")
_LITTLE_WORDS = """
    a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing done down during each either else ever every few for from further get
    gets give given gives had has have having he her here hers him his how i if in into is it its itself just let made
    make makes many me might more most much must my neither no nor not now of off on once one only or other our ours
    out over own per please rather really same say says shall she should show shows since so some still such than that
    the their theirs them then there these they this those through thus to too under until up upon us use used uses
    using very via was way we well were what when where whether which while who whom whose why will with within without
    would yes yet you your yours paper papers work study"""
STOP_WORDS = frozenset(_LITTLE_WORDS.split())


def stem(word: str) -> str:
    """Return a lower-cased word without one common English suffix, at least three letters long."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def content_tokens(text: str) -> list[str]:
    """Return the stems of a text's words and numbers in order, without stop words and single letters."""
    words = (w.replace(",", "") for w in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
    return [stem(w) for w in words if w not in STOP_WORDS and (len(w) > 1 or w.isdigit())]


def without_markers(text: str) -> str:
    """Return an answer's text without its `[1]` citation markers."""
    return _MARKER.sub("", text)


def share_found(wanted: str, source: str) -> float:
    """Return the share of the distinct content tokens of `wanted` that occur in `source`; 0.0 when it has none."""
    tokens = _distinct(wanted)
    return len(tokens & _distinct(source)) / len(tokens) if tokens else 0.0


@lru_cache(maxsize=20_000)
def _distinct(text: str) -> frozenset[str]:
    """Return a text's distinct content tokens; kept, since abstracts are asked for again and again."""
    return frozenset(content_tokens(text))


# ----------------------------------------------------------------------------------------------------


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
