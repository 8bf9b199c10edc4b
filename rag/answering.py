"""From passages to an answer: the reader writes, pointers are resolved, every sentence is audited."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.audit import Checker, audit, excuse, placed
from rag.cite import Resolved, resolve
from rag.nouns import (
    EXTRACTIVE,
    Answer,
    Citation,
    Coverage,
    Draft,
    Paper,
    Passage,
    Query,
    Reason,
    Status,
    Support,
    Table,
)
from rag.read.abstention import abstention
from rag.read.draft_repair import BEARS
from rag.read.reader import Reader

_POINTER = re.compile(r"(?<=” )\[P(\d+)\.\d+\]")
"""A pointer behind a quotation in a cell."""
_RELATED = 3
"""Nearest titles that an abstention names."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the library holds, for an answer that has to say so."""

    coverage: Coverage
    pages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    named: tuple[Paper, ...] = ()
    """The papers that the question names and that are held."""


def answer(
    query: Query,
    passages: tuple[Passage, ...],
    reader: Reader,
    holdings: Holdings,
    history: Sequence[Answer] = (),
    checker: Checker | None = None,
) -> Iterator[Answer]:
    """Yield the growing answer; the last is final, audited (by `checker` for meaning) and honest about its status."""
    if passages:
        for draft in reader.read(query, passages, history):
            growing = _with_words(draft, holdings)
            yield replace(_answer(query, passages, growing, resolve(growing, final=False), holdings), final=False)
    else:
        reason = Reason.NOTHING_MATCHES_FILTERS if query.filters else Reason.NOT_IN_LIBRARY
        draft = Draft("", (), reader.name, Status.ABSTAINED, reason)
    yield _audited(query, passages, draft, holdings, checker)


def _audited(
    query: Query, passages: tuple[Passage, ...], draft: Draft, holdings: Holdings, checker: Checker | None
) -> Answer:
    """Return the final answer: every sentence of the draft audited, and its status lowered where it stands on nothing.

    What code counted and does not point at, the catalogue bears out.
    """
    is_ours = draft.reader == EXTRACTIVE or not draft.text.strip()
    draft = _with_words(draft, holdings)
    asked = f"{query.question}\n{query.standalone}"
    resolved = audit(placed(resolve(draft, final=True)), asked, checker)
    if draft.status is Status.ABSTAINED:
        resolved = excuse(resolved, asked, is_ours=is_ours)
    if draft.counted:
        borne = (c if c.cites else replace(c, support=Support.SUPPORTED, score=1.0) for c in resolved.claims)
        resolved = replace(resolved, claims=tuple(borne))
    stands = any((claim.cites or draft.counted) and claim.support in BEARS for claim in resolved.claims)
    notes: tuple[str, ...] = ()
    if draft.status is Status.ANSWERED and not (stands and resolved.citations):
        draft = replace(draft, status=Status.PARTIAL, reason=draft.reason or Reason.NOT_IN_ABSTRACTS)
        notes = ("No sentence of this answer is supported by the words of what it cites.",) * bool(resolved.citations)
    answer = _answer(query, passages, draft, resolved, holdings)
    return replace(answer, warnings=(*answer.warnings, *notes), doing="")


def _answer(
    query: Query, passages: tuple[Passage, ...], draft: Draft, resolved: Resolved, holdings: Holdings
) -> Answer:
    return Answer(
        question=query.question,
        standalone_question=query.standalone,
        status=draft.status,
        reason=draft.reason,
        text=resolved.text,
        citations=resolved.citations,
        claims=resolved.claims,
        related=_related(draft, resolved.citations),
        evidence=passages,
        filters=query.filters,
        coverage=holdings.coverage,
        table=_numbered(draft, resolved.citations),
        warnings=(*holdings.notes, *draft.warnings, *resolved.warnings),
        reader=draft.reader,
        usage=draft.usage,
        doing=draft.doing,
        synthesis=draft.synthesis,
    )


def _with_words(draft: Draft, holdings: Holdings) -> Draft:
    """Return a draft as it is; an abstention with the reader's own words, or ours where it has none."""
    if draft.status is not Status.ABSTAINED:
        return draft
    reason = draft.reason or Reason.NOT_IN_ABSTRACTS
    if reason is Reason.NOT_IN_LIBRARY and holdings.named:
        reason = Reason.NOT_IN_ABSTRACTS
    text = draft.text.strip() or abstention(reason, holdings.coverage.looked_at, holdings.pages, holdings.named)
    return replace(draft, text=text, reason=reason)


def _numbered(draft: Draft, citations: tuple[Citation, ...]) -> Table | None:
    """Return a draft's table with the numbers of the answer in the place of its pointers."""
    if draft.table is None:
        return None
    numbers = {citation.paper.paper_id: citation.number for citation in citations}

    def marker(pointer: re.Match[str]) -> str:
        if any(f"” {pointer[0]}" in passage.paper.abstract for passage in draft.shown):
            return pointer[0]  # an abstract's own
        number = numbers.get(draft.shown[int(pointer[1]) - 1].paper.paper_id)
        return f"[{number}]" if number else ""

    rows = [
        tuple(_POINTER.sub(marker, cell).strip() if isinstance(cell, str) else cell for cell in row)
        for row in draft.table.rows
    ]
    return replace(draft.table, rows=tuple(rows))


def _related(draft: Draft, citations: tuple[Citation, ...]) -> tuple[Paper, ...]:
    """Return the nearest papers that an answer does not stand on: as the reader says, else those of no full answer."""
    if draft.related or draft.status is Status.ANSWERED or draft.reason is Reason.OFF_TOPIC:
        return draft.related
    cited = {c.paper.paper_id for c in citations}
    return tuple(p.paper for p in draft.shown if p.paper.paper_id not in cited)[:_RELATED]
