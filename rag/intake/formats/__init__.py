"""One parser a format, and what each yields: a record with its line, a block it passed over, or a note on the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rag.base.text import shortened
from rag.nouns import Record, Skipped

EXCERPT = 120
"""Characters of a skipped block that the receipt shows."""


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record and the line of the file where it begins, from 1; None where the format has no lines.

    One that is not sure to be a paper at all is stored only when a person says so.
    """

    record: Record
    line: int | None = None
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """A warning on the file as a whole."""

    text: str


Entry: TypeAlias = FoundRecord | Skipped | Note


def passed_over(line: int | None, text: str, why: str) -> Skipped:
    """Return the receipt's line for a block that became no paper: one line of its text, shortened."""
    excerpt = " ".join(text[: 4 * EXCERPT].encode("utf-8", "replace").decode().split())
    return Skipped(line, shortened(excerpt, EXCERPT), why)
