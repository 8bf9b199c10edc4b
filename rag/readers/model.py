"""The reader with a model: one streamed call from passages to a draft, with the model's own verdict read from its head.

The verdict and the text may disagree; then the more reserved of the two counts, and it is said. Not handled here:
resolving pointers and auditing sentences, which come after, and what to show when the model fails before its first
word (`ModelFailed` is raised then).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.cite.scan import Pointers, Text, pieces
from rag.cite.shown import read_shown
from rag.cite.unwrap import unwrap
from rag.errors import ModelFailed, PromptTooLong
from rag.nouns import Answer, Draft, Passage, Query, Reason, Status
from rag.readers import prompts
from rag.readers.endpoint import Endpoint
from rag.readers.replies import Finish, Reply
from rag.readers.shown import Evidence, neutral_lines, show
from rag.readers.tokens import count
from rag.readers.verdict import Verdict, read_verdict
from rag.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

REPLY_TOKENS = 1_500
"""Room kept in the window for the reply, and for tokenizers that count more than ours."""
TURNS, LONGEST_TURN = 3, 800
"""Earlier questions that a model is shown, and characters of the answer to each."""

_OUTCOMES = {
    Verdict.ANSWERS: (Status.ANSWERED, None),
    Verdict.PARTLY: (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS),
    Verdict.WRONG_PREMISE: (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS),
    Verdict.NOT_STATED: (Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS),
    Verdict.NO_PAPER: (Status.ABSTAINED, Reason.NOT_IN_LIBRARY),
    Verdict.AMBIGUOUS: (Status.ABSTAINED, Reason.AMBIGUOUS),
    Verdict.OFF_TOPIC: (Status.ABSTAINED, Reason.OFF_TOPIC),
}
_BARE: dict[Reason | None, str] = {
    Reason.NOT_IN_ABSTRACTS: "The abstracts do not say.",
    Reason.NOT_IN_LIBRARY: "No paper found in the library is about this.",
    Reason.AMBIGUOUS: "The question can be read in several ways; please say which is meant.",
    Reason.OFF_TOPIC: "This is no question about the papers of the library.",
}
"""What a person reads where a model gave its verdict and not a word more."""
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|[。！？]|\n+")
_MARKER = re.compile(r"\s?\[\d{1,3}\]")


def write(
    query: Query,
    passages: Sequence[Passage],
    settings: Settings,
    endpoint: Endpoint,
    history: Sequence[Answer] = (),
) -> Iterator[Draft]:
    """Yield growing drafts, all but the last with `complete` False; a last one that broke off has the reason CUT_OFF.

    ModelFailed when the endpoint fails before the first word; a prompt that does not fit is tried with fewer papers.
    """
    budget = _room(query, settings, endpoint, history)
    notes: tuple[str, ...] = ()
    while True:
        evidence = show(passages, budget)
        if budget < settings.budget and len(evidence.passages) < len(passages):
            notes = (_too_small(endpoint, evidence, passages),)
        try:
            yield from _drafts(query, evidence, endpoint, history, notes)
            return
        except PromptTooLong as error:
            budget = _smaller(budget, evidence, error, endpoint)
            if len(evidence.passages) <= 1 or budget < 100:
                raise


def _drafts(
    query: Query, evidence: Evidence, endpoint: Endpoint, history: Sequence[Answer], notes: tuple[str, ...]
) -> Iterator[Draft]:
    draft = Draft("", evidence.passages, endpoint.model, complete=False, warnings=notes)
    reply = Reply()
    try:
        for reply in endpoint.stream(_messages(query, evidence.text, history)):
            if reply.finish is None and (text := _growing(reply.text, draft)) is not None:
                draft = text
                yield draft
    except ModelFailed as error:
        if not draft.text:
            raise
        reply = replace(reply, finish=Finish.CUT)
        notes = (*notes, str(error))
    yield _last(reply, evidence, endpoint, notes)


def _messages(query: Query, papers: str, history: Sequence[Answer]) -> list[ChatMessage]:
    return prompts.messages(
        "answer",
        papers=papers,
        history=[_turn(answer) for answer in history[-TURNS:]],
        question=neutral_lines(query.question),
        standalone="" if query.standalone == query.question else neutral_lines(query.standalone),
    )


def _turn(answer: Answer) -> dict[str, str]:
    """Return an earlier question and its answer, without the numbers that belong to its own references."""
    text = _MARKER.sub("", answer.text)[:LONGEST_TURN]
    return {"question": neutral_lines(answer.question)[:LONGEST_TURN], "answer": neutral_lines(text)}


def _room(query: Query, settings: Settings, endpoint: Endpoint, history: Sequence[Answer]) -> int:
    """Return the tokens left for papers: the budget, or less where the model's window is small."""
    around = sum(count(message.content or "") for message in _messages(query, "", history))
    return max(0, min(settings.budget, endpoint.context_window - around - REPLY_TOKENS))


