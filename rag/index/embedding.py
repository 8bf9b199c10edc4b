"""Papers into vectors: cut into chunks, embedded ahead of who writes them, by the one embedder that the library has.

A paper's text is one chunk where it fits the embedder, else overlapping ones cut between sentences. The title goes with
every chunk, and a chunk never spans papers. A single sentence longer than the embedder's limit is its own chunk, and
its end is cut off by the embedder.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rag.base.errors import EmbedderMismatch, LibraryDamaged
from rag.catalogue import Catalogue
from rag.models.embedder import SHIPPED, PaperEmbedder, Remembering
from rag.nouns import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Batch = tuple[Sequence[Paper], Sequence[tuple[str, int]], Matrix]

_BATCH = 256
"""Papers embedded and written at once."""
_READY = 4
"""Batches embedded before they are written, so that embedding goes on while what was written is made to count."""
_EARLY = 64
"""Papers embedded at once while others are still read; who stops waits for them, about a second."""
_MOST_EARLY = 30_000
"""Texts whose vectors wait to be asked for, in about 100 MB; 12,000 are embedded while 75,000 papers are read."""
_PAUSE = 0.1
"""Seconds after which to look again where fewer papers were there."""
_PROBE = "A probe: alignment of large language models with human values."
_SAME_VECTOR = 0.97
"""Cosine of the probe's vectors from which two embedders count as the same (int8 against fp32 of one model: .99)."""

_Item = TypeVar("_Item")


class Embedding:
    """The embedder of one library, and what of its catalogue is still to be embedded."""

    def __init__(self, catalogue: Catalogue, embedder: Callable[[], PaperEmbedder]) -> None:
        self._catalogue, self._embedder = catalogue, embedder
        self._waiting = Remembering(embedder, _MOST_EARLY)
        self._checked = False
        self.outdated = False

    @contextmanager
    def early(self) -> Iterator[None]:
        """Embed papers on another thread while the block brings them in: their vectors wait for `batches`.

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
            self.check()
            *_, texts = self._cut(stale)
            self._waiting.embed(texts)
            last, done = stale[-1][0], done + len(texts)

    def batches(self) -> Generator[Batch]:
        """Yield the stale papers with their chunks (paper_id, n) and vectors, embedded ahead on another thread."""
        return ahead(self._batches(), _READY)

    def _batches(self) -> Iterator[Batch]:
        last = 0
        while stale := self._catalogue.stale(_BATCH, last):
            last = stale[-1][0]
            papers, chunks, texts = self._cut(stale)
            yield papers, chunks, self._waiting.embed(texts)
        self._waiting = Remembering(self._embedder, _MOST_EARLY)

    def _cut(self, stale: Sequence[tuple[int, Paper]]) -> tuple[list[Paper], list[tuple[str, int]], list[str]]:
        """Return papers by number as papers, their chunks, and the chunks' texts."""
        papers, embedder = [paper for _, paper in stale], self._embedder()
        texts = chunk_texts(papers, embedder.count_tokens, embedder.max_tokens)
        chunks = [(p.paper_id, n) for p, parts in zip(papers, texts, strict=True) for n in range(len(parts))]
        return papers, chunks, [text for parts in texts for text in parts]

    def query(self, text: str) -> Matrix:
        """Return the vector of a query, from the same embedder as the papers'."""
        self.check()
        return self._embedder().embed_query(text)

    def check(self) -> None:
        """Refuse another embedder than the one the library was embedded with; the first one is noted."""
        if self._checked:
            return
        embedder = self._embedder()
        probe = embedder.embed([_PROBE])[0]
        if stored := self._catalogue.meta("embedder"):
            _compare(stored, embedder, probe)
        else:
            rounded = [round(x, 5) for x in probe.tolist()]
            told = {"name": embedder.name, "dimension": embedder.dimension, "probe": rounded}
            self._catalogue.set_meta("embedder", json.dumps(told))
        self._checked = True

    def is_outdated(self) -> bool:
        """Tell whether an earlier version of the shipped embedder made the vectors; EmbedderMismatch where another did.

        Asked again it looks again: another process may have embedded the library anew.
        """
        self.outdated = False
        try:
            self.check()
        except EmbedderMismatch:
            stored = str(json.loads(self._catalogue.meta("embedder") or "{}").get("name"))
            if not all(name.startswith(f"{SHIPPED.name}@") for name in (stored, self._embedder().name)):
                raise
            self.outdated = True
        return self.outdated

    def forget(self) -> None:
        """Note that nothing is embedded, so that the embedder in use will be the library's."""
        self._catalogue.mark_all_stale()
        self._checked = self.outdated = False


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


# ----------------------------------------------------------------------------------------------------

CountTokens = Callable[[Sequence[str]], Sequence[int]]
_OVERLAP = 2
"""Sentences that two neighbouring chunks share."""


def chunk_texts(papers: Sequence[Paper], count_tokens: CountTokens, limit: int) -> list[list[str]]:
    """Return each paper's chunks, each of at most `limit` tokens by `count_tokens` where sentences allow."""
    whole = [f"{p.title}\n{p.abstract}" for p in papers]
    sizes = count_tokens(whole)
    return [
        [text] if size <= limit or len(paper.sentences) < 2 else _split(paper, count_tokens, limit)
        for paper, text, size in zip(papers, whole, sizes, strict=True)
    ]


def _split(paper: Paper, count_tokens: CountTokens, limit: int) -> list[str]:
    """Return overlapping chunks, greedily filled."""
    sizes = count_tokens(paper.sentence_texts())
    room = max(limit - count_tokens([paper.title])[0], limit // 4)
    chunks, first = [], 0
    while first < len(sizes):
        last, used = first, 0
        while last < len(sizes) and (last == first or used + sizes[last] <= room):
            used += sizes[last]
            last += 1
        start, end = paper.sentences[first][0], paper.sentences[last - 1][1]
        chunks.append(f"{paper.title}\n{paper.abstract[start:end]}")
        if last == len(sizes):
            break
        first = max(last - _OVERLAP, first + 1)
    return chunks
