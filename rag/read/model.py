"""The reader with a model: one streamed call from passages to a draft, with the model's own verdict read from its head.

An abstention may come without a text; the engine has words for it. Not handled here: resolving pointers and auditing
sentences, which come after, and what to show when the model fails before its first word (`ModelFailed` is raised).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rag.base.errors import ModelFailed, ModelSilent, PromptTooLong
from rag.base.settings import Settings
from rag.cite.scan import unwrap, without_bibliography
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.profile import speeds
from rag.models.chat.replies import Finish, Reply, ReplyLimits, read_object, text_in
from rag.models.chat.tokens import estimate, size
from rag.nouns import Answer, Draft, Passage, Query, Reason, Status
from rag.read import prompts
from rag.read.prompts import Evidence, neutral_lines, show, turns
from rag.read.verdict import OUTCOMES, Verdict, judge, read_verdict

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage


REPLY_TOKENS = 1_500
"""Room kept in the window for the reply, and for tokenizers that count more than ours."""
LONGEST_REPLY = 4_000
"""Tokens of a reply: a list of sixty papers has three thousand."""
PATIENCE = 5
"""Times that a whole reply may take as long as its first word."""
LEAST_EVIDENCE = 600
"""Tokens of evidence that even a slow model is shown."""
_RETRIED = 1_500
"""Tokens of evidence from which a model that said nothing in time is asked again, with less."""

LEAST_NEWS = 1 / 512
"""Part of its length by which a reply grows before it is read again: a long one, thoughts and all, in linear time."""
LEAST_READ = 0.45
"""Part of a prompt's tokens below which an endpoint has read less than it was sent: some cut prompts in silence."""


