"""Pointers that are one sentence off: where a neighbour carries the claim and the cited sentence does not, it is cited.

Models count sentences badly by one, and what is shown below the answer as its source then lacks what it says. Each
change is told. Not handled: pointers further off, or at a wrong paper, which the audit marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.audit.numbers import missing_numbers
from rag.audit.verdicts import LEAST_COVERAGE
from rag.base.text.overlap import Weights, content_words
from rag.cite import Resolved
from rag.cite.shown import shown_papers
from rag.nouns import Cite, Claim, Paper

LEAST_GAIN = 0.3
"""Coverage by which a neighbour must be ahead where no number decides, and two sentences of one where it does."""


def placed(resolved: Resolved) -> Resolved:
    """Return `resolved` with the pointers that were one sentence off at the sentence that carries their claim."""
    weights = shown_papers(resolved.shown).weights
    papers = {citation.number: citation.paper for citation in resolved.citations}
    claims, warnings = [], list(resolved.warnings)
    for claim in resolved.claims:
        words = resolved.words_of(claim)
        for cite in claim.cites if not _carries(words, claim.cites, papers, weights) else ():
            if found := _better(words, claim, cite, papers, weights):
                claim, note = found
                warnings.append(note)
                break
        claims.append(claim)
    return replace(resolved.with_claims(tuple(claims)), warnings=tuple(warnings))


def _better(
    words: str, claim: Claim, cite: Cite, papers: dict[int, Paper], weights: Weights
) -> tuple[Claim, str] | None:
    """Return the claim with a neighbour cited in the place of `cite`, or beside it, and the note that tells it."""

    def covered(cites: tuple[Cite, ...]) -> float:
        return _coverage(words, cites, papers, weights)

    lacks_number = _lacks_number(words, claim.cites, papers)
    for moved in sorted(_moves(claim, cite, papers), key=lambda cites: -covered(cites)):
        (new,) = set(moved) - set(claim.cites)
        both = (*claim.cites, new)
        needs_both = lacks_number and covered(both) >= covered(moved) + LEAST_GAIN
        cites, place = (both, "beside") if needs_both else (moved, "in the place of")
        is_ahead = lacks_number or covered(cites) >= covered(claim.cites) + LEAST_GAIN
        if is_ahead and _carries(words, cites, papers, weights):
            why = "it holds the number" if lacks_number else "it says what the answer says"
            note = f"Sentence {new.sentence} of [{new.number}] is cited {place} sentence {cite.sentence}: {why}."
            return replace(claim, cites=cites), note
    return None


def _moves(claim: Claim, cite: Cite, papers: dict[int, Paper]) -> Iterator[tuple[Cite, ...]]:
    """Yield the cites of `claim` with a sentence next to that of `cite` in its place."""
    held = {(c.number, c.sentence) for c in claim.cites}
    for sentence in (cite.sentence + 1, cite.sentence - 1):
        within = cite.sentence and 1 <= sentence <= len(papers[cite.number].sentences)
        if within and (cite.number, sentence) not in held:
            yield tuple(Cite(cite.number, sentence, attached=True) if c == cite else c for c in claim.cites)


def _carries(words: str, cites: Sequence[Cite], papers: dict[int, Paper], weights: Weights) -> bool:
    """Tell whether the cited sentences alone, without what stands next to them, hold what a claim says."""
    return not _lacks_number(words, cites, papers) and _coverage(words, cites, papers, weights) >= LEAST_COVERAGE


def _lacks_number(words: str, cites: Sequence[Cite], papers: dict[int, Paper]) -> bool:
    told = (f"{papers[n].title}\n{papers[n].metadata_line()}" for n in {cite.number for cite in cites})
    return bool(missing_numbers(words, "\n".join([*_sentences(cites, papers), *told]), counted=len(cites)))


def _coverage(words: str, cites: Sequence[Cite], papers: dict[int, Paper], weights: Weights) -> float:
    evidence = frozenset(content_words("\n".join(_sentences(cites, papers))))
    covered = weights.coverage(content_words(words), evidence)
    return 1.0 if covered is None else covered


def _sentences(cites: Sequence[Cite], papers: dict[int, Paper]) -> list[str]:
    return [papers[cite.number].sentence(cite.sentence) for cite in cites]
