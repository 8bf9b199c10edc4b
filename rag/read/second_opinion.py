"""A second opinion: a model compares each sentence of an answer with the sentences it cites, and with nothing else.

One call for a whole answer. The opinion is the model's; it stands beside our audit and changes nothing in it. Not
handled: sentences that cite nothing, which need no model to be found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rag.base.errors import ModelFailed
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import Bounds, read_object, text_in
from rag.nouns import Answer, Claim, Paper, Usage
from rag.read import prompts
from rag.read.prompts import neutral

MOST_CLAIMS = 40
OPINION, HEAD = 80, 200
"""Tokens that one opinion has room for, and what stands around all."""
_MARKER = re.compile(r"\s?\[\d{1,3}\]")


class Verdict(StrEnum):
    """What a model thinks of one sentence, given the sentences it cites."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_STATED = "not stated"
    UNCHECKED = "unchecked"


_GIVEN = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_STATED)


@dataclass(frozen=True, slots=True)
class Opinion:
    """A model's opinion of one claim of an answer, and its reason in its own words (empty when unchecked)."""

    claim: Claim
    verdict: Verdict
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
    opinions = [Opinion(claim, Verdict.UNCHECKED) for claim in answer.claims]
    cited = [index for index, claim in enumerate(answer.claims) if claim.cites][:MOST_CLAIMS]
    if not cited:
        return SecondOpinion(tuple(opinions), endpoint.model, Usage())
    papers = {citation.number: citation.paper for citation in answer.citations}
    pairs = [_pair(answer.claims[index], papers) for index in cited]
    try:
        bounds = Bounds(HEAD + OPINION * len(pairs), 2 * endpoint.timeout)
        reply = endpoint.complete(prompts.messages("check", pairs=pairs), bounds)
    except ModelFailed as error:
        note = f"The answer could not be checked. {error}"
        return SecondOpinion(tuple(opinions), endpoint.model, Usage(), (note,))
    read = _read(read_object(reply.text), len(cited))
    for position, (verdict, reason) in read.items():
        opinions[cited[position]] = Opinion(answer.claims[cited[position]], verdict, reason)
    missed = len(cited) - len(read)
    note = f"{missed} of {len(cited)} opinions of the model could not be read; these sentences are unchecked."
    return SecondOpinion(tuple(opinions), endpoint.model, reply.usage, (note,) if missed else ())


def _pair(claim: Claim, papers: Mapping[int, Paper]) -> dict[str, object]:
    """Return a claim with what it cites, sentence by sentence, each with its paper's title."""
    cited = [(papers[cite.number], cite.sentence) for cite in claim.cites]
    evidence = [f"{neutral(paper.title)}: {neutral(paper.sentence(index))}" for paper, index in cited]
    return {"sentence": neutral(_MARKER.sub("", claim.text)), "evidence": evidence}


def _read(found: dict[str, object] | None, pairs: int) -> dict[int, tuple[Verdict, str]]:
    """Return the readable opinions by the position of their pair; of two on one pair the first counts."""
    checks = found.get("checks") if found else None
    read: dict[int, tuple[Verdict, str]] = {}
    for item in (item for item in (checks if isinstance(checks, list) else ()) if isinstance(item, dict)):
        number, said = item.get("n"), " ".join(str(item.get("opinion")).replace("_", " ").casefold().split())
        if isinstance(number, int) and 1 <= number <= pairs and said in _GIVEN:
            read.setdefault(number - 1, (Verdict(said), text_in(item.get("reason"), 300) or ""))
    return read
