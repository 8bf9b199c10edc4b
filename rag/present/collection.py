"""Kept answers as one document: each with its question and note, and one list of references that all share.

Markers are numbered anew, by first use in the document; below a reference stand the sentences that were cited of it.
Not handled: style guides; a reference is authors, date, title and link, as far as the library knows them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.nouns import Answer, Citation, Claim
from rag.present.blocks import papers_words

TITLE = "Kept answers"


@dataclass(frozen=True, slots=True)
class AnswerCollection:
    """The document: answers with markers of the document, each with its note; references in the order of first use."""

    answers: tuple[tuple[Answer, str], ...]
    references: tuple[Citation, ...]


def collected(answers: Sequence[tuple[Answer, str]]) -> AnswerCollection:
    """Return answers, each with its note, as one document."""
    shared: dict[str, Citation] = {}
    for citation in (citation for answer, _ in answers for citation in answer.citations):
        known = shared.setdefault(citation.paper.paper_id, replace(citation, number=len(shared) + 1))
        sentences = dict.fromkeys((*known.sentences, *citation.sentences))
        shared[citation.paper.paper_id] = replace(known, sentences=tuple(sentences))
    return AnswerCollection(
        tuple((_renumbered(answer, shared), note) for answer, note in answers), tuple(shared.values())
    )


def _renumbered(answer: Answer, shared: dict[str, Citation]) -> Answer:
    """Return an answer with the numbers of the document; what in it papers wrote stays, and no claim has its place."""
    numbers = {citation.number: shared[citation.paper.paper_id].number for citation in answer.citations}
    sought = re.compile("|".join([*map(re.escape, papers_words(answer)), r"\[(\d{1,3})\]"]))

    def told(text: str) -> str:
        return sought.sub(lambda found: f"[{numbers.get(int(found[1]), found[1])}]" if found[1] else found[0], text)

    table = answer.table
    if table:
        rows = (tuple(told(cell) if isinstance(cell, str) else cell for cell in row) for row in table.rows)
        table = replace(table, columns=tuple(map(told, table.columns)), rows=tuple(rows))
    citations = tuple(replace(citation, number=numbers[citation.number]) for citation in answer.citations)
    claims = tuple(Claim(told(claim.text), 0, 0, support=claim.support) for claim in answer.claims)
    return replace(answer, text=told(answer.text), table=table, citations=citations, claims=claims)
