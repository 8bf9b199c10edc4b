"""Example questions that fit the library at hand, made from its papers' titles, organisations and dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from rag.nouns import Paper
from rag.page.cards import shown_date

_WORD = re.compile(r"[A-Za-z][A-Za-z-]+")
_EMPTY = frozenset(
    "a an and are as at by can for from how in into is it of on or the their through to towards toward under via "  # noqa: SIM905
    "what when where which who why with without using based new do does not be your our we you all beyond".split()
)
_LONGEST_NAME = 32
"""Characters of a title's first part that still reads as a name."""


def example_questions(papers: Sequence[Paper], most: int = 4) -> list[str]:
    """Return up to `most` questions, each of another kind, that the papers can answer."""
    kinds = (_by_name(papers), _by_subject(papers), _by_organisation(papers), _by_time(papers))
    return [question for question in kinds if question][:most]


def _by_name(papers: Sequence[Paper]) -> str | None:
    """Ask about the newest paper whose title begins with a name."""
    for paper in sorted(papers, key=lambda p: (p.date or "", p.paper_id), reverse=True):
        name, colon, _ = paper.title.partition(":")
        if colon and len(name) <= _LONGEST_NAME and len(paper.sentences) > 2:
            return f"What does {name.strip()} do, and how well does it work?"
    return None


def _by_subject(papers: Sequence[Paper]) -> str | None:
    """Ask about the pair of words that most titles share."""
    counts = Counter(pair for paper in papers for pair in set(_pairs(paper.title)))
    subject = _commonest(counts, at_least=2)
    return f"Which papers deal with {subject}?" if subject else None


def _by_organisation(papers: Sequence[Paper]) -> str | None:
    subject = _commonest(Counter(p.organisation for p in papers if p.organisation), at_least=2)
    return f"What has {subject} published here?" if subject else None


def _by_time(papers: Sequence[Paper]) -> str | None:
    month = _commonest(Counter(p.date[:7] for p in papers if p.date and len(p.date) >= 7), at_least=2)
    return f"How many papers are from {shown_date(month)}?" if month else None


def _pairs(title: str) -> Iterator[str]:
    for left, right in pairwise(_WORD.findall(title)):
        if len(left) > 2 and len(right) > 2 and not _EMPTY & {left.lower(), right.lower()}:
            yield f"{left} {right}".lower()


def _commonest(counts: Counter[str], at_least: int) -> str | None:
    """Return the most frequent entry, the alphabet deciding between equals."""
    likely: Iterable[tuple[str, int]] = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return next((name for name, count in likely if count >= at_least), None)
