"""What came in, ranked by likeness to a person's own papers: each new paper by the one of theirs that is nearest.

Not handled: own papers of which nothing but an id is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.base.errors import UsageError
from rag.intake import sources
from rag.models.embedder import Embedder
from rag.nouns import Paper, Record
from rag.present.references import address, title

_MOST = 1000
"""Papers of one's own that are compared with."""


@dataclass(frozen=True, slots=True)
class Likened:
    """A new paper, the title of one's own that it is most like, and their cosine."""

    paper_id: str
    title: str
    url: str
    score: float
    like: str


def likened(
    own: str | Path, new: Sequence[Paper], vectors: Mapping[str, Any], embedder: Embedder
) -> tuple[Likened, ...]:
    """Return the papers `new` that have a vector in `vectors`, best first; `own` is a file or folder that `add` takes.

    UsageError where it holds no paper with a title or an abstract.
    """
    import numpy as np

    records = _records(own)
    theirs = np.asarray(embedder.embed([f"{record.title}\n{record.abstract}".strip() for record in records]))
    ranked: list[Likened] = []
    for paper in new:
        if (vector := vectors.get(paper.paper_id)) is None:
            continue
        scores = theirs @ np.asarray(vector)
        best = int(scores.argmax())
        like = records[best].title or records[best].abstract[:80]
        score = round(float(scores[best]), 6)
        ranked.append(Likened(paper.paper_id, title(paper), address(paper).url, score, like))
    return tuple(sorted(ranked, key=lambda one: (-one.score, one.paper_id)))


def _records(own: str | Path) -> list[Record]:
    told = [sighting.record for source in sources(own) for sighting in source.read().sightings]
    records = [record for record in told if record.title or record.abstract][:_MOST]
    if not records:
        raise UsageError(f"{own} holds no paper with a title: bring a BibTeX file, or anything else that add takes.")
    return records
