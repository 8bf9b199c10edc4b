"""How well meaning is judged, on the written set: what is found, which sentence is picked, which claims are marked.

Three tables of a part of the set (`test` is looked at last). *Find* asks a library of the written papers and any others
for each question, and tells the share whose paper is among the first ten. *Pick* reads each question's own abstract
without a model: is the likeliest sentence one that answers, and does the abstract's probability tell questions that it
answers from those that it does not (AUROC). *Check* audits each claim behind the pointer to what it leans on, an
unstated one behind the sentence nearest to it in words, and tells the share that is not called supported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rag.audit import audit
from rag.base.settings import Settings
from rag.cite import resolve
from rag.models.cross_encoders import AnswerSelector, SupportChecker
from rag.nouns import Draft, Paper, Passage, Support

from .intervals import Figure, figure
from .libraries import AskableLibrary, Libraries, OpenLibrary
from .metrics import auroc
from .written_set import AskedOf, WrittenOn, read_written

FIRST = 10


class Row(NamedTuple):
    """One share of a group; an AUROC has no interval."""

    table: str
    group: str
    figure: Figure


def find(written: Sequence[WrittenOn], library: AskableLibrary) -> Iterator[Row]:
    """Yield recall@10 of the questions' papers, by kind of question; the library holds the papers."""
    hits: dict[str, list[bool]] = {}
    for paper, asked in ((w.paper, asked) for w in written for asked in w.questions):
        found = [hit.paper_id for hit in library.search(asked.question, FIRST)]
        hits.setdefault(group_of(asked), []).append(paper.paper_id in found)
    yield from (_row("find", group, hits[group]) for group in sorted(hits))


def pick(written: Sequence[WrittenOn], selector: AnswerSelector) -> Iterator[Row]:
    """Yield how often the likeliest sentence answers, by kind of question, then the AUROC of answered or not."""
    hits: dict[str, list[bool]] = {}
    answered: list[float] = []
    open_: list[float] = []
    for own in written:
        for asked in own.questions:
            (reading,) = selector.read(asked.question, [own.paper])
            hits.setdefault(group_of(asked), []).append(reading.ranked()[0] in asked.evidence)
            answered.append(reading.log_odds)
        open_.append(selector.read(own.unanswerable, [own.paper])[0].log_odds)
    yield from (_row("pick", group, hits[group]) for group in sorted(hits))
    area = Figure(auroc(answered, open_), None, len(answered) + len(open_))
    yield Row("pick", "AUROC of answered or not", area)


def check(written: Sequence[WrittenOn], checker: SupportChecker) -> Iterator[Row]:
    """Yield the share of claims that are marked, by what is false in them; of faithful ones it is false alarms."""
    marked: dict[str, list[bool]] = {}
    for own in written:
        for claim in own.claims:
            cited = claim.evidence or (nearest(claim.claim, own),)
            verdict = verdict_on(claim.claim, own.paper, cited, checker)
            marked.setdefault(claim.kind, []).append(verdict is not Support.SUPPORTED)
    false = [m for kind, found in marked.items() if kind not in ("supported", "unstated") for m in found]
    yield from (_row("check", kind, marked[kind]) for kind in sorted(marked))
    yield _row("check", "all false ones", false)


@contextmanager
def written_library(
    papers: Iterable[Path], folder: Path | None, open_library: OpenLibrary, settings: Settings
) -> Iterator[AskableLibrary]:
    """Give a library of the written papers and of `papers`; one that lies in `folder` is taken as it is."""
    with TemporaryDirectory() as scratch:
        listing, own = Path(scratch, "written.jsonl"), (written.paper for written in read_written())
        records = ({"id": p.paper_id, "title": p.title, "abstract": p.abstract} for p in own)
        listing.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        with Libraries((*papers, listing), settings, open_library, folder) as libraries:
            yield libraries.base


def verdict_on(claim: str, paper: Paper, cited: Sequence[int], checker: SupportChecker) -> Support:
    """Return what the audit says of a claim that points at sentences of a paper."""
    pointers = "".join(f"[P1.{index}]" for index in cited)
    draft = Draft(f"{claim.rstrip('.')} {pointers}.", (Passage(paper, 1.0),), "claims")
    claims = audit(resolve(draft, final=True), checker=checker).claims
    return max(claims, key=lambda c: c.end).support


def nearest(claim: str, own: WrittenOn) -> int:
    """Return the sentence that shares most words with a claim: what somebody would cite who is wrong."""
    said = set(claim.lower().split())

    def shared(index: int) -> float:
        words = set(own.paper.sentence(index).lower().split())
        return len(said & words) / (5 + len(words))

    return max(range(1, len(own.paper.sentences) + 1), key=shared)


def group_of(asked: AskedOf) -> str:
    """Return the kind of question that it is counted with."""
    if asked.language:
        return "other languages"
    return asked.style if asked.style in ("lay", "paraphrase") else "named, numeric and others"


def _row(table: str, group: str, found: Iterable[bool]) -> Row:
    return Row(table, group, figure([(float(is_so), 1.0) for is_so in found]))
