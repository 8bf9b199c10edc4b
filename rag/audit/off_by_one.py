"""Pointers that are one sentence off: where a neighbour carries the claim and the cited sentence does not, it is cited.

Models count sentences badly by one, and what is shown below the answer as its source then lacks what it says. Each
change is told. Not handled: pointers further off, or at a wrong paper, which the audit marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.audit.numbers import missing_numbers
from rag.audit.verdicts import LEAST_COVERAGE
from rag.base.text.overlap import content_words
from rag.cite import Resolved
from rag.cite.shown import shown_papers
from rag.nouns import Cite, Claim

LEAST_GAIN = 0.3
"""Coverage by which a neighbour must be ahead where no number decides, and two sentences of one where it does."""


def placed(resolved: Resolved) -> Resolved:
    """Return `resolved` with the pointers that were one sentence off at the sentence that carries their claim."""
    claims, warnings = [], list(resolved.warnings)
    for claim in resolved.claims:
        moved, note = next(_Pointed(resolved, claim).better(), (claim, ""))
        claims.append(moved)
        warnings += [note] * bool(note)
    return replace(resolved.with_claims(tuple(claims)), warnings=tuple(warnings))


class _Pointed:
    """A claim's words against the sentences that it could cite, without what stands next to them."""

    def __init__(self, resolved: Resolved, claim: Claim) -> None:
        self._claim, self._words = claim, resolved.words_of(claim)
        self._papers = {citation.number: citation.paper for citation in resolved.citations}
        self._weights = shown_papers(resolved.shown).weights

    def better(self) -> Iterator[tuple[Claim, str]]:
        """Yield the claim with a neighbour cited in the place of a cite, or beside it, and the note that tells it."""
        claim = self._claim
        lacks, covered = self._lacks_number(claim.cites), self._coverage(claim.cites)
        if not lacks and covered >= LEAST_COVERAGE:
            return
        for cite in claim.cites:
            moves = [(new, tuple(new if c == cite else c for c in claim.cites)) for new in self._neighbours(cite)]
            for new, moved in sorted(moves, key=lambda move: -self._coverage(move[1])):
                both = (*claim.cites, new)
                needs_both = lacks and self._coverage(both) >= self._coverage(moved) + LEAST_GAIN
                cites, place = (both, "beside") if needs_both else (moved, "in the place of")
                gained = self._coverage(cites)
                is_ahead = lacks or gained >= covered + LEAST_GAIN
                if is_ahead and gained >= LEAST_COVERAGE and not self._lacks_number(cites):
                    why = "it holds the number" if lacks else "it says what the answer says"
                    place = f"Sentence {new.sentence} of [{new.number}] is cited {place} sentence {cite.sentence}"
                    yield replace(claim, cites=cites), f"{place}: {why}."

    def _neighbours(self, cite: Cite) -> Iterator[Cite]:
        """Yield the sentences next to a cited one that are not cited themselves."""
        held = {(c.number, c.sentence) for c in self._claim.cites}
        for sentence in (cite.sentence + 1, cite.sentence - 1):
            within = cite.sentence and 1 <= sentence <= len(self._papers[cite.number].sentences)
            if within and (cite.number, sentence) not in held:
                yield Cite(cite.number, sentence, attached=True)

    def _lacks_number(self, cites: Sequence[Cite]) -> bool:
        papers = [self._papers[number] for number in {cite.number for cite in cites}]
        told = [self._told(cites), *(f"{paper.title}\n{paper.metadata_line()}" for paper in papers)]
        return bool(missing_numbers(self._words, "\n".join(told), counted=len(cites)))

    def _coverage(self, cites: Sequence[Cite]) -> float:
        covered = self._weights.coverage(content_words(self._words), frozenset(content_words(self._told(cites))))
        return 1.0 if covered is None else covered

    def _told(self, cites: Sequence[Cite]) -> str:
        return "\n".join(self._papers[cite.number].sentence(cite.sentence) for cite in cites)
