"""Vectors and words as one thing that follows the catalogue.

The catalogue says which papers are stale and which are leaving. While papers still come in, the first of them are
embedded; the rest follow batch by batch, while those before are written. Every minute, and at the end, what was written
is made to count: first the words, then, in one transaction of the catalogue, the vectors together with the note that
these papers are indexed. A run that dies loses that minute: its papers are still stale, and the next run does them
again, since every write replaces.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag.base.errors import WorkFailed
from rag.catalogue import Catalogue
from rag.index.embedding import Embedding, ahead
from rag.index.vectors import Vectors
from rag.index.words import Words
from rag.models.embedder import PaperEmbedder
from rag.nouns import Paper

if TYPE_CHECKING:
    from rag.index.embedding import Batch

Progress = Callable[[int, int], None]
"""Called with (done, total) papers."""
_SPAN = 60.0
"""Seconds of work after which it is made to count; each time, all vectors are copied once."""


class Indexes:
    """The vectors and the words of one library."""

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        embedder: Callable[[], PaperEmbedder],
        chroma_url: str | None,
        patience: float,
    ):
        """`patience`: seconds that a Chroma server is waited for."""
        self._catalogue = catalogue
        library = catalogue.meta("library") or ""
        self.vectors = Vectors(folder / "chroma", chroma_url, library, lambda: catalogue.meta("vectors"), patience)
        self.words = Words(folder / "words", lambda: catalogue.meta("vectors") is not None)
        self.embedding = Embedding(catalogue, embedder)
        self._seen = -1

    @cached_property
    def beside(self) -> ThreadPoolExecutor:
        """Threads for what a question asks of one index while another is asked."""
        return ThreadPoolExecutor(4, thread_name_prefix="beside")

    def synchronise(self, progress: Progress | None = None, most: int | None = None) -> int:
        """Bring both indexes up to the catalogue; return how many papers were embedded. The caller holds the lock.

        Where more than `most` papers wait to be embedded they go on waiting.
        """
        total, leaving = self._catalogue.count_stale(), self._catalogue.leaving()
        if most is not None and total > most:
            total = 0
        if not total and not leaving:
            return 0
        if total:
            self.embedding.check()
        done, more = 0, True
        with closing(self.embedding.batches() if total else ahead((), 1)) as batches:
            while more:
                done, more = self._publish(batches, leaving, done, lambda n: progress and progress(n, max(total, n)))
                leaving = []
        self.refresh()
        return done

    def can_catch_up(self, most: int) -> bool:
        """Return whether there is something to synchronise, and not more than `most` papers to embed."""
        return bool(self._catalogue.leaving()) or 0 < self._catalogue.count_stale() <= most

    def _publish(
        self, batches: Iterator[Batch], leaving: Sequence[str], done: int, tell: Callable[[int], object]
    ) -> tuple[int, bool]:
        """Write the batches of one span to the indexes and make them count; return the papers done, and if more come.

        Where a batch fails, or a person interrupts, those before it are made to count first.
        """
        papers: list[Paper] = []
        more, failure, began = True, None, time.monotonic()
        with self.vectors.writing() as draft:
            draft.delete(leaving)
            while time.monotonic() - began <= _SPAN:
                try:
                    batch, chunks, vectors = next(batches)
                except StopIteration:
                    more = False
                    break
                except BaseException as exc:
                    more, failure = False, exc
                    break
                draft.replace([p.paper_id for p in batch], chunks, vectors)
                papers += batch
                tell(done + len(papers))
        try:
            self.words.replace(papers, leaving)
            self._catalogue.mark_indexed(papers, leaving, draft.name)
        finally:
            self.vectors.sweep()  # of vectors that do not count too: they may be what fills the disk
        if failure:
            raise failure
        return done + len(papers), more

    def refresh(self) -> None:
        """See what other processes wrote since the last look; the vectors see it by themselves."""
        generation = self._catalogue.generation()
        if generation != self._seen:
            self.words.refresh()
            self._seen = generation

    def dense(self, query: str, n: int) -> list[tuple[str, float]]:
        """Return up to `n` papers by cosine with the query."""
        return self.vectors.search(self.embedding.query(query), n)

    def warnings(self) -> tuple[str, ...]:
        """Return what a person is to know of the papers that a search may miss."""
        told = []
        if count := self._catalogue.count_stale():
            told.append(
                f"{count:,} papers are not indexed yet and may be missed; adding any page again goes on with them."
            )
        if self.embedding.outdated:
            told.append(
                "The papers were embedded by an earlier version of this program: until they are embedded anew "
                "(abstract-qa doctor --repair), they are found by their words alone."
            )
        return tuple(told)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Build the words anew, and the vectors unless they are sound; return how many papers were embedded."""
        self.close()
        if not self._has_sound_vectors():
            self.embedding.forget()
            self.vectors.close()
            self.vectors.drop()
        self.words.rebuild(paper for paper in self._catalogue if paper.title or paper.abstract)
        self._seen = -1
        return self.synchronise(progress)

    def _has_sound_vectors(self) -> bool:
        """Return whether the vectors are of this embedder and of the very papers that the catalogue calls indexed."""
        try:
            self.embedding.check()
            return self.vectors.paper_ids() == self._catalogue.indexed() and not self.vectors.faults()
        except WorkFailed:
            return False

    def close(self) -> None:
        """Let go of what they keep open."""
        if (threads := self.__dict__.pop("beside", None)) is not None:
            threads.shutdown()
        self.vectors.close()
        self.words.close()
