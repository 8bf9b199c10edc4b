"""From a question to an answer: what each stage takes and returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rag.nouns.papers import Paper, Passage
from rag.nouns.presenting import by_field, jsonable, to_text
from rag.nouns.synthesis import Synthesis


class Status(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    ABSTAINED = "abstained"
    ERROR = "error"


class Reason(StrEnum):
    """Why an answer is not a full one."""

    NOT_IN_LIBRARY = "not_in_library"
    NOT_IN_ABSTRACTS = "not_in_abstracts"
    AMBIGUOUS = "ambiguous"
    OFF_TOPIC = "off_topic"
    NOTHING_MATCHES_FILTERS = "nothing_matches_filters"
    CUT_OFF = "cut_off"
    MODEL_FAILED = "model_failed"


class Support(StrEnum):
    """What the audit found for one sentence of an answer; never that it is true. A contradiction is a suspicion."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NO_SUPPORT_FOUND = "no_support_found"
    NUMBER_NOT_FOUND = "number_not_found"
    UNCITED = "uncited"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a model's calls, as the endpoint counted them (or as estimated, when it did not).

    `cost` is in the currency of the prices that are set, None without any.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None

    def __add__(self, other: Usage) -> Usage:
        """Return the tokens of both; what they cost is told once, of the whole."""
        return Usage(self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens)

    def priced(self, prices: tuple[float, float] | None) -> Usage:
        """Return the usage with its cost; `prices` are those of a million tokens of prompts and of replies."""
        if prices is None:
            return self
        cost = (self.prompt_tokens * prices[0] + self.completion_tokens * prices[1]) / 1e6
        return Usage(self.prompt_tokens, self.completion_tokens, cost)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON, without the cost where no prices are set."""
        return {name: value for name, value in by_field(self).items() if value is not None}


EXTRACTIVE = "extractive"
"""The name of every reader that is no model."""
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """What an answer tells in rows: each has a cell a column, the first of them its heading."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON, what it is about first."""
        return {"caption": self.caption} | by_field(self)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader wrote and what it was shown, before pointers are resolved.

    `text` holds pointers `[P2.4]`: paper 2 of `shown`, its sentence 4, both counted from 1. `status` and `reason` are
    the reader's own verdict on the evidence; code may lower it, never raise it.
    """

    text: str
    shown: tuple[Passage, ...]
    reader: str
    status: Status = Status.ANSWERED
    reason: Reason | None = None
    complete: bool = True
    warnings: tuple[str, ...] = ()
    usage: Usage = Usage()
    counted: bool = False
    """Whether code counted or looked up in the catalogue what stands without a pointer: no abstract can bear it out."""
    table: Table | None = None
    doing: str = ""
    """What is waited for, for a person to read; empty in the last draft."""
    synthesis: Synthesis | None = None
    """What the text says, in groups, where it tells what is known about a subject."""
    related: tuple[Paper, ...] = ()
    """Papers that are near what was asked and no part of the answer; where it is empty, code takes those shown."""


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """One sentence an answer rests on: `quote == abstract[start:end]`; the metadata line (index 0) has no offsets."""

    index: int
    start: int | None
    end: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A cited paper under its number in the answer, with the sentences that were pointed at."""

    number: int
    paper: Paper
    sentences: tuple[CitedSentence, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON; whether the paper was withdrawn is told where it was."""
        withdrawn = {"withdrawn": self.paper.withdrawn} if self.paper.withdrawn else {}
        told = {"number": self.number, **self.paper.named(), "url": self.paper.url}
        return {**told, **withdrawn, "sentences": self.sentences}


@dataclass(frozen=True, slots=True)
class Cite:
    """One pointer of one claim: the citation's number and the sentence; `attached` when we chose the sentence."""

    number: int
    sentence: int
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, `text == answer.text[start:end]`, with its audit. `score` is coverage in [0, 1]."""

    text: str
    start: int
    end: int
    cites: tuple[Cite, ...] = ()
    support: Support = Support.NOT_CHECKED
    score: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON; who chose a sentence is not told."""
        told = by_field(self)
        del told["cites"]
        return {**told, "cites": [{"number": cite.number, "sentence": cite.sentence} for cite in self.cites]}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the library an answer looked at, how many papers matched, and how many have no date."""

    looked_at: int = 0
    matched: int = 0
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched for: standing alone, with the filters that were read from it or passed with it."""

    question: str
    standalone: str
    filters: dict[str, Any] = field(default_factory=dict)
    focus: tuple[str, ...] = ()
    """The `paper_id`s that the conversation is about, most recent first."""
    named: tuple[str, ...] = ()
    """The `paper_id`s of the papers that the question names."""
    parts: tuple[str, ...] = ()
    """What to search for besides `standalone`: a query for each part of the question."""
    whole_library: bool = False
    """Whether the question is about all papers, so that the best few are not enough."""
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a person sees it: `text` carries `[1]` markers, everything else says what they stand on."""

    question: str
    standalone_question: str
    status: Status
    reason: Reason | None
    text: str
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    related: tuple[Paper, ...] = ()
    evidence: tuple[Passage, ...] = ()
    filters: dict[str, Any] = field(default_factory=dict)
    coverage: Coverage = Coverage()
    table: Table | None = None
    warnings: tuple[str, ...] = ()
    reader: str = EXTRACTIVE
    usage: Usage = Usage()
    timings: dict[str, float] = field(default_factory=dict)
    id: str = ""
    final: bool = True
    doing: str = ""
    """What is waited for while the answer is not final."""
    next_questions: tuple[str, ...] = ()
    """What can be asked next, and will be answered; only of a final answer."""
    synthesis: Synthesis | None = None
    """What the text says, in groups, where it tells what is known about a subject."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of `ask --json`, its keys in the order of the contract, additions last."""
        told = {"id": self.id} | by_field(self) | {"related": [paper.named() for paper in self.related]}
        for name in ("final", "doing", *["synthesis"] * (self.synthesis is None)):
            del told[name]
        plain: dict[str, Any] = jsonable(told)
        return plain

    def __str__(self) -> str:
        return to_text(self)
