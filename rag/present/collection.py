"""Kept answers as one document: each with its question and note, and one list of references that all share.

Markers are numbered anew, by first use in the document; below a reference stand the sentences that were cited of it.
Not handled: style guides; a reference is authors, date, title and link, as far as the library knows them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.nouns import Answer, Paper
from rag.present.as_markdown import (
    line_to_markdown,
    link_to_markdown,
    prose_line,
    prose_to_markdown,
    table_to_markdown,
    text_to_markdown,
)
from rag.present.blocks import papers_words, prose
from rag.present.references import date, marked, quotation

TITLE = "Kept answers"
_NAMED = 6
"""Authors named in a reference before the rest is left to “et al.”."""


@dataclass(frozen=True, slots=True)
class Section:
    """One answer: `text` and the cells of `rows` carry markers of the document; `doubts` are what the audit marks.

    `text` is empty where the rows say the same; `literal` is what in it papers say, where no sign is mark-up.
    """

    question: str
    note: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    doubts: tuple[str, ...] = ()
    literal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper of the document under its number, with the sentences cited of it, word for word."""

    number: int
    paper: Paper
    quotes: tuple[str, ...]

    @property
    def byline(self) -> str:
        """Who wrote it and when, as far as that is known."""
        names = self.paper.authors
        more = " et al." * (len(names) > _NAMED or (bool(names) and self.paper.author_count != len(names)))
        return f"{', '.join(names[:_NAMED])}{more}{date(self.paper)}".strip()


@dataclass(frozen=True, slots=True)
class Collection:
    """The document: sections in their order, references in the order of first use."""

    sections: tuple[Section, ...]
    references: tuple[Reference, ...]


def collected(answers: Sequence[tuple[Answer, str]]) -> Collection:
    """Return answers, each with its note, as one document."""
    numbers: dict[str, int] = {}
    papers: dict[str, Paper] = {}
    quotes: dict[str, dict[str, None]] = {}
    sections = []
    for answer, note in answers:
        own = {c.number: c.paper.paper_id for c in answer.citations}
        for citation in answer.citations:
            key = citation.paper.paper_id
            numbers.setdefault(key, len(numbers) + 1)
            papers.setdefault(key, citation.paper)
            quotes.setdefault(key, {}).update(dict.fromkeys(map(quotation, citation.sentences)))
        sections.append(_section(answer, note, {number: numbers[key] for number, key in own.items()}))
    references = (Reference(number, papers[key], tuple(quotes[key])) for key, number in numbers.items())
    return Collection(tuple(sections), tuple(references))


def collection_to_markdown(collection: Collection) -> str:
    """Return the document as Markdown, in which nothing that a paper, a model or a person wrote is mark-up."""
    blocks = [f"# {TITLE}"]
    for section in collection.sections:
        note = "\n".join(f"> {line}" for line in text_to_markdown(section.note).split("\n")) if section.note else ""
        doubts = "\n".join(
            ["**To check**", "", *(f"- {prose_line(doubt, section.literal)}" for doubt in section.doubts)]
        )
        blocks += [f"## {line_to_markdown(section.question)}", note, prose_to_markdown(section.text, section.literal)]
        blocks += [table_to_markdown(section.rows)] if section.rows else []
        blocks += [doubts] if section.doubts else []
    if collection.references:
        blocks += ["## References", "\n".join(map(_reference, collection.references))]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(answer: Answer, note: str, numbers: dict[int, int]) -> Section:
    literal = papers_words(answer)
    sought = "|".join([*map(re.escape, literal), r"\[(\d{1,3})\]"])

    def renumbered(text: str) -> str:
        return re.sub(sought, lambda found: f"[{numbers.get(int(found[1]), found[1])}]" if found[1] else found[0], text)

    table = (answer.table.columns, *answer.table.rows) if answer.table else ()
    cells = tuple(tuple(renumbered("–" if cell is None else str(cell)) for cell in row) for row in table)
    doubts = tuple(f"{mark}: {renumbered(sentence)}" for mark, sentence in marked(answer))
    return Section(answer.question, note, renumbered(prose(answer)), cells, doubts, literal)


def _reference(reference: Reference) -> str:
    by = f"{line_to_markdown(reference.byline)}. " if reference.byline else ""
    head = f"{reference.number}. {by}{link_to_markdown(reference.paper)}"
    return "\n".join([head, *(f"    - {line_to_markdown(quote)}" for quote in reference.quotes)])
