"""One step of training as it is asked for on the command line, with the papers that it learns among."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rag.errors import UsageError
from rag.library import Library
from rag.settings import Settings

from ..written_set import WrittenOn, read_written
from . import export, steps

_NEAR = (1, 12)
"""Ranks between which a paper is near a question and most likely does not answer it."""


def run_step(step: str, weights: Path, out: Path, sets: Path | None, library: Path | None) -> None:
    """Run one step; UsageError where it lacks what it needs."""
    out.mkdir(parents=True, exist_ok=True)
    if step == "general":
        steps.general(weights, _needed(sets, "--sets"), out)
    elif step == "checker":
        steps.checker(weights, out)
    elif step == "export":
        for name, digest in export.export(weights, out, out).items():
            print(f"{digest}  {name}")
    else:
        with Library.open(_needed(library, "--library"), Settings(extractive=True)) as opened:
            if step == "selector":
                steps.selector(weights, out, _Others(opened).near)
            else:
                steps.question(weights, out, *_stored(opened))


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


def _stored(library: Library) -> tuple[dict[str, int], Tensor, Tensor]:
    """Return rows by paper, the papers' vectors, and which of them may be learned from: none that is measured on."""
    vectors = library.indexes.vectors.by_paper([p.paper_id for p in library.papers()])
    names = sorted(vectors)
    measured = {w.paper.paper_id for part in ("test", "dev") for w in read_written(part)}
    allowed = torch.tensor([name not in measured for name in names])
    return (
        {name: row for row, name in enumerate(names)},
        torch.tensor(np.stack([vectors[name] for name in names])),
        allowed,
    )
