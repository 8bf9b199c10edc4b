"""The papers of a measurement: a file's first records as JSON lines, some kept back to be added later."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..questions import SHIPPED, SetError, load

FEW = 50
"""Papers added to the finished library."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of one measurement."""

    folder: Path

    @property
    def papers(self) -> Path:
        """The file that is added."""
        return self.folder / "papers.jsonl"

    @property
    def few(self) -> Path:
        """The few papers that are added to the finished library."""
        return self.folder / "few.jsonl"

    @property
    def library(self) -> Path:
        """The library."""
        return self.folder / "library"

    def cut(self, source: Path, size: int | None) -> int:
        """Write the first `size` papers of a JSON-lines file here, unless that was done; return how many there are."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.papers.is_file():
            with gzip.open(source, "rt") if source.suffix == ".gz" else source.open(encoding="utf-8") as lines:
                taken = [line for line in islice(lines, None if size is None else size + FEW) if line.strip()]
            if len(taken) <= FEW:
                raise SetError(f"{source} holds {len(taken)} papers: more than {FEW} are needed.")
            self.few.write_text("".join(taken[-FEW:]), encoding="utf-8")
            self.papers.write_text("".join(taken[:-FEW]), encoding="utf-8")
        with self.papers.open(encoding="utf-8") as lines:
            return sum(1 for _ in lines)

    def texts(self, most: int) -> list[str]:
        """Return up to `most` papers as the embedder gets them, evenly spread over the file."""
        with self.papers.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        spread = records[:: max(1, len(records) // most)][:most]
        return [f"{record['title']}\n{record['abstract']}" for record in spread]


def questions() -> list[str]:
    """Return the questions of the shipped set, as people ask them."""
    return [question.question for question in load(SHIPPED).questions]
