"""A small real library behind the harness's seam: papers in one file, search by shared words, answers in one quote."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.judge import Chat, open_chat
from eval.support import content_tokens
from rag.base.errors import UsageError
from rag.base.settings import Settings
from rag.nouns import Hit, Paper
from rag.read.prompts import messages

LEAST_SHARED = 2


@dataclass(frozen=True)
class SmallAnswer:
    """An answer that is its JSON."""

    json: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return self.json


class SmallLibrary:
    """Holds what was added in `papers.json`; asks a model for its words where the settings name an endpoint."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._settings = folder / "papers.json", settings
        self._papers: dict[str, Paper] = {}
        self._chat: Chat | None = None
        if settings.base_url and not settings.extractive:
            self._chat = open_chat(settings)
        if self._file.exists():
            self._take(json.loads(self._file.read_text()))

    def add(self, path: Path) -> None:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            self._take([{"pages": [file.stem], **json.loads(line)} for line in file.read_text().splitlines()])
        self._write()

    def remove(self, paper_id: str) -> None:
        del self._papers[paper_id]
        self._write()

    def papers(self) -> Sequence[Paper]:
        return list(self._papers.values())

    def search(self, query: str, k: int = 10, page: str | None = None) -> Sequence[Hit]:
        wanted = set(content_tokens(query))
        there = [p for p in self._papers.values() if page is None or page in p.pages]
        scored = [(len(wanted & set(content_tokens(f"{p.title} {p.abstract}"))), p) for p in there]
        scored.sort(key=lambda pair: (-pair[0], pair[1].paper_id))
        return [Hit(p.paper_id, p.title, float(score)) for score, p in scored[:k]]

    def ask(self, question: str, *, history: Sequence[str] = (), page: str | None = None) -> SmallAnswer:
        if not question.strip():
            raise UsageError("Ask something.")
        standalone = " ".join([*history, question])
        hits = self.search(standalone, k=25, page=page)
        answer = _empty(question, standalone, hits)
        if not hits or hits[0].score < LEAST_SHARED:
            return SmallAnswer(answer | {"status": "abstained", "reason": "not_in_library", "text": "Nothing on this."})
        paper = self._papers[hits[0].paper_id]
        return SmallAnswer(answer | self._told(standalone, paper))

    def close(self) -> None:
        """Nothing is held open."""

    def _told(self, question: str, paper: Paper) -> dict[str, Any]:
        wanted = set(content_tokens(question))
        numbered = range(1, len(paper.sentences) + 1)
        best = max(numbered, key=lambda n: (len(wanted & set(content_tokens(paper.sentence(n)))), -n))
        start, end = paper.sentences[best - 1]
        words, reader = paper.sentence(best), "extractive"
        if self._chat is not None:
            words, reader = self._chat(messages("closed_book", question=question)), self._settings.model or ""
        text = f"{words} [1]"
        sentence = {"index": best, "start": start, "end": end, "quote": paper.sentence(best)}
        citation = {"number": 1, "paper_id": paper.paper_id, "title": paper.title, "url": None, "sentences": [sentence]}
        claim = {"text": text, "start": 0, "end": len(text), "support": "supported", "score": 1.0}
        cites = [{"number": 1, "sentence": best}]
        return {"text": text, "citations": [citation], "claims": [claim | {"cites": cites}], "reader": reader}

    def _take(self, records: list[dict[str, Any]]) -> None:
        for record in records:
            name = record.get("id") or "-".join(re.findall(r"\w+", record["title"].lower()))
            abstract = record["abstract"]
            bounds = tuple(m.span() for m in re.finditer(r"\S[^.]*(?:\.(?=\d)[^.]*)*\.?", abstract))
            pages = (*(self._papers[name].pages if name in self._papers else ()), *record["pages"])
            self._papers[name] = Paper(name, record["title"], abstract, bounds, date=record.get("date"), pages=pages)

    def _write(self) -> None:
        fields = ("title", "abstract", "date", "pages")
        records = [{"id": p.paper_id, **{name: getattr(p, name) for name in fields}} for p in self.papers()]
        self._file.write_text(json.dumps(records))


def _empty(question: str, standalone: str, hits: Sequence[Hit]) -> dict[str, Any]:
    evidence = [{"paper_id": h.paper_id, "title": h.title, "score": h.score} for h in hits]
    lists: dict[str, Any] = {"citations": [], "claims": [], "related": [], "warnings": [], "evidence": evidence}
    about = {"id": "", "question": question, "standalone_question": standalone, "status": "answered", "reason": None}
    return (
        about | lists | {"reader": "extractive", "usage": {"prompt_tokens": 3, "completion_tokens": 2}, "timings": {}}
    )
