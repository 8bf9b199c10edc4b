"""Files into the catalogue: which were read before, what became of each, and a receipt that says so.

What a file was read by counts too: a better reader reads it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from functools import cache, partial
from itertools import islice
from pathlib import Path

from rag import intake as pages
from rag.base import text
from rag.catalogue import Added, Catalogue
from rag.intake import ALL, Source, sources
from rag.intake.reading import Reading
from rag.nouns import FileReceipt, Receipt, Selection, Sighting, Skipped

_PIECE = 1 << 20
_BATCH = 500
"""Records, or files, that are stored in one transaction."""
_STATES = ("new", "updated", "unchanged")
Progress = Callable[[str, int, int], None]


def content_digest(source: Source) -> str | None:
    """Return a digest of a file's bytes, its name and the code that reads it; None for one that cannot be read."""
    if source.problem:
        return None
    digest = hashlib.sha256(f"{_reader()}\n{Path(source.path).name}\n".encode("utf-8", "surrogateescape"))
    try:
        stream, _ = source.open()
        with stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except (OSError, RuntimeError, NotImplementedError):
        return None
    return digest.hexdigest()


def receipt_to_json(receipt: FileReceipt) -> str:
    """Return a receipt as JSON."""
    return json.dumps(asdict(receipt))


def receipt_from_text(told: str, path: str) -> FileReceipt:
    """Return the receipt that `receipt_to_text` wrote, for a file that lies at `path` now."""
    body = json.loads(told)
    skipped = tuple(Skipped(**block) for block in body["skipped"])
    return FileReceipt(path, body["format"], body["records"], skipped, tuple(body["warnings"]), body["missing"])


@cache
def _reader() -> str:
    """Return a digest of the code that turns files into records."""
    digest = hashlib.sha256()
    for package in (pages, text):
        for path in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Intake:
    """One `add`: counts each paper once, however many files tell of it.

    What was read is stored some files at a time, since each transaction waits for the disk. None is open while a file
    is read: a slow one would keep others waiting.
    """

    def __init__(
        self, catalogue: Catalogue, progress: Progress | None, selection: Selection = ALL, *, listing: bool = False
    ) -> None:
        """Take what `selection` wants; `listing` puts the papers into the receipt, for a preview."""
        self._catalogue, self._progress = catalogue, progress
        self._selection, self._listing = selection, listing
        self._numbered = 0
        self._states: dict[str, str] = {}
        self._files: list[FileReceipt] = []
        self._waiting: list[Callable[[], None]] = []
        self._pages: set[str] = set()
        self._read = self._stored = 0

    def add(self, paths: Iterable[str | Path | Source]) -> Receipt:
        """Store what the files tell; return the receipt."""
        for source in [one for path in paths for one in ([path] if isinstance(path, Source) else sources(path))]:
            self._take(source)
        self._store()
        held = self._catalogue.held(self._states)  # a paper may have become one with another meanwhile
        states = [state for paper_id, state in self._states.items() if paper_id in held]
        new, updated, unchanged = (states.count(name) for name in _STATES)
        return Receipt(len(states), new, updated, unchanged, tuple(self._files))

    def _take(self, source: Source) -> None:
        """Read a file, and have it stored with those around it; one that is known is not read again."""
        is_plain = self._selection == ALL and not self._listing
        digest = content_digest(source) if is_plain else None  # else it has to be read, and is no whole reading
        known = self._catalogue.receipt(source.page, digest) if digest else None
        if digest and known and source.page in self._pages:  # another of that page has been read since
            self._store()
            known = self._catalogue.receipt(source.page, digest)
        if known:
            self._later(partial(self._seen, source.path, *known))
            return
        reading = source.read(self._selection, self._numbered, self._listing)
        warnings: list[str] = []
        sightings = iter(reading.sightings)
        while batch := list(islice(sightings, _BATCH)):
            self._read += len(batch)
            self._later(partial(self._merge, batch, warnings))
        self._numbered = reading.numbered
        self._pages.add(source.page)
        self._later(partial(self._finish, source, reading, digest, warnings))

    def _later(self, work: Callable[[], None]) -> None:
        self._waiting.append(work)
        if self._read - self._stored >= _BATCH or len(self._waiting) >= _BATCH:
            self._store()

    def _store(self) -> None:
        """Do what waits, in one transaction."""
        with self._catalogue.together():
            for work in self._waiting:
                work()
        self._waiting.clear()
        self._pages.clear()
        if self._progress and self._read > self._stored:
            self._progress("reading", self._read, 0)
        self._stored = self._read

    def _merge(self, batch: list[Sighting], warnings: list[str]) -> None:
        warnings += self._note(self._catalogue.add(batch))

    def _seen(self, path: str, text: str, paper_ids: list[str]) -> None:
        self._note(Added((), (), tuple(paper_ids)))
        self._files.append(receipt_from_text(text, path))

    def _finish(self, source: Source, reading: Reading, digest: str | None, warnings: list[str]) -> None:
        """Note that a file was read to its end, and what it told."""
        receipt = reading.receipt
        if digest:
            self._catalogue.remember(source.page, digest, receipt_to_json(receipt))
        self._files.append(replace(receipt, warnings=(*receipt.warnings, *warnings)))

    def _note(self, added: Added) -> tuple[str, ...]:
        """Remember the first thing that became of each paper: what is new stays new for this receipt."""
        for state in _STATES:
            for paper_id in getattr(added, state):
                before = self._states.setdefault(paper_id, state)
                if state == "updated" and before == "unchanged":
                    self._states[paper_id] = state
        return added.warnings
