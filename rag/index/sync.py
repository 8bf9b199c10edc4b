"""Vectors and words as one thing that follows the catalogue.

The catalogue says which papers are stale and which are leaving. While papers still come in, the first of them are
embedded; the rest follow batch by batch, while those before are written. Every minute, and at the end, what was written
is made to count: first the words, then, in one transaction of the catalogue, the vectors together with the note that
these papers are indexed. A run that dies loses that minute: its papers are still stale, and the next run does them
again, since every write replaces.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rag.base.errors import EmbedderMismatch, LibraryDamaged, WorkFailed
from rag.catalogue import Catalogue
from rag.index.chunks import chunk_texts
from rag.index.vectors import Vectors
from rag.index.words import Words
from rag.models.embedder import SHIPPED, PaperEmbedder, Remembering
from rag.nouns import Paper

if TYPE_CHECKING:
    from rag.index.vectors import Matrix

    _Batch = tuple[Sequence[Paper], Sequence[tuple[str, int]], Matrix]

Progress = Callable[[int, int], None]
"""Called with (done, total) papers."""
_BATCH = 256
"""Papers embedded and written at once."""
_READY = 4
"""Batches embedded before they are written, so that embedding goes on while what was written is made to count."""
_SPAN = 60.0
"""Seconds of work after which it is made to count; each time, all vectors are copied once."""
_PROBE = "A probe: alignment of large language models with human values."
_SAME_VECTOR = 0.97
"""Cosine of the probe's vectors from which two embedders count as the same (int8 against fp32 of one model: .99)."""


_EARLY = 64
"""Papers embedded at once while others are still read; who stops waits for them, about a second."""
_MOST_EARLY = 30_000
"""Texts whose vectors wait to be asked for, in about 100 MB; 12,000 are embedded while 75,000 papers are read."""
_PAUSE = 0.1
"""Seconds after which to look again where fewer papers were there."""

_Item = TypeVar("_Item")


