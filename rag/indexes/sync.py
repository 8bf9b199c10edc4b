"""Both indexes as one thing that follows the catalogue.

The catalogue says which papers are stale and which are leaving; a batch is written to both indexes and then marked.
A run that dies in between leaves papers marked stale, and the next one does them again: every write replaces.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rag.catalogue import Catalogue
from rag.embedder import Embedder
from rag.errors import EmbedderMismatch
from rag.indexes.chunks import chunk_texts
from rag.indexes.vectors import Vectors
from rag.indexes.words import Words

if TYPE_CHECKING:
    from rag.indexes.vectors import Matrix

Progress = Callable[[int, int], None]
"""Called with (done, total) papers."""
_BATCH = 256
"""Papers embedded and written at once; what a run that dies has to do again at most."""
_PROBE = "A probe: alignment of large language models with human values."
_SAME_VECTOR = 0.97
"""Cosine of the probe's vectors from which two embedders count as the same (int8 against fp32 of one model: .99)."""


class Indexes:
    """The vectors and the words of one library."""

    def __init__(self, folder: Path, catalogue: Catalogue, embedder: Callable[[], Embedder], chroma_url: str | None):
        self._catalogue, self._embedder = catalogue, embedder
        self.vectors = Vectors(folder / "chroma", chroma_url, catalogue.meta("library") or "")
        self.words = Words(folder / "words")
        self._seen = -1
        self._checked = False

    def synchronise(self, progress: Progress | None = None) -> int:
        """Bring both indexes up to the catalogue; return how many papers were embedded. The caller holds the lock."""
        total, done = self._catalogue.count_stale(), 0
        leaving = self._catalogue.leaving()
        if not total and not leaving:
            return 0
        self.refresh()
        while True:
            papers = self._catalogue.stale(_BATCH)
            if not papers and not leaving:
                break
            if papers:
                self.check_embedder()
            self._write([p.paper_id for p in papers], papers, leaving)
            self._catalogue.mark_indexed(papers, leaving)
            done, leaving = done + len(papers), []
            if progress:
                progress(done, max(total, done))
        self._seen = self._catalogue.generation()
        return done

    def _write(self, paper_ids: list[str], papers: list, leaving: list[str]) -> None:  # type: ignore[type-arg]
        if leaving:
            self.vectors.delete(leaving)
        if papers:
            embedder = self._embedder()
            texts = chunk_texts(papers, embedder.count_tokens, embedder.max_tokens)
            rows = [(p.paper_id, n) for p, parts in zip(papers, texts, strict=True) for n in range(len(parts))]
            self.vectors.replace(paper_ids, rows, embedder.embed([t for parts in texts for t in parts]))
        self.words.replace(papers, leaving)

    def refresh(self) -> None:
        """See what other processes wrote since the last look."""
        generation = self._catalogue.generation()
        if generation == self._seen:
            return
        if self._seen >= 0:
            self.vectors.refresh()
        self.words.refresh()
        self._seen = generation

    def dense(self, query: str, n: int) -> list[tuple[str, float]]:
        """Return up to `n` papers by cosine with the query."""
        return self.vectors.search(self.embed_query(query), n)

    def embed_query(self, query: str) -> Matrix:
        """Return the query's vector, from the same embedder as the papers'."""
        self.check_embedder()
        return self._embedder().embed_query(query)

    def check_embedder(self) -> None:
        """Refuse another embedder than the one the library was embedded with; the first one is noted."""
        if self._checked:
            return
        embedder = self._embedder()
        stored = self._catalogue.meta("embedder")
        probe = embedder.embed_query(_PROBE)
        if stored is None:
            self._catalogue.set_meta("embedder", _fingerprint(embedder, probe))
        else:
            _compare(json.loads(stored), embedder, probe)
        self._checked = True

    def rebuild(self, progress: Progress | None = None) -> int:
        """Drop both indexes and build them anew with the embedder in use; return how many papers were embedded."""
        self.vectors.close()
        self.vectors.clear()
        self.words.clear()
        self._catalogue.mark_all_stale()
        embedder = self._embedder()
        self._catalogue.set_meta("embedder", _fingerprint(embedder, embedder.embed_query(_PROBE)))
        self._checked, self._seen = True, -1
        return self.synchronise(progress)

    def close(self) -> None:
        """Let go of both."""
        self.vectors.close()
        self.words.close()


def _fingerprint(embedder: Embedder, probe: Matrix) -> str:
    return json.dumps(
        {"name": embedder.name, "dimension": embedder.dimension, "probe": [round(x, 5) for x in probe.tolist()]}
    )


def _compare(stored: dict[str, object], embedder: Embedder, probe: Matrix) -> None:
    """Raise EmbedderMismatch unless name, dimension and the probe's direction are those stored."""
    import numpy as np

    same = stored["name"] == embedder.name and stored["dimension"] == embedder.dimension
    if same and float(np.asarray(stored["probe"]) @ probe) >= _SAME_VECTOR:
        return
    raise EmbedderMismatch(
        f"This library was embedded with {stored['name']} and {embedder.name} is set now; their vectors cannot be "
        "compared. Set the first one again, or embed anew with: abstract-qa doctor --repair"
    )
