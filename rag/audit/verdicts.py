"""What words and numbers can show about each sentence of an answer; never that it is true.

Measured on SciFact, shared words find wrong sources and do not find contradictions: hence the verdicts' names. Not
handled: negation, synonyms, a swapped name among shared words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from rag.audit.language import differ
from rag.audit.numbers import missing_numbers, numbers
from rag.audit.quotations import false_quotations
from rag.cite import Marker, Resolved
from rag.cite.overlap import content_words
from rag.cite.shown import Shown, read_shown
from rag.nouns import Claim, Paper, Support

LEAST_COVERAGE = 0.4
"""Below this part of a claim's weight in its evidence, no support is found; see `eval/audit_scifact.py`."""

LONGEST_NAMED = 80
"""Characters of a quotation that a warning repeats."""


def audit(resolved: Resolved) -> Resolved:
    """Return `resolved` with support and score in every claim, and a warning for each quotation that is none."""
    shown = read_shown(resolved.shown)
    papers = {citation.number: citation.paper for citation in resolved.citations}
    claims, warnings = [], list(resolved.warnings)
    for claim in resolved.claims:
        text = _without_markers(claim, resolved.markers)
        quotations = false_quotations(text, _whole_papers(claim, papers)) if claim.cites else ()
        warnings.extend(f"Quotation not found word for word: “{_shortened(quotation)}”" for quotation in quotations)
        claims.append(_judge(claim, text, papers, shown, has_false_quotation=bool(quotations)))
    return replace(resolved, claims=tuple(claims), warnings=tuple(warnings))


def _judge(claim: Claim, text: str, papers: dict[int, Paper], shown: Shown, *, has_false_quotation: bool) -> Claim:
    """Return `claim` with its verdict: a false quotation weighs most, then a missing number, then coverage."""
    words = content_words(text)
    if not claim.cites:
        says_nothing = text.rstrip(' *_"”)').endswith(("?", "？")) or not (words or any(numbers(text)))
        return replace(claim, support=Support.NOT_CHECKED if says_nothing else Support.UNCITED)
    cited = {cite.number for cite in claim.cites}
    comparable = not any(differ(text, papers[number].abstract) for number in cited)
    evidence, near = _evidence(claim, papers)
    coverage = shown.weights.coverage(words, _words(evidence), _words(near)) if comparable else None
    score = None if coverage is None else round(coverage, 3)
    if has_false_quotation:
        support = Support.NO_SUPPORT_FOUND
    elif missing_numbers(text, "\n".join(evidence + near), counted=len(cited)):
        support = Support.NUMBER_NOT_FOUND
    elif not comparable or (coverage is None and not any(numbers(text))):
        support = Support.NOT_CHECKED
    elif coverage is not None and coverage < LEAST_COVERAGE:
        support = Support.NO_SUPPORT_FOUND
    else:
        support = Support.SUPPORTED
    return replace(claim, support=support, score=score)


def _without_markers(claim: Claim, markers: Sequence[Marker]) -> str:
    """Return a claim's text without its markers, whose digits are ours."""
    text, position = [], claim.start
    first = bisect_left(markers, claim.start, key=lambda marker: marker.start)
    for marker in takewhile(lambda marker: marker.start < claim.end, islice(markers, first, None)):
        text += [claim.text[position - claim.start : marker.start - claim.start], " "]
        position = marker.end
    return "".join(text) + claim.text[position - claim.start :]


def _evidence(claim: Claim, papers: dict[int, Paper]) -> tuple[list[str], list[str]]:
    """Return the cited sentences with the cited papers' titles, and what stands near: next to them, and on the paper.

    Looking for numbers anywhere in the abstract would find almost no swapped number.
    """
    cited, near = [], []
    for cite in claim.cites:
        paper = papers[cite.number]
        cited += [paper.sentence(cite.sentence), paper.title]
        if cite.sentence:
            beside = (index for index in (cite.sentence - 1, cite.sentence + 1) if 1 <= index <= len(paper.sentences))
            near += [*map(paper.sentence, beside), paper.metadata_line()]
    return cited, near


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in content_words(text))


def _whole_papers(claim: Claim, papers: dict[int, Paper]) -> Sequence[str]:
    numbers = sorted({cite.number for cite in claim.cites})
    return [f"{papers[n].title}\n{papers[n].abstract}\n{papers[n].metadata_line()}" for n in numbers]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_NAMED else text[: LONGEST_NAMED - 1].rstrip() + "…"
