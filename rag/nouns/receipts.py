"""What an `add` is told, and what it tells: previews, selections, and receipts file by file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rag.nouns.presenting import by_field, jsonable, to_text


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
        told: dict[str, Any] = jsonable(by_field(self))
        return told

    def __str__(self) -> str:
        return to_text(self)
