"""One file while it is read: its papers one by one, and at the end what its receipt says.

What holds for every format is judged here: a title that is none, an abstract that is a notice or a single word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rag.base.text.cleaning import clean, clean_line
from rag.intake.formats import Entry, FoundRecord, Note, passed_over
from rag.intake.formats.dates import read_date
from rag.intake.formats.listing_shapes import is_notice
from rag.intake.formats.withdrawals import with_withdrawal
from rag.nouns import FileReceipt, Format, Previewed, Record, Selection, Sighting, Skipped

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
ALL = Selection()
"""Every paper of a file, but for those that are not sure to be one."""


@dataclass
class Reading:
    """A file's papers, in order, and, once they have been taken, what its receipt says."""

    path: str
    page: str
    format: Format | None
    entries: Iterator[Entry]
    problems: Callable[[], tuple[str, ...]] = tuple
    """Tells, at the end, what was wrong with the file's bytes."""
    selection: Selection = ALL
    """What a person wants of the papers."""
    numbered: int = 0
    """The number of the last paper that was read."""
    is_listed: bool = False
    """Whether the receipt lists the papers."""
    _papers: list[Previewed] = field(default_factory=list)
    _records: int = 0
    _unsure: int = 0
    _missing: Counter[str] = field(default_factory=Counter)
    _skipped: list[Skipped] = field(default_factory=list)
    _warnings: list[str] = field(default_factory=list)
    _left_out: Counter[type] = field(default_factory=Counter)

    @property
    def receipt(self) -> FileReceipt:
        """What became of the file: what to know about it as a whole, and the blocks that became no paper, in order."""
        skipped, warnings = list(self._skipped), [*self.problems(), *self._warnings]
        if more := self._left_out[Skipped]:
            skipped.append(Skipped(None, "", f"and {more} more blocks like these"))
        if more := self._left_out[str]:
            warnings.append(f"and {more} more warnings like these")
        format, papers = self.format.value if self.format else "unknown", tuple(self._papers)
        told = (tuple(skipped), tuple(warnings), dict(self._missing), papers)
        return FileReceipt(self.path, format, self._records, *told)

    @property
    def sightings(self) -> Iterator[Sighting]:
        """The papers, to be taken once."""
        for entry in self.entries:
            if not isinstance(entry, FoundRecord):
                self._tell(entry.text if isinstance(entry, Note) else entry)
            elif (record := self._judged(entry)) is not None and (wanted := self._wanted(record, entry)) is not None:
                self._records += 1
                self._count_missing(wanted)
                yield Sighting(self.page, self.format or Format.LISTING, wanted, self.path, entry.line)
        if self._unsure and not self._records:
            self._tell("Nothing in it is sure to be a paper.")
        if not self._records and not self._warnings and not self.problems():
            self._tell("No paper was found in it: save a page that lists papers with their abstracts.")

    def _tell(self, line: Skipped | str) -> None:
        """Put a line into the receipt, or count it where there are more than a person can read."""
        lines: list[Any] = self._skipped if isinstance(line, Skipped) else self._warnings
        if len(lines) < MOST_LINES:
            lines.append(line)
        else:
            self._left_out[type(line)] += 1

    def _wanted(self, record: Record, found: FoundRecord) -> Record | None:
        """Return the record as a person wants it, None where it is not to be stored; either way it is listed."""
        self.numbered += 1
        is_listed = self.is_listed and len(self._papers) < MOST_LISTED
        if is_listed:
            title = record.title or (f"arXiv:{record.arxiv_id}" if record.arxiv_id else "")
            self._papers.append(Previewed(self.numbered, title, record.abstract, found.line, found.is_sure))
        is_left_out = self.numbered in self.selection.left_out
        is_unsure = not is_left_out and not found.is_sure and not self.selection.unsure
        self._unsure += is_unsure
        if is_left_out or (is_unsure and not is_listed):
            why = "left out, as you said" if is_left_out else UNSURE
            self._tell(passed_over(found.line, f"{record.title}: {record.abstract}", why))
        if is_left_out or is_unsure:
            return None
        mended = next((told for number, *told in self.selection.mended if number == self.numbered), None)
        return _mended(record, *mended) if mended else record

    def _judged(self, found: FoundRecord) -> Record | None:
        """Return the record if it is one; what is odd about it is put into the receipt."""
        record, line = with_withdrawal(found.record), found.line
        if why := _why_no_record(record):
            self._tell(passed_over(line, record.title or record.abstract or record.own_id or "", why))
            return None
        if is_notice(record.abstract):
            why = "the abstract is a notice on cookies or scripts: the paper was kept without it"
            self._tell(passed_over(line, record.abstract, why))
            return replace(record, abstract="", original=record.original or record.abstract)
        self._judge_date(record, line)
        if record.abstract and len(record.abstract.split()) < SHORTEST_ABSTRACT and record.abstract.isascii():
            self._tell(f"{_the(line)} abstract of “{record.title[:80]}” is only “{record.abstract[:80]}”.")
        return record

    def _judge_date(self, record: Record, line: int | None) -> None:
        """Name a date that is none, or that lies far ahead; those without a year on a page are counted there."""
        what = ""
        if record.date_text and not record.date:
            written = read_date(record.date_text)
            if written is None or written.year or self.format not in (Format.LISTING, Format.HTML):
                what = "cannot be read, and was left out: write it as 2025-06-30"
        elif record.date and int(record.date[:4]) > date.today().year + 1:
            what = "lies far ahead; it was kept"
        if what:
            of = f" of “{record.title[:80]}”" if record.title else ""
            self._tell(f"{_the(line)} date “{(record.date_text or record.date or '')[:40]}”{of} {what}.")

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
        self._missing.update(name for name, value in has.items() if not value)


def _the(line: int | None) -> str:
    return f"Line {line}: the" if line else "The"


def _why_no_record(record: Record) -> str:
    if len(record.title) > LONGEST_TITLE:
        return f"its title has {len(record.title)} characters: more than {LONGEST_TITLE} are no title"
    if len(record.abstract) > LONGEST_ABSTRACT:
        return f"its text has {len(record.abstract)} characters: more than {LONGEST_ABSTRACT} are no abstract"
    is_told = record.title or record.abstract or record.arxiv_id or record.withdrawn
    return "" if is_told else "neither a title nor an abstract"


def _mended(record: Record, title: str, abstract: str) -> Record:
    """Return the record with title and abstract as a person mended them; what stood there is kept as the original."""
    mended = clean(abstract)
    if mended == record.abstract:
        return replace(record, title=clean_line(title))
    original = record.original or record.abstract or None
    return replace(record, title=clean_line(title), abstract=mended, abstract_is_summary=False, original=original)
