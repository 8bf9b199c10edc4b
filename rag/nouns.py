"""The nouns of the domain: what each stage takes and returns.

Frozen dataclasses and tuples only. Nothing here imports anything but the standard library, and no stage changes a
noun that it was given. Offsets are character offsets into the stored abstract; sentences are counted from 1, and
sentence 0 is a paper's metadata line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.readers.check import SecondOpinion
    from rag.settings import Settings
    from rag.synthesis import Synthesis


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


class Format(StrEnum):
    """The kind of file a record came from. The order is the order of trust when sources disagree, best first."""

    ATOM = "arxiv-atom"
    OAI = "oai"
    DAILY_JSON = "daily-papers-json"
    PUBMED = "pubmed-xml"
    NBIB = "nbib"
    HTML = "listing-html"
    RDF = "zotero-rdf"
    BIBTEX = "bibtex"
    RIS = "ris"
    JSONL = "jsonl"
    CSV = "csv"
    LISTING = "listing-text"
    IDS = "arxiv-ids"


@dataclass(frozen=True, slots=True)
class Record:
    """One paper as one source tells it, before it is merged with what other sources tell.

    `date` is an ISO date of any precision (`2025-08-22`, `2025-08`, `2025`) or None; `date_inferred` says that its year
    was not written on the page; `date_text` is the date as written. `own_id` is the identifier that the source itself
    gives the record. `author_count` may be known where the names in `authors` are not.
    """

    title: str
    abstract: str = ""
    abstract_is_summary: bool = False
    own_id: str | None = None
    arxiv_id: str | None = None
    date: str | None = None
    date_inferred: bool = False
    date_text: str | None = None
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    organisation: str | None = None
    url: str | None = None
    categories: tuple[str, ...] = ()
    upvotes: int | None = None
    comments: int | None = None
    original: str | None = None
    """The abstract as it stood in the file, where cleaning changed more than white space."""
    doi: str | None = None
    corporate: tuple[str, ...] = ()
    """Those of `authors` that are no persons: their names have no family name to sort by."""
    withdrawn: str | None = None
    """The notice that the paper was withdrawn or retracted, where one is told."""
    venue: str | None = None
    """The journal or the conference."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a record was seen: `page` is the file's stem, `line` counts from 1."""

    page: str
    format: Format
    record: Record
    path: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree on one field: `chosen` is what the paper shows, `others` what else was said, and where."""

    field: str
    chosen: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the library: its sightings merged. `sentences` are (start, end) offsets into `abstract`."""

    paper_id: str
    title: str
    abstract: str
    sentences: tuple[tuple[int, int], ...] = ()
    abstract_is_summary: bool = False
    date: str | None = None
    date_inferred: bool = False
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    organisation: str | None = None
    url: str | None = None
    arxiv_id: str | None = None
    categories: tuple[str, ...] = ()
    upvotes: int | None = None
    comments: int | None = None
    pages: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    doi: str | None = None
    corporate: tuple[str, ...] = ()
    withdrawn: str | None = None
    venue: str | None = None

    def sentence(self, index: int) -> str:
        """Return sentence `index` (from 1; 0 is the metadata line) word for word; IndexError when there is none."""
        if index == 0:
            return self.metadata_line()
        if not 1 <= index <= len(self.sentences):
            raise IndexError(f"{self.paper_id} has no sentence {index}")
        start, end = self.sentences[index - 1]
        return self.abstract[start:end]

    def metadata_line(self) -> str:
        """Return what is known besides title and abstract, as one citable line."""
        parts = [f"Withdrawn: {self.withdrawn.rstrip('.')}"] if self.withdrawn else []
        if self.date:
            parts.append(f"Date: {self.date}" + (" (year inferred)" if self.date_inferred else ""))
        else:
            parts.append("Date: not known")
        if self.authors:
            parts.append(f"Authors ({self.author_count or len(self.authors)}): {', '.join(self.authors)}")
        elif self.author_count is not None:
            parts.append(f"Number of authors: {self.author_count}")
        if self.organisation:
            parts.append(f"Organisation: {self.organisation}")
        if self.pages:
            parts.append(f"Seen on: {', '.join(self.pages)}")
        if self.upvotes is not None:
            parts.append(f"Upvotes: {self.upvotes}")
        if self.comments is not None:
            parts.append(f"Comments: {self.comments}")
        return ". ".join(parts) + "."


@dataclass(frozen=True, slots=True)
class Passage:
    """A paper as evidence for one question. Ranks count from 1 and are None where that index did not return it.

    `score` is the fused score in [0, 1]; `similarity` the cosine between the question and the paper's best chunk.
    """

    paper: Paper
    score: float
    dense_rank: int | None = None
    lexical_rank: int | None = None
    similarity: float | None = None


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


EXTRACTIVE = "extractive"
"""The name of every reader that is no model."""


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
    counted: tuple[str, ...] = ()
    """Sentences of `text` that code counted in the catalogue, and that no sentence of an abstract can bear out."""
    table: dict[str, Any] | None = None
    doing: str = ""
    """What is waited for, for a person to read; empty in the last draft."""
    synthesis: Synthesis | None = None
    """What the text says, in groups, where it tells what is known about a subject."""


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
    table: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    reader: str = "extractive"
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

    def check(self, settings: Settings | None = None) -> SecondOpinion:
        """Return a model's second opinion of every sentence: one call to the endpoint of `settings` or environment."""
        from rag.readers.check import check
        from rag.readers.endpoint import Endpoint
        from rag.settings import from_environment

        return check(self, Endpoint.from_settings(settings or from_environment()))

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as the JSON object of the command line."""
        from rag.present import answer_to_dict

        return answer_to_dict(self)

    def __str__(self) -> str:
        from rag.present import answer_to_text

        return answer_to_text(self)


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of a search."""

    paper_id: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """A block of a file that did not become a paper: where it starts, how it begins, and why it was passed over."""

    line: int | None
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Previewed:
    """A paper that an `add` would store: `number` counts from 1 through all its files, `line` stands in its own.

    One that is not sure to be a paper is stored only when a person says so.
    """

    number: int
    title: str
    abstract: str
    line: int | None = None
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Selection:
    """What a person wants of a preview, by the numbers there: papers left out or mended, and the unsure ones too.

    `mended` holds (number, title, abstract).
    """

    left_out: frozenset[int] = frozenset()
    mended: tuple[tuple[int, str, str], ...] = ()
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """What became of one file. `missing` counts, per field, the records that lack it; `papers` are a preview's."""

    path: str
    format: str
    records: int
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    missing: dict[str, int] = field(default_factory=dict)
    papers: tuple[Previewed, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an `add` did: papers found, and of these new, updated and unchanged; then file by file."""

    found: int
    new: int
    updated: int
    unchanged: int
    files: tuple[FileReceipt, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the receipt as the JSON object of the command line."""
        from dataclasses import asdict

        return asdict(self)

    def __str__(self) -> str:
        from rag.present import receipt_to_text

        return receipt_to_text(self)
