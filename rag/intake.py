"""Files into the catalogue, with a receipt that says what became of each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from rag.catalogue import Added, Catalogue
from rag.familiar import content_digest, receipt_from_text, receipt_to_text
from rag.nouns import FileReceipt, Receipt, Selection
from rag.pages import ALL, Source, sources

_BATCH = 500
"""Records merged in one transaction."""
_STATES = ("new", "updated", "unchanged")

Progress = Callable[[str, int, int], None]


class Intake:
    """One `add`: counts each paper once, however many files tell of it."""

    def __init__(
        self, catalogue: Catalogue, progress: Progress | None, selection: Selection = ALL, *, listing: bool = False
    ) -> None:
        """Take what `selection` wants; `listing` puts the papers into the receipt, for a preview."""
        self._catalogue, self._progress = catalogue, progress
        self._selection, self._listing = selection, listing
        self._numbered = 0
        self._states: dict[str, str] = {}
        self._read = 0

    def add(self, paths: Iterable[str | Path | Source]) -> Receipt:
        """Store what the files tell; return the receipt."""
        found = [one for path in paths for one in ([path] if isinstance(path, Source) else sources(path))]
        files = tuple(self._add_file(source) for source in found)
        held = self._catalogue.held(self._states)  # a paper may have become one with another meanwhile
        states = [state for paper_id, state in self._states.items() if paper_id in held]
        new, updated, unchanged = (states.count(name) for name in _STATES)
        return Receipt(len(states), new, updated, unchanged, files)

    def _add_file(self, source: Source) -> FileReceipt:
        is_plain = self._selection == ALL and not self._listing
        digest = content_digest(source) if is_plain else None  # else it has to be read, and is no whole reading
        known = self._catalogue.receipt(source.page, digest) if digest else None
        if known:
            text, paper_ids = known
            list(self._note(Added((), (), tuple(paper_ids))))
            return receipt_from_text(text, source.path)
        reading = source.read(self._selection, self._numbered, self._listing)
        warnings: list[str] = []
        sightings = iter(reading.sightings)
        while batch := list(islice(sightings, _BATCH)):
            warnings += self._note(self._catalogue.add(batch))
            self._read += len(batch)
            if self._progress:
                self._progress("reading", self._read, 0)
        receipt = FileReceipt(
            source.path,
            reading.format,
            reading.records,
            tuple(reading.skipped),
            tuple(reading.warnings),
            dict(reading.missing),
            tuple(reading.papers),
        )
        self._numbered = reading.numbered
        if digest:
            self._catalogue.remember(source.page, digest, receipt_to_text(receipt))
        return replace(receipt, warnings=(*receipt.warnings, *warnings))

    def _note(self, added: Added) -> Iterator[str]:
        """Remember the first thing that became of each paper: what is new stays new for this receipt."""
        for name in _STATES:
            for paper_id in getattr(added, name):
                if name == "updated" and self._states.get(paper_id) == "unchanged":
                    self._states[paper_id] = name
                self._states.setdefault(paper_id, name)
        yield from added.warnings
