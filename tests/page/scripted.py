"""A library that answers from a script: the seam of `rag.Library`, over papers in memory, at a pace one can choose."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rag.base.errors import ModelFailed
from rag.base.settings import Settings
from rag.intake import ALL
from rag.kept.conversations import Conversations, StoredTurn
from rag.models.chat.endpoint import Endpoint
from rag.nouns import (
    Answer,
    Citation,
    Cite,
    CitedSentence,
    Claim,
    Coverage,
    FileReceipt,
    Paper,
    Passage,
    Previewed,
    Reason,
    Receipt,
    Selection,
    Skipped,
    Status,
    Support,
    Table,
)
from rag.overview import Digest, Topic
from rag.read.choice import Endpoints
from rag.read.second_opinion import SecondOpinion, check
from tests.endpoint_server import HOURS
from tests.page.papers import COURT, DRIFT, EVIL, PAPERS, PROVERBS, RATERS, TIDE, UNDATED, paper

Line = tuple[str, Support, tuple[tuple[Paper, int], ...]]
LINES: tuple[Line, ...] = (
    (
        "Agreement with local raters falls from 71.3% in English to 48.9% in languages with few speakers",
        Support.SUPPORTED,
        ((TIDE, 3),),
    ),
    ("Larger models close about a third of this gap", Support.SUPPORTED, ((TIDE, 4),)),
    (
        "Fine-tuning moves preferences too: after 3,000 dialogues six of seven models had shifted",
        Support.NUMBER_NOT_FOUND,
        ((DRIFT, 3),),
    ),
    (
        "Raters form stable groups in 4 of 9 data sets, so an average hides disagreement",
        Support.SUPPORTED,
        ((RATERS, 2), (RATERS, 0)),
    ),
    ("Better sampling of raters would settle the matter", Support.UNCITED, ()),
)
TABLE = Table(
    columns=("Aspect", "TideBench", "Value Drift"),
    rows=(
        (
            "what it is",
            "“We present TideBench, a set of 12,400 questions on everyday norms.” [1]",
            "not in the abstract",
        ),
        (
            "findings",
            "“Larger models close a third of this gap.” [1]",
            "“Mixing in 5% of the original data halves it.” [2]",
        ),
    ),
    caption="TideBench and Value Drift, side by side",
)
AUGUST = {"since": "2025-08-01", "until": "2025-08-31", "mentions": ["raters"]}
"""The filters that a question with "August" states."""
_AT_ONCE = 8
"""Words that come together, as a quick model's do."""
EVIL_LINE = (
    "<script>window.pwned=1</script> ![x](https://evil.example/x.png) [a](javascript:window.pwned=1) "
    "<img src=x onerror=window.pwned=1> {{constructor}} ${window.pwned=1} <b>bold</b>"
)


def scripted_answer(question: str, lines: Sequence[Line], **more: object) -> Answer:
    """Return an answer made of lines, one sentence each, with markers, citations and audit."""
    papers = list(dict.fromkeys(p for _, _, cites in lines for p, _ in cites))
    cited: dict[Paper, set[int]] = {p: set() for p in papers}
    text, claims = "", []
    for words, support, cites in lines:
        numbers = sorted({papers.index(p) + 1 for p, _ in cites})
        sentence = words + "".join(f" [{n}]" for n in numbers) + "."
        start = len(text) + (1 if text else 0)
        text = f"{text} {sentence}" if text else sentence
        for p, index in cites:
            cited[p].add(index)
        pointers = tuple(Cite(papers.index(p) + 1, index) for p, index in cites)
        claims.append(Claim(sentence, start, start + len(sentence), pointers, support, 0.7))
    citations = tuple(Citation(n, p, tuple(_sentence(p, i) for i in sorted(cited[p]))) for n, p in enumerate(papers, 1))
    values: dict[str, object] = {
        "status": Status.ANSWERED, "reason": None, "text": text, "citations": citations, "claims": tuple(claims),
        "evidence": _evidence(), "coverage": Coverage(len(PAPERS), len(PAPERS), 1), "id": "a" * 12,
        "timings": {"total": 0.4}, "reader": "scripted",
        "next_questions": ("How does TideBench compare with Value Drift?", "Which papers deal with raters?"),
    }  # fmt: skip
    return Answer(question, question, **{**values, **more})  # type: ignore[arg-type]


