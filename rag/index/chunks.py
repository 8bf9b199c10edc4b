"""A paper's text into chunks for the embedder: one where it fits, else overlapping ones cut between sentences.

The title goes with every chunk, and a chunk never spans papers. A single sentence longer than the embedder's limit is
its own chunk, and its end is cut off by the embedder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.nouns import Paper

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
    sizes = count_tokens([paper.sentence(i + 1) for i in range(len(paper.sentences))])
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
