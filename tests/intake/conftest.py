from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from rag.intake import sources
from rag.nouns import Record, Sighting, Skipped


class Read(NamedTuple):
    """One file, read to its end."""

    path: str
    page: str
    format: str
    sightings: list[Sighting]
    skipped: tuple[Skipped, ...]
    warnings: tuple[str, ...]
    missing: dict[str, int]

    @property
    def records(self) -> list[Record]:
        return [sighting.record for sighting in self.sightings]

    @property
    def titles(self) -> list[str]:
        return [record.title for record in self.records]

    @property
    def receipt(self) -> str:
        return " / ".join((*self.warnings, *(f"{line.line}: {line.why}" for line in self.skipped)))


def read_all(path: str | Path) -> list[Read]:
    reads = []
    for source in sources(path):
        reading = source.read()
        sightings = list(reading.sightings)
        told = reading.receipt
        assert told.records == len(sightings)
        reads.append(Read(told.path, source.page, told.format, sightings, told.skipped, told.warnings, told.missing))
    return reads


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes, str], Read]:
    """Write a file and read it."""

    def reader(content: str | bytes, name: str = "page.txt") -> Read:
        place = tmp_path / name
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        (only,) = read_all(place)
        return only

    return reader
