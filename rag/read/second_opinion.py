"""A second opinion: a model compares each sentence of an answer with the sentences it cites, and with nothing else.

One call for a whole answer. The opinion is the model's; it stands beside our audit and changes nothing in it. Not
handled: sentences that cite nothing, which need no model to be found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.base.errors import ModelFailed
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import ReplyLimits, read_object, text_in
from rag.nouns import Answer, Claim, Usage
from rag.read import prompts
from rag.read.prompts import MARKER, neutral

MOST_CLAIMS = 40
OPINION, HEAD = 80, 200
"""Tokens that one opinion has room for, and what stands around all."""


class Judgement(StrEnum):
    """What a model thinks of one sentence, given the sentences it cites."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_STATED = "not stated"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A model's opinion of one claim of an answer, and its reason in its own words (empty when unchecked)."""

    claim: Claim
    verdict: Judgement
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """The opinions, one for each claim of an answer in its order, with who gave them and what they cost."""

    opinions: tuple[Opinion, ...]
    model: str
    usage: Usage
    warnings: tuple[str, ...] = ()


def check(answer: Answer, endpoint: Endpoint) -> SecondOpinion:
    """Return a model's opinion of every claim of `answer`; what cites nothing or cannot be read is unchecked."""
    cited = [index for index, claim in enumerate(answer.claims) if claim.cites][:MOST_CLAIMS]
    papers = {citation.number: citation.paper for citation in answer.citations}
    pairs = []
    for claim in (answer.claims[index] for index in cited):
        told = [(papers[cite.number], cite.sentence) for cite in claim.cites]
        evidence = [f"{neutral(paper.title)}: {neutral(paper.sentence(index))}" for paper, index in told]
        pairs.append({"sentence": neutral(MARKER.sub("", claim.text)), "evidence": evidence})
    read, usage, note = dict[int, tuple[Judgement, str]](), Usage(), ""
    try:
        if pairs:
            bounds = ReplyLimits(HEAD + OPINION * len(pairs), 2 * endpoint.timeout)
            reply = endpoint.complete(prompts.messages("check", pairs=pairs), bounds)
            read, usage = _read(read_object(reply.text), cited), reply.usage
    except ModelFailed as error:
        note = f"The answer could not be checked. {error}"
    else:
        missed = f"{len(cited) - len(read)} of {len(cited)} opinions of the model could not be read"
        note = f"{missed}; these sentences are unchecked." if len(read) < len(cited) else ""
    opinions = (
        Opinion(claim, *read.get(place, (Judgement.UNCHECKED, ""))) for place, claim in enumerate(answer.claims)
    )
    return SecondOpinion(tuple(opinions), endpoint.model, usage, (note,) if note else ())


def _read(found: dict[str, object] | None, cited: Sequence[int]) -> dict[int, tuple[Judgement, str]]:
    """Return the readable opinions by the place of their claim; of two on one claim the first counts."""
    checks = found.get("checks") if found else None
    read: dict[int, tuple[Judgement, str]] = {}
    for item in (item for item in (checks if isinstance(checks, list) else ()) if isinstance(item, dict)):
        number, said = item.get("n"), " ".join(str(item.get("opinion")).replace("_", " ").casefold().split())
        if isinstance(number, int) and 1 <= number <= len(cited) and said in set(Judgement) - {Judgement.UNCHECKED}:
            read.setdefault(cited[number - 1], (Judgement(said), text_in(item.get("reason"), 300) or ""))
    return read
