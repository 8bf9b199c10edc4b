"""The written set: questions and claims on abstracts, split by paper, and what is asked of each part.

The split follows from a hash of the paper's id, so that a paper stays in its part whatever is added.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any

from rag.nouns import Paper

FOLDER = Path(__file__).with_name("written")
ABSTRACTS, CLUSTERS = FOLDER / "abstracts.jsonl.gz", FOLDER / "clusters.jsonl.gz"
PARTS = ("test", "dev", "train")


@dataclass(frozen=True, slots=True)
class AskedOf:
    """A question on one paper: `evidence` are the sentences that answer, from 1, the best first; none: it does not."""

    question: str
    style: str
    evidence: tuple[int, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimOn:
    """A claim on one paper: `kind` is supported, unstated, or what is false in it; `evidence` what it leans on."""

    claim: str
    kind: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WrittenOn:
    """A paper with what was written about it."""

    paper: Paper
    questions: tuple[AskedOf, ...]
    unanswerable: str
    claims: tuple[ClaimOn, ...]

    @property
    def part(self) -> str:
        """`test`, `dev` or `train`."""
        return PARTS[min(2, int(sha1(self.paper.paper_id.encode()).hexdigest(), 16) % 10)]


def read_written(part: str | None = None, file: Path = ABSTRACTS) -> list[WrittenOn]:
    """Return what was written, of one part or of all."""
    found = map(_written_on, read_lines(file))
    return [written for written in found if part in (None, written.part)]


def read_clusters(file: Path = CLUSTERS) -> Iterator[tuple[tuple[Paper, ...], list[dict[str, Any]]]]:
    """Yield six near papers with the questions on them, as they stand in the file."""
    for line in read_lines(file):
        yield tuple(paper_of(p["id"], p["title"], p["sentences"]) for p in line["papers"]), line["questions"]


def paper_of(paper_id: str, title: str, sentences: list[str]) -> Paper:
    """Return a paper whose abstract is `sentences`, a space between two."""
    bounds, start = [], 0
    for sentence in sentences:
        bounds.append((start, start + len(sentence)))
        start += len(sentence) + 1
    return Paper(paper_id, title, " ".join(sentences), tuple(bounds))


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines, packed or not."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _written_on(line: dict[str, Any]) -> WrittenOn:
    questions = (AskedOf(q["q"], q["style"], tuple(q["evidence"]), q.get("language")) for q in line["questions"])
    claims = [ClaimOn(c["claim"], "supported", tuple(c["evidence"])) for c in line["supported"]]
    claims += [ClaimOn(c["claim"], c["kind"], tuple(c["evidence"])) for c in line["contradicted"]]
    claims.append(ClaimOn(line["unstated"], "unstated", ()))
    paper = paper_of(line["id"], line["title"], line["sentences"])
    return WrittenOn(paper, tuple(questions), line["unanswerable"], tuple(claims))
