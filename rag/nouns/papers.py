"""Papers: as one source tells them, as the library holds them, and as evidence for a question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rag.nouns.presenting import by_field, jsonable


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
    WEB_OF_SCIENCE = "web-of-science"
    REFER = "refer"
    ENDNOTE = "endnote-xml"
    JSONL = "jsonl"
    JSON = "json"
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

    def named(self) -> dict[str, Any]:
        """Return id and title, by which JSON names a paper that it does not tell."""
        return {"paper_id": self.paper_id, "title": self.title}

    def to_dict(self) -> dict[str, Any]:
        """Return the paper as `papers --json` lists it; what its sources disagree on stands under `conflicts`."""
        told: dict[str, Any] = jsonable(by_field(self))
        del told["sentences"]
        for conflict in told["conflicts"]:
            conflict["others"] = [{"page": page, "value": value} for page, value in conflict["others"]]
        return told

    def sentence(self, index: int) -> str:
        """Return sentence `index` (from 1; 0 is the metadata line) word for word; IndexError when there is none."""
        if index == 0:
            return self.metadata_line()
        if not 1 <= index <= len(self.sentences):
            raise IndexError(f"{self.paper_id} has no sentence {index}")
        start, end = self.sentences[index - 1]
        return self.abstract[start:end]

    def sentence_texts(self) -> tuple[str, ...]:
        """Return the sentences of the abstract word for word; the first is sentence 1."""
        return tuple(self.abstract[start:end] for start, end in self.sentences)

    def metadata_line(self) -> str:
        """Return what is known besides title and abstract, as one citable line."""
        parts = [f"Withdrawn: {self.withdrawn.rstrip('.')}"] if self.withdrawn else []
        if self.date:
            parts.append(f"Date: {self.date}" + (" (year inferred)" if self.date_inferred else ""))
        else:
            parts.append("Date: not known")
        if self.authors:
            count = f" ({self.author_count})" if self.author_count else ""
            parts.append(f"Authors{count}: {', '.join(self.authors)}{'' if count else ' and others'}")
        elif self.author_count is not None:
            parts.append(f"Number of authors: {self.author_count}")
        if self.organisation:
            parts.append(f"Organisation: {self.organisation}")
        named = (("Venue", self.venue), ("DOI", self.doi), ("arXiv", self.arxiv_id))
        parts += [f"{name}: {told}" for name, told in named if told]
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

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON, the paper by its name alone."""
        ranks = {"dense_rank": self.dense_rank, "lexical_rank": self.lexical_rank}
        return {**self.paper.named(), "score": self.score, **ranks}


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of a search."""

    paper_id: str
    title: str
    score: float
