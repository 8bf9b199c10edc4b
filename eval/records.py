"""A run's folder: the questions asked, the papers they were asked of as scorers need them, and a record an answer.

    manifest.json   questions.jsonl   papers.jsonl   records.jsonl   replies.jsonl (where a model was asked)

A record is appended, flushed and synced the moment its answer is there; a line cut off by a crash is passed over when
read and costs that one answer. A question asked again (after an error) counts as answered last.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.models.chat.tokens import count
from rag.nouns import Paper

from .questions import Question, SetError, load


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


def library_sha256(papers: Sequence[PaperText]) -> str:
    """Return one hash of all ids, titles and abstracts, whatever the order of adding was."""
    lines = sorted(json.dumps([p.paper_id, p.title, p.abstract], ensure_ascii=False) for p in papers)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one asking: the answer as the command line's JSON, or an error, or a missing recording.

    `search` is what the library's search returned for the standalone question, up to 50 deep; `wall_s` the seconds
    that the asking took.
    """

    question_id: str
    repeat: int = 0
    answer: Mapping[str, Any] | None = None
    search: tuple[Mapping[str, Any], ...] = ()
    wall_s: float = 0.0
    error: str | None = None
    missing: bool = False

    @property
    def failed(self) -> bool:
        """Whether there is nothing to score: an error, or a reply that was never recorded."""
        return self.missing or self.answer is None or self.answer.get("status") == "error"


class RunFolder:
    """The files of one run; safe to append to from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    @property
    def replies(self) -> Path:
        """Where a model's replies are kept."""
        return self.path / "replies.jsonl"

    def append(self, record: Record) -> None:
        """Add one record durably; begins a new line if the last one was cut off."""
        line = json.dumps(asdict(record), ensure_ascii=False) + "\n"
        with self._lock, (self.path / "records.jsonl").open("ab+") as file:
            if file.tell() and _last_byte(self.path / "records.jsonl") != b"\n":
                line = "\n" + line
            file.write(line.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())

    def records(self) -> tuple[Record, ...]:
        """Return the last record of each question and repeat, in order of first asking."""
        path = self.path / "records.jsonl"
        if not path.exists():
            return ()
        latest: dict[tuple[str, int], Record] = {}
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if (record := _record(line)) is not None:
                latest[record.question_id, record.repeat] = record
        return tuple(latest.values())

    def start(self, questions: Sequence[Question], papers: Sequence[PaperText]) -> None:
        """Write what is asked, and of which papers."""
        self.path.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(q.to_dict(), ensure_ascii=False) + "\n" for q in questions)
        (self.path / "questions.jsonl").write_text(lines, encoding="utf-8")
        lines = "".join(json.dumps(asdict(p), ensure_ascii=False) + "\n" for p in papers)
        (self.path / "papers.jsonl").write_text(lines, encoding="utf-8")

    def questions(self) -> dict[str, Question]:
        """Return the questions by id."""
        return dict(load(self._required("questions.jsonl")).by_id)

    def papers(self) -> tuple[PaperText, ...]:
        """Return the papers of the library that was asked."""
        items = map(json.loads, filter(None, self._required("papers.jsonl").read_text(encoding="utf-8").splitlines()))
        return tuple(PaperText(**{**item, "sentences": tuple(map(tuple, item["sentences"]))}) for item in items)

    def manifest(self) -> dict[str, Any]:
        """Return the manifest; SetError when this is no run."""
        manifest = json.loads(self._required("manifest.json").read_text(encoding="utf-8"))
        assert isinstance(manifest, dict)
        return manifest

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Replace the manifest in one step."""
        self.path.mkdir(parents=True, exist_ok=True)
        draft = self.path / "manifest.json.new"
        draft.write_text(json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        draft.replace(self.path / "manifest.json")

    def _required(self, name: str) -> Path:
        if not (self.path / name).is_file():
            raise SetError(f"{self.path} is not the folder of a run: it has no {name}. Make one with `eval run`.")
        return self.path / name


def _record(line: str) -> Record | None:
    try:
        item = json.loads(line)
        return Record(**{**item, "search": tuple(item["search"])})
    except (json.JSONDecodeError, TypeError, KeyError):
        return None


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
