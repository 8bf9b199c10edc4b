"""What the rules of the grammar share: a question in one spelling of signs, the words for papers, what a rule has read.

Spans that a rule has understood are blanked, so that what is left is what nobody understood. Not handled: slips, which
`rag.retrieve.spelling` has mended.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rag.base.errors import UsageError

LONGEST_QUESTION = 8000
"""Characters of a question; more is a page, not a question."""


def checked(question: str) -> str:
    """Return the question without surrounding space, or raise UsageError for one that cannot be asked."""
    asked = question.strip()
    if not asked:
        raise UsageError("The question is empty. Ask something, for example: Which papers are about cultural bias?")
    if len(asked) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(asked):,} characters; up to {LONGEST_QUESTION:,} can be asked. "
            "Shorten it, or add long text as a page with: abstract-qa add FILE"
        )
    return asked


QUOTED = re.compile(r"“[^”]{2,300}”|\"[^\"]{2,300}\"|«[^»]{2,300}»|(?<!\w)['‘][^'‘’]{2,300}['’](?!\w)")
_SIGNS = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "‐": "-", "\u00a0": " "})


def folded(question: str) -> str:
    """Return `question` with one kind of dash, quote and space."""
    return unicodedata.normalize("NFC", question).translate(_SIGNS)


def pattern(shape: str) -> re.Pattern[str]:
    """Return what matches `shape`, of which a blank stands for any white space, in small letters and capitals."""
    return re.compile(shape.replace(" ?", r"\s?").replace(" ", r"\s+"), re.I)


PLAINLY_PAPERS = (
    r"(?:papers?|articles?|publications?|preprints?|abstracts?|entries|works|studies|(?<!s\s)(?:work|study))"
)
"""Nouns for papers; `work` and `study` are verbs after a plural."""
PAPERS = rf"(?:{PLAINLY_PAPERS}|titles|records?|ones?|anything|something|everything|nothing|research)"
WORKS = r"(?:benchmarks|data\s?sets|corpora|surveys|methods|approaches)"
"""Nouns for what papers bring, which stand for the papers themselves: `benchmarks from 2025`."""
PUBLISHED = r"(?:published|released|appear(?:ed)?|c[ao]me out|dated|posted|submitted|written)"
NEWS = pattern(r"\b(?:what|which) (?:has |have )?(?:came|come) out\b|\bwhat(?:'s| is) new\b")
OF_PAPERS = pattern(rf"\b{PAPERS}\b")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a question, from `start` up to `end`."""

    start: int
    end: int

    def span(self) -> tuple[int, int]:
        """Return where it begins and ends, as a match does."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Criterion(Span):
    """One criterion: where the question states it, the filters it sets, and what to say about it."""

    sets: dict[str, Any] = field(default_factory=dict)
    note: str = ""


_Spanned = TypeVar("_Spanned", bound=Span)


def without_overlaps(spans: Iterable[_Spanned]) -> list[_Spanned]:
    """Return spans in the order of the question, the longer one of two that overlap."""
    kept: list[_Spanned] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def blank(text: str, *spans: Span | re.Match[str], sign: str = " ") -> str:
    """Return `text` with spans overwritten by `sign`, so that offsets stay."""
    for start, end in (span.span() for span in spans):
        text = text[:start] + sign * (end - start) + text[end:]
    return text
