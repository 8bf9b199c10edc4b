"""From passages to an answer: the reader writes, pointers are resolved, every sentence is audited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.abstention import wording
from rag.audit import audit, excuse
from rag.cite import Resolved, resolve
from rag.nouns import Answer, Citation, Coverage, Draft, Paper, Passage, Query, Reason, Status, Support
from rag.readers import Reader

_RELATED = 3
"""Nearest titles that an abstention names."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the library holds, for an answer that has to say so."""

    coverage: Coverage
    pages: tuple[str, ...] = ()


def answer(
    query: Query,
    passages: tuple[Passage, ...],
    reader: Reader,
    holdings: Holdings,
    history: Sequence[Answer] = (),
) -> Iterator[Answer]:
    """Yield the growing answer; the last is final, audited and honest about its status."""
    if passages:
        for draft in reader.read(query, passages, history):
            yield _present(query, passages, draft, holdings, final=False)
    else:
        draft = _nothing(query, reader.name)
    yield _present(query, passages, draft, holdings, final=True)


def _nothing(query: Query, reader: str) -> Draft:
    reason = Reason.NOTHING_MATCHES_FILTERS if query.filters else Reason.NOT_IN_LIBRARY
    return Draft("", (), reader, Status.ABSTAINED, reason)


def _present(query: Query, passages: tuple[Passage, ...], draft: Draft, holdings: Holdings, *, final: bool) -> Answer:
    """Return what a draft amounts to; only the last one is audited."""
    is_ours = draft.status is Status.ABSTAINED and not draft.text.strip()
    if draft.status is Status.ABSTAINED:
        draft = _abstention(draft, holdings)
    status, reason = draft.status, draft.reason
    notes: tuple[str, ...] = ()
    resolved = resolve(draft, final=final)
    if final:
        asked = f"{query.question}\n{query.standalone}"
        resolved = audit(resolved, asked)
        if status is Status.ABSTAINED:
            resolved = excuse(resolved, asked, is_ours=is_ours)
        status, reason, notes = _verdict(draft, resolved)
    return Answer(
        question=query.question,
        standalone_question=query.standalone,
        status=status,
        reason=reason,
        text=resolved.text,
        citations=resolved.citations,
        claims=resolved.claims,
        related=_related(status, reason, passages, resolved.citations),
        evidence=passages,
        filters=query.filters,
        coverage=holdings.coverage,
        warnings=(*draft.warnings, *resolved.warnings, *notes),
        reader=draft.reader,
        usage=draft.usage,
        final=final,
    )


def _abstention(draft: Draft, holdings: Holdings) -> Draft:
    """Return an abstention with its text: the reader's own words, or ours where it has none."""
    reason = draft.reason or Reason.NOT_IN_ABSTRACTS
    text = draft.text.strip() or wording(reason, holdings.coverage.looked_at, holdings.pages)
    return replace(draft, text=text, reason=reason)


def _verdict(draft: Draft, resolved: Resolved) -> tuple[Status, Reason | None, tuple[str, ...]]:
    """Return status, reason and a note: the reader's own, lowered where an answer stands on nothing."""
    if draft.status is not Status.ANSWERED:
        return draft.status, draft.reason, ()
    reason = draft.reason or Reason.NOT_IN_ABSTRACTS
    if not resolved.citations:
        return Status.PARTIAL, reason, ()
    bears = (Support.SUPPORTED, Support.NOT_CHECKED)
    if not any(claim.cites and claim.support in bears for claim in resolved.claims):
        return Status.PARTIAL, reason, ("No sentence of this answer is supported by the words of what it cites.",)
    return draft.status, draft.reason, ()


def _related(
    status: Status, reason: Reason | None, passages: tuple[Passage, ...], citations: tuple[Citation, ...]
) -> tuple[Paper, ...]:
    """Return the nearest papers that an answer does not stand on, where it is not a full one; none to a greeting."""
    if status is Status.ANSWERED or reason is Reason.OFF_TOPIC:
        return ()
    cited = {c.paper.paper_id for c in citations}
    return tuple(p.paper for p in passages if p.paper.paper_id not in cited)[:_RELATED]
