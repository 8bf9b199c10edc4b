"""Questions that are kept, and for each the papers that came in since and answer it, with their sentences.

They lie in a file of their own beside the catalogue, for they are a person's, and nothing follows from them. A paper is
looked at once for a question: when first asked what is new after it came in. Not handled: papers that change later.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.base.errors import LibraryDamaged, LibraryTooNew, UsageError, WorkFailed
from rag.catalogue import Catalogue
from rag.catalogue.filters import Filters
from rag.intent.wording import checked
from rag.nouns import Answer, CitedSentence, Status
from rag.present.references import address, title

FILE = "questions.json"
_VERSION = 1
_MOST = 500
"""Findings kept of a question, the newest."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A paper that answers a standing question; `found` is when that was seen, in ISO format, UTC."""

    paper_id: str
    title: str
    url: str
    sentences: tuple[CitedSentence, ...]
    found: str
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A question that is kept. Papers up to number `looked_at` of the catalogue have been looked at."""

    number: int
    question: str
    looked_at: int
    findings: tuple[Finding, ...] = ()

    def unseen(self) -> Standing:
        """Return the question with what was not seen yet alone."""
        return replace(self, findings=tuple(finding for finding in self.findings if not finding.seen))

    def to_dict(self) -> dict[str, Any]:
        """Return the question and its findings as JSON."""
        told = [{k: v for k, v in asdict(finding).items() if k != "seen"} for finding in self.findings]
        return {"number": self.number, "question": self.question, "papers": told}


class StandingQuestions:
    """The standing questions of the library in a folder; `writing` holds its lock, `ask` answers from its papers."""

    def __init__(
        self,
        folder: Path,
        writing: Callable[[], AbstractContextManager[None]],
        catalogue: Catalogue,
        ask: Callable[..., Answer],
    ) -> None:
        self._path, self._writing, self._catalogue, self._ask = folder / FILE, writing, catalogue, ask

    def all(self) -> tuple[Standing, ...]:
        """Return the questions, in the order in which they were kept."""
        from pydantic import TypeAdapter

        try:
            told = json.loads(self._path.read_bytes())
            if told["version"] > _VERSION:
                raise LibraryTooNew(f"{self._path} was written by a later version of this program: update the program.")
            return TypeAdapter(tuple[Standing, ...]).validate_python(told["questions"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise LibraryDamaged(f"{self._path} cannot be read: move it away, and keep the questions anew.") from exc

    def keep(self, question: str) -> Standing:
        """Keep a question: from now on `news` tells which new papers answer it. One kept already stays as it is."""
        question = checked(question)
        with self._writing():
            before = self.all()
            if same := [one for one in before if one.question.casefold() == question.casefold()]:
                return same[0]
            number = max((one.number for one in before), default=0) + 1
            kept = Standing(number, question, self._catalogue.last_number())
            self._store((*before, kept))
        return kept

    def forget(self, number: int) -> Standing:
        """Forget a question; UsageError where none has that number."""
        with self._writing():
            before = self.all()
            gone = [one for one in before if one.number == number]
            if not gone:
                known = ", ".join(f"{one.number}: {one.question}" for one in before) or "none"
                raise UsageError(f"No question is kept under {number}. Those kept: {known}.")
            self._store(tuple(one for one in before if one.number != number))
        return gone[0]

    def news(self) -> tuple[Standing, ...]:
        """Look at the papers that came in, and return each question with those found just now that answer it."""
        before, last = self.all(), self._catalogue.last_number()
        fresh = {
            one.number: answering_papers(self._ask(one.question, filters=Filters(among=tuple(new))))
            for one in before
            if (new := self._catalogue.since(one.looked_at))
        }
        if any(one.looked_at < last for one in before):
            with self._writing():
                self._store([_with(one, fresh.get(one.number, ()), last) for one in self.all()])
        return tuple(replace(one, findings=fresh.get(one.number, ())) for one in self.all())

    def mark_seen(self) -> None:
        """Note that everything found so far has been seen."""
        with self._writing():
            seen = [replace(one, findings=tuple(replace(f, seen=True) for f in one.findings)) for one in self.all()]
            self._store(seen)

    def _store(self, questions: Sequence[Standing]) -> None:
        """Write the file whole or not at all."""
        body = {"version": _VERSION, "questions": [asdict(one) for one in questions]}
        fresh = self._path.with_suffix(f".{os.getpid()}")
        try:
            fresh.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as exc:
            raise WorkFailed(f"Cannot write {self._path}: {exc.strerror}.") from exc


def answering_papers(answer: Answer) -> tuple[Finding, ...]:
    """Return the papers that an answer stands on; none where it is no full answer."""
    if answer.status is not Status.ANSWERED:
        return ()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return tuple(
        Finding(cited.paper.paper_id, title(cited.paper), address(cited.paper).url, cited.sentences, now)
        for cited in answer.citations
    )


def _with(one: Standing, fresh: Sequence[Finding], last: int) -> Standing:
    known = {finding.paper_id for finding in one.findings}
    kept = (*one.findings, *(finding for finding in fresh if finding.paper_id not in known))
    return replace(one, looked_at=max(one.looked_at, last), findings=kept[-_MOST:])