def ahead(items: Iterable[_Item], depth: int) -> Generator[_Item]:
    """Yield `items`, none of which may be None, while another thread makes up to `depth` of those that follow.

    A failure is raised where its item would have come; close the generator to stop before the end.
    """
    source = iter(items)
    thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
    try:
        begun = deque(thread.submit(next, source, None) for _ in range(depth))
        while (item := begun.popleft().result()) is not None:
            begun.append(thread.submit(next, source, None))
            yield item
    finally:
        thread.shutdown(cancel_futures=True)


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
        self._catalogue, self._embedder = catalogue, embedder
        library = catalogue.meta("library") or ""
        self.vectors = Vectors(folder / "chroma", chroma_url, library, catalogue.vectors, patience)
        self.words = Words(folder / "words", lambda: catalogue.vectors() is not None)
        self._early = Remembering(embedder, _MOST_EARLY)
        self._seen = -1
        self._checked = False
        self.outdated = False

    @cached_property
    def beside(self) -> ThreadPoolExecutor:
        """Threads for what a question asks of one index while another is asked."""
        return ThreadPoolExecutor(4, thread_name_prefix="beside")

    @contextmanager
    def embedding_early(self) -> Iterator[None]:
        """Embed papers on another thread while the block brings them in: their vectors wait for `synchronise`.

        They wait under their very texts, so that nothing is wrong where a paper changes meanwhile; what fails here is
        left undone, and told where it fails again.
        """
        over = threading.Event()
        with ThreadPoolExecutor(1, thread_name_prefix="early") as thread:
            thread.submit(self._embed_early, over)
            try:
                yield
            finally:
                over.set()

    def _embed_early(self, over: threading.Event) -> None:
        last = done = 0
        while not over.is_set() and done < _MOST_EARLY:
            stale = self._catalogue.stale(_EARLY, last)
            if len(stale) < _EARLY:
                over.wait(_PAUSE)
                continue
            self.check_embedder()
            *_, texts = self._cut(stale)
            self._early.embed(texts)
            last, done = stale[-1][0], done + len(texts)

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
            self.check_embedder()
        done, more = 0, True
        with closing(ahead(self._embedded() if total else (), _READY)) as batches:
            while more:
                done, more = self._publish(batches, leaving, done, lambda n: progress and progress(n, max(total, n)))
                leaving = []
        self._early = Remembering(self._embedder, _MOST_EARLY)
        self.refresh()
        return done

    def can_catch_up(self, most: int) -> bool:
        """Return whether there is something to synchronise, and not more than `most` papers to embed."""
        return bool(self._catalogue.leaving()) or 0 < self._catalogue.count_stale() <= most

    def _publish(
        self, batches: Iterator[_Batch], leaving: Sequence[str], done: int, tell: Callable[[int], object]
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

    def _embedded(self) -> Iterator[_Batch]:
        """Yield the stale papers with their chunks and vectors, in batches."""
        last = 0
        while stale := self._catalogue.stale(_BATCH, last):
            last = stale[-1][0]
            papers, chunks, texts = self._cut(stale)
            yield papers, chunks, self._early.embed(texts)

    def _cut(self, stale: Sequence[tuple[int, Paper]]) -> tuple[list[Paper], list[tuple[str, int]], list[str]]:
        """Return papers by number as papers, their chunks (paper_id, n), and the chunks' texts."""
        papers, embedder = [paper for _, paper in stale], self._embedder()
        texts = chunk_texts(papers, embedder.count_tokens, embedder.max_tokens)
        chunks = [(p.paper_id, n) for p, parts in zip(papers, texts, strict=True) for n in range(len(parts))]
        return papers, chunks, [text for parts in texts for text in parts]

    def refresh(self) -> None:
        """See what other processes wrote since the last look; the vectors see it by themselves."""
        generation = self._catalogue.generation()
        if generation != self._seen:
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
        if stored := self._catalogue.meta("embedder"):
            embedder = self._embedder()
            _compare(stored, embedder, embedder.embed([_PROBE])[0])
        else:
            self._note_embedder()
        self._checked = True

    def _note_embedder(self) -> None:
        embedder = self._embedder()
        probe = [round(x, 5) for x in embedder.embed([_PROBE])[0].tolist()]
        told = {"name": embedder.name, "dimension": embedder.dimension, "probe": probe}
        self._catalogue.set_meta("embedder", json.dumps(told))

    def is_outdated(self) -> bool:
        """Tell whether an earlier version of the shipped embedder made the vectors; EmbedderMismatch where another did.

        Asked again it looks again: another process may have embedded the library anew.
        """
        try:
            self.check_embedder()
        except EmbedderMismatch:
            stored = json.loads(self._catalogue.meta("embedder") or "{}")
            if not (_is_shipped(str(stored.get("name"))) and _is_shipped(self._embedder().name)):
                raise
            self.outdated = True
        else:
            self.outdated = False
        return self.outdated

    def warnings(self) -> tuple[str, ...]:
        """Return what a person is to know of the papers that a search may miss."""
        told = []
        if count := self._catalogue.count_stale():
            told.append(
                f"{count:,} papers are not indexed yet and may be missed; adding any page again goes on with them."
            )
        if self.outdated:
            told.append(
                "The papers were embedded by an earlier version of this program: until they are embedded anew "
                "(abstract-qa doctor --repair), they are found by their words alone."
            )
        return tuple(told)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Build the words anew, and the vectors unless they are sound; return how many papers were embedded."""
        self.close()
        if not self._has_sound_vectors():
            self._forget_vectors()
        self.words.rebuild(self._catalogue)
        self._seen = -1
        return self.synchronise(progress)

    def _has_sound_vectors(self) -> bool:
        """Return whether the vectors are of this embedder and of the very papers that the catalogue calls indexed."""
        try:
            self.check_embedder()
            return self.vectors.paper_ids() == self._catalogue.indexed() and not self.vectors.faults()
        except WorkFailed:
            return False

    def _forget_vectors(self) -> None:
        """Have all papers embedded anew, by the embedder in use."""
        self._catalogue.mark_all_stale()
        self.vectors.close()
        self.vectors.drop()
        self._note_embedder()
        self._checked, self.outdated = True, False

    def close(self) -> None:
        """Let go of what they keep open."""
        if (threads := self.__dict__.pop("beside", None)) is not None:
            threads.shutdown()
        self.vectors.close()
        self.words.close()


def _is_shipped(name: str) -> bool:
    """Tell whether an embedder of this name came with some version of this project."""
    return name.startswith(f"{SHIPPED.name}@")


def _compare(told: str, embedder: PaperEmbedder, probe: Matrix) -> None:
    """Raise EmbedderMismatch unless name, dimension and the probe's direction are those stored."""
    import numpy as np

    try:
        stored = json.loads(told)
        same = stored["name"] == embedder.name and stored["dimension"] == embedder.dimension
        if same and float(np.asarray(stored["probe"], dtype=np.float32) @ probe) >= _SAME_VECTOR:
            return
    except (ValueError, KeyError, TypeError) as exc:
        raise LibraryDamaged(
            "library.db does not tell any more what the library was embedded with. Embed anew with: "
            "abstract-qa doctor --repair"
        ) from exc
    raise EmbedderMismatch(
        f"This library was embedded with {stored['name']} and {embedder.name} is set now; their vectors cannot be "
        "compared. Set the first one again, or embed anew with: abstract-qa doctor --repair"
    )
