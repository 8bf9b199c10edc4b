"""A model reads many papers and marks those that help: the best found (`--rerank`), or the whole library.

For questions that list, count or compare over all papers, where the best few are not enough. Not handled: libraries
beyond `MOST_BATCHES` batches, of which only the papers nearest to the question are read; the reading says how many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from itertools import accumulate

from rag.base.errors import ModelFailed, PromptTooLong
from rag.base.text.overlap import content_words
from rag.cite.shown import ShownPapers, shown_papers
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import Bounds, read_object
from rag.models.chat.tokens import count
from rag.nouns import Paper, Passage, Usage
from rag.read import prompts
from rag.read.prompts import neutral, neutral_lines

# ----------------------------------------------------------------------------------------------------
# Which papers help to answer, by a model that reads many at once and gives each a mark.
#
# What helps a reader is not what is similar to the question (Dong et al., DPA-RAG, 2024). One call for all; papers
# that it does not name have no mark and keep their order. Not handled: marks that differ from one call to the next.

CANDIDATES = 50
"""Papers that are found for a model to choose from, where it does."""
BEST_MARK = 3
LEAST = 10
"""Papers that are kept where a model marks fewer."""
HEAD, MARK = 100, 8
"""Tokens of a reply of marks that one mark takes, and what stands around them."""
RULES, LEAST_ROOM = 600, 600
"""Tokens that the rules and the question take, and that texts have in the smallest call."""
SENTENCES = 3
"""Sentences of each abstract that a reranking model sees, those nearest to the question."""

_NAME = re.compile(r"\s*\[?[Pp]?\s?(\d{1,5})\]?\s*")


Marks = Mapping[int, int]
"""Marks from 0 to 3 by the place of the text, from 0."""


def rerank(question: str, passages: Sequence[Passage], endpoint: Endpoint) -> tuple[tuple[Passage, ...], Usage] | None:
    """Return the most helpful of `passages`, best first; None when the model fails or cannot be read.

    Those without a mark stand behind, and only as many of them as make `LEAST` in all.
    """
    texts = excerpts(passages, question)
    ends = accumulate(map(count, texts))
    fitting = [text for text, end in zip(texts, ends, strict=True) if end <= room(endpoint)]
    try:
        marked = mark(question, fitting, endpoint)
    except PromptTooLong:
        return None
    if marked is None:
        return None
    marks, usage = marked
    order = sorted(range(len(passages)), key=lambda place: (-marks.get(place, 0), place))
    kept = max(LEAST, sum(mark > 0 for mark in marks.values()))
    return tuple(passages[place] for place in order[:kept]), usage


def mark(question: str, texts: Sequence[str], endpoint: Endpoint) -> tuple[Marks, Usage] | None:
    """Return how much each of `texts` helps to answer `question`; None when the model fails or cannot be read.

    PromptTooLong when they do not fit its window.
    """
    papers = "\n".join(f"P{number} · {text}" for number, text in enumerate(texts, start=1))
    messages = prompts.messages("rerank", papers=papers, question=neutral_lines(question))
    try:
        reply = endpoint.complete(messages, Bounds(HEAD + MARK * len(texts), endpoint.timeout))
    except PromptTooLong:
        raise
    except ModelFailed:
        return None
    found = read_object(reply.text)
    return None if found is None else (_marks(found, len(texts)), reply.usage)


def room(endpoint: Endpoint) -> int:
    """Return the tokens of texts that one call may show: what the window holds, and what is read in its time."""
    known = endpoint.known
    readable = known.readable(endpoint.timeout)
    fits = known.room - RULES - HEAD - MARK * BEST_MARK * LEAST
    return max(LEAST_ROOM, fits if readable is None else min(fits, readable - RULES))


def excerpts(passages: Sequence[Passage], question: str) -> list[str]:
    """Return each paper's title and, in their order, its sentences that hold most of the question's rarer words."""
    shown = shown_papers(tuple(passages))
    words = content_words(question)
    return [_excerpt(paper, words, shown, number) for number, paper in enumerate(shown.papers)]


def _excerpt(paper: Paper, words: list[str], shown: ShownPapers, number: int) -> str:
    held = [shown.weights.coverage(words, sentence) or 0.0 for sentence in shown.words[number]]
    best = sorted(sorted(range(1, len(held)), key=lambda index: (-held[index], index))[:SENTENCES])
    return neutral(paper.title) + "\n" + " ".join(neutral(paper.sentence(index)) for index in best) + "\n"


def _marks(found: Mapping[str, object], papers: int) -> Marks:
    """Read `{"P3": 2, …}`, alone or below one key; names and marks that mean nothing are passed over."""
    inner = next((value for value in found.values() if isinstance(value, dict)), found)
    marks: dict[int, int] = {}
    for name, value in inner.items():
        number = _NAME.fullmatch(str(name))
        if number and isinstance(value, int) and 0 <= value <= BEST_MARK and 1 <= int(number[1]) <= papers:
            marks[int(number[1]) - 1] = value
    return marks


# ----------------------------------------------------------------------------------------------------

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
    texts = [
        *(
            f"{neutral(p.title)}\n{neutral(p.metadata_line())} {neutral(p.abstract)}\n"
            for p in (passage.paper for passage in passages[:IN_FULL])
        ),
        *excerpts(passages[IN_FULL:], question),
    ]
    batches = list(_batches(passages, texts, min(BATCH_TOKENS, room(endpoint))))[:MOST_BATCHES]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # Each is read in the context of this thread, in which a person may have stopped waiting.
        marking = [pool.submit(copy_context().run, _marked, question, batch, endpoint) for batch in batches]
        marked = [part for each in marking for part in each.result()]
    kept: list[tuple[int, Passage]] = []
    usage, read = Usage(), 0
    for batch, found in marked:
        if found is not None:
            marks, spent = found
            usage, read = usage + spent, read + len(batch)
            kept += [(marks.get(place, 0), passage) for place, (passage, _) in enumerate(batch)]
    helping = sorted((one for one in kept if one[0] >= LEAST_MARK), key=lambda one: -one[0])
    tried = sum(len(batch) for batch, _ in marked)
    failed = f"The model could not be brought to read {tried - read} of the papers." if tried > read else ""
    left = (
        f"Only the {read} papers nearest to the question were read, of {len(passages)}."
        if tried < len(passages)
        else ""
    )
    return Reading(tuple(passage for _, passage in helping), read, usage, tuple(filter(None, (failed, left))))


def _marked(question: str, batch: Batch, endpoint: Endpoint) -> list[tuple[Batch, tuple[Marks, Usage] | None]]:
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
