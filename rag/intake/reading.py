"""One file while it is read: its papers one by one, and at the end what its receipt says.

What holds for every format is judged here: a title that is none, an abstract that is a notice or a single word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Generic, TypeVar

from rag.base.text.cleaning import clean, clean_line
from rag.intake.entries import Entry, Found, Note, passed_over
from rag.intake.formats.dates import read_date
from rag.intake.formats.listing_shapes import is_notice
from rag.intake.formats.withdrawals import marked
from rag.nouns import Format, Previewed, Record, Selection, Sighting, Skipped

LONGEST_TITLE = 500
"""Characters of the longest title; the longest of 75,000 real ones has 226."""
LONGEST_ABSTRACT = 50_000
"""Characters of the longest abstract; arXiv takes 1,920, and the longest structured ones of journals have 10,000."""
SHORTEST_ABSTRACT = 2
"""Words below which an abstract is pointed out."""
MOST_LISTED = 2000
"""Papers that a preview of a file lists."""
UNSURE = "it is not sure that this is a paper: `add --unsure` takes it"
MOST_LINES = 1000
"""Lines that a receipt holds of a kind; further ones are counted."""


_Line = TypeVar("_Line")


class Reading:
    """A file's papers, in order, and, once they have been taken, what was missing or passed over."""

    def __init__(
        self,
        path: str,
        page: str,
        format: Format | None,
        entries: Iterator[Entry],
        problems: Callable[[], tuple[str, ...]],
        selection: Selection,
        before: int,
        listing: bool,
    ) -> None:
        """Read from `entries`; `problems` tells, at the end, what was wrong with the file's bytes.

        `selection` says what a person wants of the papers, which are numbered on from `before`, and
        listed in `papers` when `listing`.
        """
        self.format = format.value if format else "unknown"
        self.records = 0
        self.numbered = before
        self.papers: list[Previewed] = []
        self.missing: dict[str, int] = {}
        self._unsure = 0
        self.sightings: Iterator[Sighting] = self._read(path, page, format or Format.LISTING, entries)
        self._problems, self._selection = problems, selection
        self._room = MOST_LISTED if listing else 0
        self._mended = {number: (title, abstract) for number, title, abstract in selection.mended}
        self._skipped = _Lines[Skipped]()
        self._warnings = _Lines[str]()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The blocks that became no paper, in the order of the file."""
        more = self._skipped.left_out
        return (*self._skipped.kept, *([Skipped(None, "", f"and {more} more blocks like these")] if more else []))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know about the file as a whole."""
        more = self._warnings.left_out
        return (*self._problems(), *self._warnings.kept, *([f"and {more} more warnings like these"] if more else []))

    def _read(self, path: str, page: str, format: Format, entries: Iterator[Entry]) -> Iterator[Sighting]:
        for entry in entries:
            if isinstance(entry, Skipped):
                self._skipped.add(entry)
            elif isinstance(entry, Note):
                self._warnings.add(entry.text)
            elif (record := self._judged(entry, format)) is not None:
                self.numbered += 1
                wanted = self._wanted(self.numbered, record, entry)
                if wanted is not None:
                    self.records += 1
                    self._count_missing(wanted)
                    yield Sighting(page=page, format=format, record=wanted, path=path, line=entry.line)
        if self._unsure and not self.records:
            self._warnings.add("Nothing in it is sure to be a paper.")
        if not self.records and not self.warnings:
            self._warnings.add("No paper was found in it: save a page that lists papers with their abstracts.")

    def _wanted(self, number: int, record: Record, found: Found) -> Record | None:
        """Return the record as a person wants it, None where it is not to be stored; either way it is listed."""
        if is_listed := len(self.papers) < self._room:
            title = record.title or (f"arXiv:{record.arxiv_id}" if record.arxiv_id else "")
            self.papers.append(Previewed(number, title, record.abstract, found.line, found.is_sure))
        if number in self._selection.left_out:
            self._skipped.add(passed_over(found.line, f"{record.title}: {record.abstract}", "left out, as you said"))
            return None
        if not found.is_sure and not self._selection.unsure:
            self._unsure += 1
            if not is_listed:
                self._skipped.add(passed_over(found.line, f"{record.title}: {record.abstract}", UNSURE))
            return None
        return _mended(record, *self._mended[number]) if number in self._mended else record

    def _judged(self, found: Found, format: Format) -> Record | None:
        """Return the record if it is one; what is odd about it is put into the receipt."""
        record, line = marked(found.record), found.line
        if len(record.title) > LONGEST_TITLE:
            why = f"its title has {len(record.title)} characters: more than {LONGEST_TITLE} are no title"
            self._skipped.add(passed_over(line, record.title, why))
            return None
        if len(record.abstract) > LONGEST_ABSTRACT:
            why = f"its text has {len(record.abstract)} characters: more than {LONGEST_ABSTRACT} are no abstract"
            self._skipped.add(passed_over(line, record.title or record.abstract, why))
            return None
        if not record.title and not record.abstract and not record.arxiv_id and not record.withdrawn:
            self._skipped.add(passed_over(line, record.own_id or "", "neither a title nor an abstract"))
            return None
        if is_notice(record.abstract):
            why = "the abstract is a notice on cookies or scripts: the paper was kept without it"
            self._skipped.add(passed_over(line, record.abstract, why))
            return replace(record, abstract="", original=record.original or record.abstract)
        self._judge_date(record, found.line, format)
        if record.abstract and len(record.abstract.split()) < SHORTEST_ABSTRACT and record.abstract.isascii():
            place = f"Line {line}: the" if line else "The"
            self._warnings.add(f"{place} abstract of “{record.title[:80]}” is only “{record.abstract[:80]}”.")
        return record

    def _judge_date(self, record: Record, line: int | None, format: Format) -> None:
        """Name a date that is none, or that lies far ahead; those without a year on a page are counted there."""
        what = ""
        if record.date_text and not record.date:
            written = read_date(record.date_text)
            if written is None or written.year or format not in (Format.LISTING, Format.HTML):
                what = "cannot be read, and was left out: write it as 2025-06-30"
        elif record.date and int(record.date[:4]) > date.today().year + 1:
            what = "lies far ahead; it was kept"
        if what:
            of = f" of “{record.title[:80]}”" if record.title else ""
            place = f"Line {line}: the" if line else "The"
            self._warnings.add(f"{place} date “{(record.date_text or record.date or '')[:40]}”{of} {what}.")

    def _count_missing(self, record: Record) -> None:
        has = {
            "title": record.title,
            "abstract": record.abstract,
            "more than a summary": not record.abstract or not record.abstract_is_summary,
            "date": record.date,
            "authors": record.authors or record.author_count is not None,
            "url": record.url,
            "all its authors' names": not record.authors or record.author_count is not None,
        }
        for name in (name for name, value in has.items() if not value):
            self.missing[name] = self.missing.get(name, 0) + 1


def _mended(record: Record, title: str, abstract: str) -> Record:
    """Return the record with title and abstract as a person mended them; what stood there is kept as the original."""
    mended = clean(abstract)
    if mended == record.abstract:
        return replace(record, title=clean_line(title))
    original = record.original or record.abstract or None
    return replace(record, title=clean_line(title), abstract=mended, abstract_is_summary=False, original=original)


class _Lines(Generic[_Line]):
    """Lines of a receipt, no more than a person can read."""

    def __init__(self) -> None:
        self.kept: list[_Line] = []
        self.left_out = 0

    def add(self, line: _Line) -> None:
        """Keep a line, or count it."""
        if len(self.kept) < MOST_LINES:
            self.kept.append(line)
        else:
            self.left_out += 1
