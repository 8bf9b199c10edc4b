"""Kept answers as one document: each with its question and note, and one list of references that all share.

Markers are numbered anew, by first use in the document; below a reference stand the sentences that were cited of it.
Not handled: style guides; a reference is authors, date, title and link, as far as the library knows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.nouns import Answer, Paper
from rag.present.as_markdown import (
    in_italics,
    line_to_markdown,
    link_to_markdown,
    table_to_markdown,
    text_to_markdown,
    titles,
)
from rag.present.references import date, marked, quotation

TITLE = "Kept answers"
_MARKER = re.compile(r"\[(\d{1,3})\]")
_ITEM = "- "
_NAMED = 6
"""Authors named in a reference before the rest is left to “et al.”."""


@dataclass(frozen=True, slots=True)
class Section:
    """One answer: `text` and the cells of `rows` carry markers of the document; `doubts` are what the audit marks.

    In `text` the names of `titles` stand between asterisks, which are meant as italics.
    """

    question: str
    note: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    doubts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def paragraphs(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the paragraphs of a text: what is said, and the items of the list that ends it, if there is one."""
    for paragraph in re.split(r"\n(?:[^\S\n]*\n)+", text.strip("\n")):
        lines = paragraph.split("\n")
        said = len(lines)
        while said and lines[said - 1].startswith(_ITEM):
            said -= 1
        yield "\n".join(lines[:said]), tuple(line.removeprefix(_ITEM) for line in lines[said:])


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
        more = " et al." * (len(names) > _NAMED or (self.paper.author_count or 0) > len(names) > 0)
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
        doubts = "\n".join(["**To check**", "", *(f"- {line_to_markdown(doubt)}" for doubt in section.doubts)])
        blocks += [f"## {line_to_markdown(section.question)}", note, *_text(section)]
        blocks += [table_to_markdown(section.rows)] if section.rows else []
        blocks += [doubts] if section.doubts else []
    if collection.references:
        blocks += ["## References", "\n".join(map(_reference, collection.references))]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _text(section: Section) -> Iterator[str]:
    for said, items in paragraphs(section.text):
        yield in_italics(text_to_markdown(said), section.titles)
        yield in_italics("\n".join(f"- {line_to_markdown(item)}" for item in items), section.titles)


def _section(answer: Answer, note: str, numbers: dict[int, int]) -> Section:
    def renumbered(text: str) -> str:
        return _MARKER.sub(lambda found: f"[{numbers.get(int(found[1]), found[1])}]", text)

    table = (answer.table.columns, *answer.table.rows) if answer.table else ()
    cells = tuple(tuple(renumbered("–" if cell is None else str(cell)) for cell in row) for row in table)
    doubts = tuple(f"{mark}: {renumbered(sentence)}" for mark, sentence in marked(answer))
    return Section(answer.question, note, renumbered(answer.text), cells, doubts, titles(answer))


def _reference(reference: Reference) -> str:
    by = f"{line_to_markdown(reference.byline)}. " if reference.byline else ""
    head = f"{reference.number}. {by}{link_to_markdown(reference.paper)}"
    return "\n".join([head, *(f"    - {line_to_markdown(quote)}" for quote in reference.quotes)])
