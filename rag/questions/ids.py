"""The ids in a question: those of papers give way to the papers' titles, others name papers that are not here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.catalogue import Catalogue

_ARXIV = re.compile(
    r"(?:https?://arxiv\.org/(?:abs|pdf)/|arxiv:\s*)?(?<![\w.])(\d{4}\.\d{4,5})(?:v\d+)?(?![\w]|\.\d)", re.I
)
_OWN = re.compile(r"[^\s\"“”'()\[\],;?!]{6,}")
"""What may be the id that a record brought along, or that the catalogue made."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A question with titles in the place of ids, and the ids in it of papers that nothing is known of."""

    question: str
    strange: tuple[str, ...] = ()


def spell_ids(question: str, catalogue: Catalogue) -> Spelled:
    """Return `question` with the ids and aliases of papers replaced by their titles."""
    strange: list[str] = []

    def title(name: str) -> str | None:
        paper_id = catalogue.resolve(name)
        paper = catalogue.get([paper_id]).get(paper_id) if paper_id else None
        return paper.title if paper and paper.title else None

    def arxiv(found: re.Match[str]) -> str:
        if (told := title(found[1])) is None:
            strange.append(found[1])
        return told or found[0]

    def own(found: re.Match[str]) -> str:
        name = found[0].rstrip(".:")
        told = title(name) if any(char.isdigit() for char in name) else None
        return told + found[0][len(name) :] if told else found[0]

    return Spelled(_OWN.sub(own, _ARXIV.sub(arxiv, question)), tuple(strange))
