"""What holds of every answer by construction: asserted, and never reported as a score.

A violation is a bug of the library, whatever the answer is worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from rag.text.titles import normalise_title

from .answers import Answer, PapersByTitle

STATUSES = ("answered", "partial", "abstained", "error")


def violations(answer: Answer, papers: PapersByTitle, added: set[str] | None = None) -> list[str]:
    """Return one line for each thing that should have been impossible; `added` are titles put in for this question."""
    citations, text = answer.get("citations") or [], answer.get("text") or ""
    found = list(_of_status(answer, citations))
    found += [line for c in citations for line in _of_citation(c, papers, added or set())]
    if [c["number"] for c in citations] != list(range(1, len(citations) + 1)):
        found.append("citations are not numbered 1, 2, 3 in order")
    found += [
        f"claim {n} is not the text at its offsets"
        for n, claim in enumerate(answer.get("claims") or (), 1)
        if text[claim["start"] : claim["end"]] != claim["text"]
    ]
    scores = [e["score"] for e in answer.get("evidence") or ()]
    if len({e["paper_id"] for e in answer.get("evidence") or ()}) < len(scores):
        found.append("a paper is ranked twice in the evidence")
    if any(b["start"] < a["start"] for a, b in pairwise(answer.get("claims") or ())):
        found.append("claims are not in the order of the text")
    return found


def _of_status(answer: Answer, citations: list[Any]) -> Iterator[str]:
    status = answer.get("status")
    if status not in STATUSES:
        yield f"unknown status {status!r}"
    if status == "abstained" and citations:
        yield "an abstention cites"
    if status == "answered" and answer.get("reason") is not None:
        yield "an answered question has a reason"
    if status in ("partial", "abstained") and answer.get("reason") is None:
        yield f"a {status} answer gives no reason"


def _of_citation(citation: dict[str, Any], papers: PapersByTitle, added: set[str]) -> Iterator[str]:
    title = normalise_title(citation["title"])
    if title in added:
        return
    paper = papers.get(title)
    if paper is None:
        yield f"citation {citation['number']} names a title that is not in the library"
        return
    for sentence in citation.get("sentences") or ():
        if sentence["index"] > 0 and paper.abstract[sentence["start"] : sentence["end"]] != sentence["quote"]:
            yield f"citation {citation['number']}: the quote is not the abstract at its offsets"
