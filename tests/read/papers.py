"""A few invented papers, as passages."""

from __future__ import annotations

from rag.nouns import Paper, Passage


def paper(paper_id: str, title: str, *sentences: str, date: str | None = None, authors: int | None = None) -> Paper:
    """Return a paper whose abstract is `sentences`, parted by one space."""
    bounds, start = [], 0
    for sentence in sentences:
        bounds.append((start, start + len(sentence)))
        start += len(sentence) + 1
    return Paper(paper_id, title, " ".join(sentences), tuple(bounds), date=date, author_count=authors)


def passages(*papers: Paper) -> tuple[Passage, ...]:
    """Return `papers` as passages, best first."""
    return tuple(Passage(each, 1.0 - 0.1 * rank) for rank, each in enumerate(papers))


OWLS = paper(
    "owls",
    "Quiet Wings: Owls at Night",
    "We record the flight of 31 barn owls.",
    "Their wings make 18 dB less noise than those of pigeons.",
    date="2024-03-01",
    authors=3,
)
BATS = paper(
    "bats",
    "Bats in the Rain",
    "Bats fly less in heavy rain.",
    "In 12 nights we counted 40% fewer calls.",
)