def _smaller(budget: int, evidence: Evidence, error: PromptTooLong, endpoint: Endpoint) -> int:
    """Return the budget for the next try: what the named window leaves, at most two thirds of what was too much."""
    named = error.window if error.window and error.window < endpoint.context_window else None
    left = named - REPLY_TOKENS - 1_500 if named else budget
    return max(0, min(left, evidence.tokens * 2 // 3)) if left > 100 else evidence.tokens // 3


def _too_small(endpoint: Endpoint, evidence: Evidence, passages: Sequence[Passage]) -> str:
    return (
        f"The context window of {endpoint.model} is small: it was shown {len(evidence.passages)} "
        f"of the {len(passages)} papers found."
    )


def _growing(reply: str, before: Draft) -> Draft | None:
    """Return the draft so far, or None while there is nothing new in it."""
    read = read_verdict(unwrap(reply, final=False), final=False)
    if not read.text.strip() or read.text == before.text:
        return None
    status, reason = _OUTCOMES[read.verdict] if read.verdict else (Status.ANSWERED, None)
    return replace(before, text=read.text, status=status, reason=reason)


def _last(reply: Reply, evidence: Evidence, endpoint: Endpoint, notes: tuple[str, ...]) -> Draft:
    read = read_verdict(unwrap(reply.text, final=True), final=True)
    judged = _judge(read.verdict, read.text.rstrip(), evidence.passages)
    if read.unreadable:
        notes = (*notes, "The model's verdict on the evidence could not be read; its citations decide.")
    if _is_other(reply.model, endpoint.model):
        notes = (*notes, f"The endpoint answered with the model {reply.model}, not {endpoint.model}.")
    text = judged.text or _BARE.get(judged.reason if read.verdict else None, "")
    if not text:
        raise ModelFailed(f"{endpoint.model} at {endpoint.where} sent no answer. Try again, or set another RAG_MODEL.")
    draft = Draft(
        text,
        evidence.passages,
        endpoint.model,
        judged.status,
        judged.reason,
        warnings=(*notes, *judged.notes),
        usage=reply.usage,
    )
    return _cut_off(draft, reply.finish)


@dataclass(frozen=True, slots=True)
class _Judged:
    status: Status
    reason: Reason | None
    text: str
    notes: tuple[str, ...] = ()


def _judge(verdict: Verdict | None, text: str, passages: tuple[Passage, ...]) -> _Judged:
    """Hold the model's verdict against what it wrote; where they disagree, the more reserved of the two counts."""
    first = _first_pointer(text, passages)
    if verdict is None:
        if first is None:
            note = "The model gave no verdict and points at no sentence: taken as no answer."
            return _Judged(Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS, text, (note,))
        return _Judged(Status.ANSWERED, None, text)
    status, reason = _OUTCOMES[verdict]
    if first is None and status is not Status.ABSTAINED:
        note = "The model says that the abstracts answer, but points at no sentence of them."
        return _Judged(Status.PARTIAL, Reason.NOT_IN_ABSTRACTS, text, (note,))
    if first is not None and reason is Reason.AMBIGUOUS:
        return _Judged(Status.PARTIAL, reason, text)
    if first is not None and status is Status.ABSTAINED:
        return _disagreeing(reason, text, first)
    return _Judged(status, reason, text)


def _disagreeing(reason: Reason | None, text: str, first: int) -> _Judged:
    """An abstention that cites: what comes before its first cited sentence stays, and is an abstention that cites
    nothing; one that cites from its first sentence on is an answer in part."""
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, first) if end.end() < first or end[0].endswith("\n")]
    kept = text[: ends[-1]].rstrip() if ends else ""
    if kept:
        note = "The model says that the abstracts do not answer; what it added with sources was left out."
        return _Judged(Status.ABSTAINED, reason, kept, (note,))
    note = "The model says that the abstracts do not answer, yet cites sentences: take it as an answer in part."
    return _Judged(Status.PARTIAL, reason, text, (note,))


def _first_pointer(text: str, passages: tuple[Passage, ...]) -> int | None:
    """Return where the first pointer of `text` stands, None without one."""
    position = 0
    for piece in pieces(text, read_shown(passages)):
        if isinstance(piece, Pointers):
            return position
        if isinstance(piece, Text):
            position = text.index(piece.text, position) + len(piece.text)
    return None


def _cut_off(draft: Draft, finish: Finish | None) -> Draft:
    """Mark a draft whose end is missing."""
    why = {
        Finish.LENGTH: "The answer reached the model's length limit and is cut off.",
        Finish.FILTERED: "The endpoint's content filter cut the answer off.",
        Finish.CUT: "The connection to the model broke off in the midst of the answer.",
    }.get(finish or Finish.CUT)
    if why is None:
        return draft
    status = Status.PARTIAL if draft.status is Status.ANSWERED else draft.status
    return replace(draft, status=status, reason=Reason.CUT_OFF, complete=False, warnings=(*draft.warnings, why))


def _is_other(answered: str, asked: str) -> bool:
    """Whether another model answered than was asked; `gpt-4o-2024-08-06` is the `gpt-4o` that was asked."""
    answered, asked = (name.rpartition("/")[2].casefold() for name in (answered, asked))
    return bool(answered) and not (answered.startswith(asked) or asked.startswith(answered))
