"""The papers of a run as the scorers need them: kept beside the answers, so that scoring never opens a library."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.models.chat.tokens import count
from rag.nouns import Paper


@dataclass(frozen=True, slots=True)
class PaperText:
    """One paper: its text, the bounds of its sentences, its metadata line, and its length in o200k_base tokens."""

    paper_id: str
    title: str
    abstract: str
    sentences: tuple[tuple[int, int], ...] = ()
    metadata: str = ""
    tokens: int = 0

    def sentence(self, index: int) -> str:
        """Return sentence `index` as citations count them (0: the metadata line); empty when there is none."""
        if index == 0:
            return self.metadata
        if 1 <= index <= len(self.sentences):
            start, end = self.sentences[index - 1]
            return self.abstract[start:end]
        return ""


def read_papers(papers: Iterable[Paper]) -> tuple[PaperText, ...]:
    """Return a library's papers as texts, ordered by id."""
    texts = (
        PaperText(
            p.paper_id,
            p.title,
            p.abstract,
            p.sentences,
            p.metadata_line(),
            count(f"{p.title}\n{p.abstract}"),
        )
        for p in papers
    )
    return tuple(sorted(texts, key=lambda paper: paper.paper_id))


def write(path: Path, papers: Sequence[PaperText]) -> None:
    """Write the papers as JSON lines."""
    path.write_text("".join(json.dumps(asdict(p), ensure_ascii=False) + "\n" for p in papers), encoding="utf-8")


def load(path: Path) -> tuple[PaperText, ...]:
    """Read what `write` wrote."""
    return tuple(_paper(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line)


def library_sha256(papers: Sequence[PaperText]) -> str:
    """Return one hash of all ids, titles and abstracts, whatever the order of adding was."""
    lines = sorted(json.dumps([p.paper_id, p.title, p.abstract], ensure_ascii=False) for p in papers)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _paper(item: dict[str, Any]) -> PaperText:
    item["sentences"] = tuple((int(start), int(end)) for start, end in item["sentences"])
    return PaperText(**item)