def _sentence(of: Paper, index: int) -> CitedSentence:
    if index == 0:
        return CitedSentence(0, None, None, of.metadata_line())
    return CitedSentence(index, *of.sentences[index - 1], of.sentence(index))


def _evidence() -> tuple[Passage, ...]:
    order = (TIDE, DRIFT, RATERS, PROVERBS, COURT, UNDATED)
    return tuple(Passage(p, 1 - n / 10, n + 1, 6 - n if n % 2 else None, 0.6 - n / 20) for n, p in enumerate(order))


def _filtered(answer: Answer, passed: dict[str, str | None], dropped: Collection[str]) -> Answer:
    stated = AUGUST if "August" in answer.question else {}
    left = {name: value for name, value in stated.items() if name not in dropped}
    filters = {**left, **{name: value for name, value in passed.items() if value}}
    found = replace(answer.coverage, matched=3) if filters else answer.coverage
    return replace(answer, filters=filters, coverage=found)


class Gate:
    """A place that work passes through: whoever comes is held while it is shut."""

    def __init__(self) -> None:
        self._open, self.reached = threading.Event(), threading.Event()
        self._open.set()

    def shut(self) -> None:
        self.reached.clear()
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def passed(self) -> None:
        self.reached.set()
        self._open.wait(HOURS)


@contextmanager
def held(gate: Gate) -> Iterator[Gate]:
    """Shut a gate, and open it in the end."""
    gate.shut()
    try:
        yield gate
    finally:
        gate.open()


