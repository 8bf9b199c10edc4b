"""Reading the whole library: a model marks its abstracts batch by batch, and those that help are then answered from.

For questions that list, count or compare over all papers, where the best few are not enough. Not handled: libraries
beyond `MOST_BATCHES` batches, of which only the papers nearest to the question are read; the reading says how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from rag.errors import PromptTooLong
from rag.nouns import Passage, Usage
from rag.readers.endpoint import Endpoint
from rag.readers.rerank import Marked, excerpts, mark, room, whole
from rag.readers.tokens import count

BATCH_TOKENS = 12_000
"""Tokens of abstracts in one batch: models overlook papers in the midst of longer ones."""
MOST_BATCHES = 4
IN_FULL = 40
"""Papers read in full, the nearest ones; of the others the title and the sentences nearest to the question."""
AT_ONCE = 2
LEAST_MARK = 2

Batch = Sequence[tuple[Passage, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The papers that help, best first; `read` says how many a model has read to find them."""

    passages: tuple[Passage, ...]
    read: int
    usage: Usage
    warnings: tuple[str, ...] = ()


def read_all(question: str, passages: Sequence[Passage], endpoint: Endpoint) -> Reading:
    """Have a model read `passages`, best first, and return those that help to answer `question`."""
    texts = [whole(passage.paper) for passage in passages[:IN_FULL]] + excerpts(passages[IN_FULL:], question)
    batches = list(_batches(passages, texts, min(BATCH_TOKENS, room(endpoint))))[:MOST_BATCHES]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # Each is read in the context of this thread, in which a person may have stopped waiting.
        marking = [pool.submit(copy_context().run, _marked, question, batch, endpoint) for batch in batches]
        marked = [part for each in marking for part in each.result()]
    kept: list[tuple[int, Passage]] = []
    usage, read, failed = Usage(), 0, 0
    for batch, found in marked:
        if found is None:
            failed += len(batch)
            continue
        usage, read = usage + found.usage, read + len(batch)
        kept += [
            (found.marks[position], passage)
            for position, (passage, _) in enumerate(batch)
            if found.marks.get(position, 0) >= LEAST_MARK
        ]
    kept.sort(key=lambda item: -item[0])
    return Reading(tuple(passage for _, passage in kept), read, usage, _warnings(read, failed, len(passages)))


def _marked(question: str, batch: Batch, endpoint: Endpoint) -> list[tuple[Batch, Marked | None]]:
    """Return a batch with its marks; in halves where it does not fit the model's window after all."""
    try:
        return [(batch, mark(question, [text for _, text in batch], endpoint))]
    except PromptTooLong:
        if len(batch) == 1:
            return [(batch, None)]
        half = len(batch) // 2
        return [*_marked(question, batch[:half], endpoint), *_marked(question, batch[half:], endpoint)]


def _batches(passages: Sequence[Passage], texts: Sequence[str], tokens: int) -> Iterator[Batch]:
    """Cut `passages` into runs of at most `tokens`; a paper longer than that is a run of its own."""
    batch: list[tuple[Passage, str]] = []
    size = 0
    for passage, text in zip(passages, texts, strict=True):
        length = count(text)
        if batch and size + length > tokens:
            yield batch
            batch, size = [], 0
        batch.append((passage, text))
        size += length
    if batch:
        yield batch


def _warnings(read: int, failed: int, papers: int) -> tuple[str, ...]:
    warnings = []
    if failed:
        warnings.append(f"The model could not be brought to read {failed} of the papers.")
    if read + failed < papers:
        warnings.append(f"Only the {read} papers nearest to the question were read, of {papers}.")
    return tuple(warnings)
