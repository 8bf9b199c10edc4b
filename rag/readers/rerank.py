"""Which papers help to answer, by a model that reads many at once and gives each a mark.

What helps a reader is not what is similar to the question (Dong et al., DPA-RAG, 2024). One call for all; papers that
it does not name have no mark and keep their order. Not handled: marks that differ from one call to the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rag.cite.overlap import content_words
from rag.cite.shown import Shown, read_shown
from rag.errors import ModelFailed, PromptTooLong
from rag.nouns import Paper, Passage, Usage
from rag.readers import prompts
from rag.readers.bounds import Bounds
from rag.readers.endpoint import Endpoint
from rag.readers.objects import read_object
from rag.readers.shown import neutral, neutral_lines
from rag.readers.tokens import count

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


@dataclass(frozen=True, slots=True)
class Marked:
    """Marks from 0 to 3 by position of the passage, and what they cost."""

    marks: Mapping[int, int]
    usage: Usage


def rerank(question: str, passages: Sequence[Passage], endpoint: Endpoint) -> tuple[tuple[Passage, ...], Usage] | None:
    """Return the most helpful of `passages`, best first; None when the model fails or cannot be read.

    Those without a mark stand behind, and only as many of them as make `LEAST` in all.
    """
    texts = _as_fit(excerpts(passages, question), room(endpoint))
    try:
        marked = mark(question, texts, endpoint)
    except PromptTooLong:
        return None
    if marked is None:
        return None
    order = sorted(range(len(passages)), key=lambda position: (-marked.marks.get(position, 0), position))
    order = order[: max(LEAST, sum(mark > 0 for mark in marked.marks.values()))]
    return tuple(passages[position] for position in order), marked.usage


def mark(question: str, texts: Sequence[str], endpoint: Endpoint) -> Marked | None:
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
    return None if found is None else Marked(_marks(found, len(texts)), reply.usage)


def room(endpoint: Endpoint) -> int:
    """Return the tokens of texts that one call may show: what the window holds, and what is read in its time."""
    known = endpoint.known
    readable = known.readable(endpoint.timeout)
    fits = known.room - RULES - HEAD - MARK * BEST_MARK * LEAST
    return max(LEAST_ROOM, fits if readable is None else min(fits, readable - RULES))


def _as_fit(texts: Sequence[str], tokens: int) -> list[str]:
    """Return the first of `texts` that are together of at most `tokens`."""
    ends = accumulate(map(count, texts))
    return [text for text, end in zip(texts, ends, strict=True) if end <= tokens]


def excerpts(passages: Sequence[Passage], question: str) -> list[str]:
    """Return each paper's title and, in their order, its sentences that hold most of the question's rarer words."""
    shown = read_shown(tuple(passages))
    words = content_words(question)
    return [_excerpt(paper, words, shown, number) for number, paper in enumerate(shown.papers)]


def _excerpt(paper: Paper, words: list[str], shown: Shown, number: int) -> str:
    held = [shown.weights.coverage(words, sentence) or 0.0 for sentence in shown.words[number]]
    best = sorted(sorted(range(1, len(held)), key=lambda index: (-held[index], index))[:SENTENCES])
    return neutral(paper.title) + "\n" + " ".join(neutral(paper.sentence(index)) for index in best) + "\n"


def whole(paper: Paper) -> str:
    """Return a paper's title, metadata line and abstract."""
    return f"{neutral(paper.title)}\n{neutral(paper.metadata_line())} {neutral(paper.abstract)}\n"


def _marks(found: Mapping[str, object], papers: int) -> dict[int, int]:
    """Read `{"P3": 2, …}`, alone or below one key; names and marks that mean nothing are passed over."""
    inner = next((value for value in found.values() if isinstance(value, dict)), found)
    marks: dict[int, int] = {}
    for name, value in inner.items():
        number = _NAME.fullmatch(str(name))
        if number and isinstance(value, int) and 0 <= value <= BEST_MARK and 1 <= int(number[1]) <= papers:
            marks[int(number[1]) - 1] = value
    return marks