class GatedConversations(Conversations):
    """Conversations that can be kept from storing what has been answered."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.gate = Gate()

    def put(self, owner: str, conversation: str, turns: Sequence[StoredTurn], replaces: Sequence[str] = ()) -> None:
        if any('"stage": "asking"' not in turn.body for turn in turns):
            self.gate.passed()
        super().put(owner, conversation, turns, replaces)


class Catalogue:
    """Counts the changes."""

    changes = 0

    def __init__(self) -> None:
        self.gate = Gate()

    def generation(self) -> int:
        self.gate.passed()
        return self.changes


class ScriptedLibrary:
    """Answers by the words of the question; keeps what it was asked, so that a test can look.

    Words come a few at once. A `silent` question is never answered; a `slow` one never ends, its words one by one.
    """

    def __init__(
        self,
        folder: Path,
        papers: Sequence[Paper] = PAPERS,
        pause: float = 0.01,
        settings: Settings | None = None,
    ) -> None:
        self.folder, self.settings, self.pause = folder, settings or Settings(), pause
        self.catalogue = Catalogue()
        self.endpoints = Endpoints()
        self.conversations = GatedConversations(folder)
        self._papers = {p.paper_id: p for p in papers}
        self.asked: list[tuple[str, tuple[str, ...], Settings | None, dict[str, str | None]]] = []
        self.dropped: list[tuple[str, ...]] = []

    def __len__(self) -> int:
        return len(self._papers)

    def papers(self) -> list[Paper]:
        return list(self._papers.values())

    def check(self, answer: Answer, settings: Settings) -> SecondOpinion:
        return check(answer, Endpoint.from_settings(settings))

    def digest(self) -> Digest:
        """Return an overview with two subjects: what stands on cultural pages, and the rest."""
        papers = self.papers()
        cultural = tuple(p for p in papers if "cultural-alignment" in p.pages and "value-alignment" not in p.pages)
        rest = tuple(p for p in papers if p not in cultural)
        named = ((("cultural", "norms"), cultural), (("agreement", "raters"), rest))
        topics = tuple(Topic(words, of, _sentence(of[0], 1)) for words, of in named if of)
        places = tuple(
            (p, 0.3 * number + n / 40, n / 10, number)
            for number, topic in enumerate(topics, start=1)
            for n, p in enumerate(topic.papers)
        )
        months = (("2025-08", 2), ("2025-09", 1))
        return Digest(len(papers), 1, months, (("alignment", 2),), topics, cultural, places)

    def put(self, paper: Paper) -> None:
        """Add a paper, as another process would."""
        self._papers[paper.paper_id] = paper
        self.catalogue.changes += 1

    def paper(self, name: str) -> Paper | None:
        return self._papers.get(name)

    def spelled(self, query: str) -> str:
        return query.replace("provrebs", "proverbs")

    def remove(self, names: Sequence[str]) -> tuple[list[str], list[str]]:
        self.catalogue.changes += 1
        removed = [n for n in names if self._papers.pop(n, None)]
        return removed, [n for n in names if n not in removed]

    def add(
        self,
        paths: Iterable[Path],
        *,
        dry_run: bool = False,
        selection: Selection = ALL,
        progress: object = None,
    ) -> Receipt:
        """Take every line `Title | abstract` for a paper; other lines are passed over. An address is one paper."""
        path = Path(first := next(iter(paths)))
        if str(first) == "arxiv:slow":
            threading.Event().wait(HOURS)
        fetched = str(first).startswith("arxiv:")
        lines = [f"Fetched from {first} | It flies."] if fetched else path.read_text("utf-8").splitlines()
        told = [(a, b) for a, _, b in (line.partition(" | ") for line in lines) if b]
        listed = tuple(Previewed(n, a, b) for n, (a, b) in enumerate(told, 1))
        mended = {number: (title, abstract) for number, title, abstract in selection.mended}
        kept = [mended.get(p.number, (p.title, p.abstract)) for p in listed if p.number not in selection.left_out]
        found = [paper(f"x-{a}", a, b) for a, b in kept]
        skipped = tuple(Skipped(n, line, "no abstract") for n, line in enumerate(lines, 1) if " | " not in line)
        new = [p for p in found if p.title not in {q.title for q in self.papers()}]
        if not dry_run:
            self.catalogue.changes += 1
            for n, p in enumerate(found, 1):
                time.sleep(self.pause)
                self._papers[p.paper_id] = replace(p, pages=(path.stem,))
                if callable(progress):
                    progress("embedding", n, len(found))
        receipt = FileReceipt(path.name, "listing-text", len(found), skipped, papers=listed if dry_run else ())
        return Receipt(len(found), len(new), 0, len(found) - len(new), (receipt,))

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer | str] = (),
        since: str | None = None,
        until: str | None = None,
        page: str | None = None,
        dropped: Collection[str] = (),
        settings: Settings | None = None,
        **_: object,
    ) -> Iterator[Answer]:
        filters = {"since": since, "until": until, "page": page}
        earlier = tuple(a if isinstance(a, str) else a.question for a in history)
        self.asked.append((question, earlier, settings, filters))
        self.dropped.append(tuple(dropped))
        if "silent" in question:
            threading.Event().wait(HOURS)
        if "waited" in question:
            doing = "Reading 1,900 tokens, first words in about 12 s …"
            yield Answer(question, question, Status.ANSWERED, None, "", final=False, doing=doing)
            threading.Event().wait(3)
        whole = _filtered(self._whole(question), filters, dropped)
        pause, words = (0.25, 1) if "slow" in question else (self.pause, _AT_ONCE)
        if whole.status is not Status.ABSTAINED:
            for grown in re.finditer(rf"(?:\S+\s*){{1,{words}}}", whole.text):
                yield replace(whole, text=whole.text[: grown.end()], claims=(), final=False)
                time.sleep(pause)
        if "slow" in question:
            threading.Event().wait(HOURS)
        yield whole

    def _whole(self, question: str) -> Answer:
        asked = question.casefold()
        if "quantum" in asked or "ambiguous" in asked or "salary" in asked:
            reason = Reason.NOT_IN_LIBRARY if "quantum" in asked else Reason.NOT_IN_ABSTRACTS
            reason = Reason.AMBIGUOUS if "ambiguous" in asked else reason
            text = (
                "No paper in the library answers this. It holds 6 papers. The papers below are the nearest by subject."
            )
            return scripted_answer(
                question, (), status=Status.ABSTAINED, reason=reason, text=text, related=(COURT, PROVERBS)
            )
        if "fail" in asked:
            raise ModelFailed("The model at the endpoint did not answer within 60 s. Ask again, or set RAG_TIMEOUT.")
        if "crash" in asked:
            raise ZeroDivisionError
        if "evil" in asked:
            return scripted_answer(question, ((EVIL_LINE, Support.SUPPORTED, ((EVIL, 1), (EVIL, 2))),))
        if "compare" in asked:
            return scripted_answer(question, LINES[1:3], table=TABLE, reader="extractive")
        if "partly" in asked:
            more = {"status": Status.PARTIAL, "reason": Reason.NOT_IN_ABSTRACTS, "related": (COURT, PROVERBS)}
            return scripted_answer(question, LINES[:2], **more)
        if "again" in asked:
            return scripted_answer(question, LINES[3:4])
        return scripted_answer(question, LINES)
