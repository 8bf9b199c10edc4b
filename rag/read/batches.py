"""A model reads many papers and marks those that help: the best found (`--rerank`), or the whole library.

What helps a reader is not what is similar to the question (Dong et al., DPA-RAG, 2024). For questions that list, count
or compare over all papers, the best few are not enough. Not handled: libraries beyond `MOST_BATCHES` batches, of which
only the papers nearest to the question are read; the reading says how many; marks that differ from call to call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from itertools import accumulate

from rag.base.errors import ModelFailed, PromptTooLong
from rag.base.text.overlap import content_words
from rag.cite.shown import shown_papers
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import ReplyLimits, read_object
from rag.models.chat.tokens import count
from rag.nouns import Passage, Usage
from rag.read import prompts
from rag.read.prompts import neutral, neutral_lines

CANDIDATES = 50
"""Papers that are found for a model to choose from, where it does."""
BEST_MARK, LEAST_MARK = 3, 2
"""The highest mark, and the one from which a paper of the whole library helps."""
LEAST = 10
"""Papers that are kept where a model marks fewer."""
HEAD, MARK = 100, 8
"""Tokens of a reply of marks that one mark takes, and what stands around them."""
RULES, LEAST_ROOM = 600, 600
"""Tokens that the rules and the question take, and that texts have in the smallest call."""
SENTENCES = 3
"""Sentences of each abstract that a reranking model sees, those nearest to the question."""
BATCH_TOKENS = 12_000
"""Tokens of abstracts in one batch: models overlook papers in the midst of longer ones."""
MOST_BATCHES = 4
IN_FULL = 40
"""Papers read in full, the nearest ones; of the others the title and the sentences nearest to the question."""
AT_ONCE = 2

_NAME = re.compile(r"\s*\[?[Pp]?\s?(\d{1,5})\]?\s*")


@dataclass(frozen=True, slots=True)
class BatchReading:
    """The papers that help, best first; `read` says how many a model has read to find them."""

    passages: tuple[Passage, ...] = ()
    read: int = 0
    usage: Usage = field(default_factory=Usage)
    warnings: tuple[str, ...] = ()


def rerank(question: str, passages: Sequence[Passage], endpoint: Endpoint) -> BatchReading:
    """Return the most helpful of `passages`, best first; nothing when the model fails or cannot be read.

    Those without a mark stand behind, and only as many of them as make `LEAST` in all.
    """
    texts = excerpts(passages, question)
    ends = accumulate(map(count, texts))
    fitting = [text for text, end in zip(texts, ends, strict=True) if end <= _room(endpoint)]
    marks, usage = _marked(question, fitting, endpoint)
    order = sorted(range(len(passages)), key=lambda place: (-marks.get(place, 0), place))
    kept = max(LEAST, sum(mark > 0 for mark in marks.values())) if marks else 0
    return BatchReading(tuple(passages[place] for place in order[:kept]), len(marks), usage)


def read_all(question: str, passages: Sequence[Passage], endpoint: Endpoint) -> BatchReading:
    """Have a model read `passages`, best first, and return those that help to answer `question`."""
    nearest = (passage.paper for passage in passages[:IN_FULL])
    in_full = [f"{neutral(p.title)}\n{neutral(p.metadata_line())} {neutral(p.abstract)}\n" for p in nearest]
    texts = [*in_full, *excerpts(passages[IN_FULL:], question)]
    batches = list(_batches(texts, min(BATCH_TOKENS, _room(endpoint))))[:MOST_BATCHES]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # Each is read in the context of this thread, in which a person may have stopped waiting.
        marking = [pool.submit(copy_context().run, _marked, question, batch, endpoint) for batch in batches]
        read = [each.result() for each in marking]
    starts = accumulate(map(len, batches), initial=0)
    marks = {start + i: mark for start, (found, _) in zip(starts, read, strict=False) for i, mark in found.items()}
    helping = sorted((place for place, mark in marks.items() if mark >= LEAST_MARK), key=lambda place: -marks[place])
    tried = sum(map(len, batches))
    notes = {
        f"The model could not be brought to read {tried - len(marks)} of the papers.": len(marks) < tried,
        f"Only the {len(marks)} papers nearest to the question were read, of {len(passages)}.": tried < len(passages),
    }
    told = tuple(note for note, is_so in notes.items() if is_so)
    return BatchReading(
        tuple(passages[p] for p in helping), len(marks), sum((spent for _, spent in read), Usage()), told
    )


def _batches(texts: Sequence[str], tokens: int) -> Iterator[list[str]]:
    """Cut `texts` into runs of at most `tokens`; one longer than that is a run of its own."""
    batch: list[str] = []
    size = 0
    for text in texts:
        length = count(text)
        if batch and size + length > tokens:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


def _room(endpoint: Endpoint) -> int:
    """Return the tokens of texts that one call may show: what the window holds, and what is read in its time."""
    readable = endpoint.known.readable(endpoint.timeout)
    fits = endpoint.known.room - RULES - HEAD - MARK * BEST_MARK * LEAST
    return max(LEAST_ROOM, fits if readable is None else min(fits, readable - RULES))


def _marked(question: str, texts: Sequence[str], endpoint: Endpoint) -> tuple[Mapping[int, int], Usage]:
    """Return how much each of `texts` helps to answer `question`, from 0 to 3, by its place; none of what is not read.

    In halves where they do not fit the model's window after all.
    """
    papers = "\n".join(f"P{number} · {text}" for number, text in enumerate(texts, start=1))
    messages = prompts.messages("rerank", papers=papers, question=neutral_lines(question))
    try:
        reply = endpoint.complete(messages, ReplyLimits(HEAD + MARK * len(texts), endpoint.timeout))
    except PromptTooLong:
        if len(texts) <= 1:
            return {}, Usage()
        half = len(texts) // 2
        (one, spent), (other, more) = (_marked(question, part, endpoint) for part in (texts[:half], texts[half:]))
        return {**one, **{half + place: mark for place, mark in other.items()}}, spent + more
    except ModelFailed:
        return {}, Usage()
    found = read_object(reply.text)
    if found is None:
        return {}, Usage()
    # `{"P3": 2, …}`, alone or below one key; names and marks that mean nothing are passed over
    inner = next((value for value in found.values() if isinstance(value, dict)), found)
    marks = dict.fromkeys(range(len(texts)), 0)
    for name, value in inner.items():
        number = _NAME.fullmatch(str(name))
        if number and isinstance(value, int) and 0 <= value <= BEST_MARK and 1 <= int(number[1]) <= len(texts):
            marks[int(number[1]) - 1] = value
    return marks, reply.usage


def excerpts(passages: Sequence[Passage], question: str) -> list[str]:
    """Return each paper's title and, in their order, its sentences that hold most of the question's rarer words."""
    shown, words, texts = shown_papers(tuple(passages)), content_words(question), []
    for paper, sentences in zip(shown.papers, shown.words, strict=True):
        held = [shown.weights.coverage(words, sentence) or 0.0 for sentence in sentences]
        best = sorted(range(1, len(held)), key=lambda index: (-held[index], index))[:SENTENCES]
        told = " ".join(neutral(paper.sentence(index)) for index in sorted(best))
        texts.append(f"{neutral(paper.title)}\n{told}\n")
    return texts