def write(
    query: Query, passages: Sequence[Passage], settings: Settings, endpoint: Endpoint, history: Sequence[Answer] = ()
) -> Iterator[Draft]:
    """Yield growing drafts, all but the last with `complete` False; a last one that broke off has the reason CUT_OFF.

    ModelFailed when the endpoint fails before the first word; a prompt that does not fit is tried with fewer papers.
    """
    prompt = partial(_messages, query, history)
    around, most = size(prompt("")), None if query.whole_library else settings.budget

    def fitting() -> int:
        """Return the tokens of evidence for which there are room in the window and the settings, and time."""
        room, readable = endpoint.known.room - around - REPLY_TOKENS, endpoint.known.readable(endpoint.timeout)
        budget = max(0, room if most is None else min(most, room))
        return budget if readable is None else min(budget, max(LEAST_EVIDENCE, readable - around))

    budget, notes, retried = fitting(), tuple[str, ...](), False
    while True:
        evidence = show(passages, budget)
        if budget != most and len(evidence.passages) < len(passages):
            notes = (_shown_less(endpoint, evidence, passages),)
        try:
            yield from _drafts(prompt(evidence.text), evidence, endpoint, notes, query.question)
            return
        except PromptTooLong:
            if len(evidence.passages) <= 1:
                raise
            budget = min(max(fitting(), evidence.tokens // 3), evidence.tokens * 2 // 3)
        except ModelSilent:
            if retried or evidence.tokens < _RETRIED:
                raise
            retried, budget = True, min(fitting(), evidence.tokens // 2)


def _messages(query: Query, history: Sequence[Answer], papers: str) -> list[ChatMessage]:
    return prompts.messages(
        "answer",
        papers=papers,
        whole=query.whole_library,
        history=turns(history),
        question=neutral_lines(query.question),
        standalone="" if query.standalone == query.question else neutral_lines(query.standalone),
    )


def _shown_less(endpoint: Endpoint, evidence: Evidence, passages: Sequence[Passage]) -> str:
    """Return why not all papers were shown: the window, or the time to a first word."""
    shown = f"it was shown {len(evidence.passages)} of the {len(passages)} papers found"
    known, readable = endpoint.known, endpoint.known.readable(endpoint.timeout)
    if readable is None or readable > known.room:
        return f"The context window of {endpoint.model} is small: {shown}."
    speed = speeds(known.reads, None)
    return f"{endpoint.model} {speed}: {shown}, to begin within {endpoint.timeout:g} s (RAG_TIMEOUT)."


def _drafts(
    messages: list[ChatMessage], evidence: Evidence, endpoint: Endpoint, notes: tuple[str, ...], question: str
) -> Iterator[Draft]:
    """Yield the growing drafts of one call, and what they amount to in the end."""
    draft = Draft("", evidence.passages, endpoint.model, complete=False, warnings=notes)
    reply, read = Reply(), 0
    try:
        for reply in endpoint.stream(messages, ReplyLimits(LONGEST_REPLY, PATIENCE * endpoint.timeout)):
            if reply.doing and not draft.text:
                yield replace(draft, doing=reply.doing)
            if reply.finish is not None or len(reply.text) - read < read * LEAST_NEWS:
                continue
            read = len(reply.text)
            said = read_verdict(unwrap(reply.text, final=False), final=False)
            text = without_bibliography(said.text, final=False)
            if text.strip() and text != draft.text:
                status, reason = OUTCOMES[said.verdict or Verdict.ANSWERS]
                draft = replace(draft, text=text, status=status, reason=reason)
                yield draft
    except ModelFailed as error:
        if not draft.text:
            raise
        reply = replace(reply, finish=Finish.CUT, usage=estimate(messages, reply.text))
        notes = (*notes, str(error))
    sent = size(messages)
    if reply.usage.prompt_tokens < LEAST_READ * sent:
        told = f"The endpoint says that it read {reply.usage.prompt_tokens:,} tokens of a prompt of about {sent:,}"
        small = "its context window seems to be too small, and the answer may miss papers. Give the model a larger one."
        notes = (*notes, f"{told}: {small}")
    yield _last(reply, replace(draft, warnings=notes, complete=True), endpoint, question)


def _last(reply: Reply, draft: Draft, endpoint: Endpoint, question: str) -> Draft:
    """Return the draft of a whole reply, with notes of what was amiss in it; ModelFailed where it says nothing."""
    said = read_verdict(unwrap(reply.text, final=True), final=True)
    text = without_bibliography(said.text.rstrip(), final=True)
    # `gpt-4o-2024-08-06` is the `gpt-4o` that was asked
    answered, asked = (name.rpartition("/")[2].casefold() for name in (reply.model, endpoint.model))
    is_other = bool(answered) and not (answered.startswith(asked) or asked.startswith(answered))
    amiss = {
        "Took out the model's own list of references; the library's stands in its place.": text != said.text.rstrip(),
        "The model's verdict on the evidence could not be read; its citations decide.": said.unreadable,
        f"The endpoint answered with the model {reply.model}, not {endpoint.model}.": is_other,
    }
    notes = (*draft.warnings, *(note for note, is_so in amiss.items() if is_so))
    draft = judge(replace(draft, text=text, warnings=notes, usage=reply.usage), said.verdict, question)
    if not draft.text and (said.verdict is None or draft.status is not Status.ABSTAINED):
        raise ModelFailed(f"{endpoint.model} at {endpoint.where} sent no answer. Try again, or set another RAG_MODEL.")
    why = _CUT_OFF.get(reply.finish or Finish.CUT)
    if why is None:
        return draft
    status = Status.PARTIAL if draft.status is Status.ANSWERED else draft.status
    return replace(draft, status=status, reason=Reason.CUT_OFF, complete=False, warnings=(*draft.warnings, why))


_CUT_OFF = {
    Finish.LENGTH: "The answer reached the model's length limit and is cut off.",
    Finish.REPEATED: "The model began to say the same over and over, and was stopped.",
    Finish.LATE: "The answer took too long and is cut off.",
    Finish.FILTERED: "The endpoint's content filter cut the answer off.",
    Finish.CUT: "The connection to the model broke off in the midst of the answer.",
}


# ----------------------------------------------------------------------------------------------------
# A question in its conversation, turned by a model into what to search for. Optional: the rules do it without.
#
# Not handled: filters (dates, pages), which rules read better than models.

MOST_QUERIES = 4
SHARE_OF_PATIENCE = 0.25
"""Part of the time to a first token that a plan may take in all."""
PLAN_TOKENS = 400
"""Tokens that a plan has room for."""
LIKELY = 60
"""Tokens that one usually has."""


def plan_by_model(question: str, history: Sequence[Answer], endpoint: Endpoint) -> Query | None:
    """Return a model's plan for `question`: standing alone, a query for each of its parts, and how far to read.

    None when it fails, is slow, or cannot be read, so that rules apply.
    """
    messages = prompts.messages("plan", history=turns(history), question=neutral_lines(question))
    patience, known = SHARE_OF_PATIENCE * endpoint.timeout, endpoint.known
    if (known.seconds_to_read(size(messages)) or 0.0) + (LIKELY / known.writes if known.writes else 0.0) > patience:
        return None
    try:
        reply = endpoint.complete(messages, ReplyLimits(PLAN_TOKENS, patience))
    except ModelFailed:
        return None
    found = read_object(reply.text) or {}
    standalone, queries = text_in(found.get("standalone"), 1_000), found.get("queries")
    if standalone is None or not isinstance(queries, list):
        return None
    texts = filter(None, (text_in(query, 300) for query in queries[:MOST_QUERIES]))
    parts = tuple(dict.fromkeys(texts)) or (standalone,)
    return Query(question, standalone, parts=parts, whole_library=found.get("whole_library") is True, usage=reply.usage)
