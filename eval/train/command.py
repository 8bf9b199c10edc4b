"""One step of training as it is asked for on the command line, with the papers that it learns among."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from rag.base.errors import UsageError
from rag.base.settings import Settings
from rag.library import Library
from rag.models.cross_encoders import END, START
from rag.models.embedder.onnx_folder import word_pieces

from ..written_set import WrittenOn, read_written
from . import checker, embedder, export, general, selector

_NEAR = (1, 12)
"""Ranks between which a paper is near a question and most likely does not answer it."""


def run_step(
    step: str, weights: Path, out: Path, sets: Path | None, library: Path | None, start: Path | None = None
) -> None:
    """Run one step; UsageError where it lacks what it needs."""
    out.mkdir(parents=True, exist_ok=True)
    if step == "general":
        general.train(weights, _needed(sets, "--sets"), out)
    elif step == "checker":
        checker.train(weights, out, start)
    elif step == "export":
        for name, digest in export.export(weights, out, out).items():
            print(f"{digest}  {name}")
    else:
        with Library.open(_needed(library, "--library"), Settings(extractive=True)) as opened:
            if step == "selector":
                selector.train(weights, out, _Others(opened).near, start)
            else:
                embedder.train(weights, out, *_searched(opened))


def _needed(folder: Path | None, flag: str) -> Path:
    if folder is None:
        raise UsageError(f"This step needs {flag}.")
    return folder


class _Others:
    """Written papers of the training part that a search finds for a question, behind its first."""

    def __init__(self, library: Library) -> None:
        self._library, self._known = library, {w.paper.paper_id: w for w in read_written("train")}

    def near(self, question: str) -> Sequence[WrittenOn]:
        first, last = _NEAR
        hits = self._library.search(question, last)[first:]
        asked = {q.question: w.paper.paper_id for w in self._known.values() for q in w.questions}
        return [
            self._known[h.paper_id] for h in hits if h.paper_id in self._known and h.paper_id != asked.get(question)
        ]


def _searched(library: Library) -> tuple[list[embedder.Searched], list[embedder.Searched]]:
    """Return the papers of the training part as searched for, and the others that may be learned from, by title."""
    written = {w.paper.paper_id: w for w in read_written()}
    papers = list(library.papers())
    vectors = library.indexes.vectors.by_paper([paper.paper_id for paper in papers])
    asked: list[embedder.Searched] = []
    others: list[embedder.Searched] = []
    for paper in papers:
        own = written.get(paper.paper_id)
        if paper.paper_id not in vectors or (own and own.part != "train"):  # nothing is learned of what is measured on
            continue
        said = list(embedder.searches(own)) if own else [(paper.title, 0.5)]
        pieces = tuple(([START, *word_pieces(text)[:94], END], weight) for text, weight in said)
        text = [START, *word_pieces(f"{paper.title}\n{paper.abstract}")[:382], END]
        found = embedder.Searched(text, torch.tensor(vectors[paper.paper_id]), pieces)
        (asked if own else others).append(found)
    return asked, others
