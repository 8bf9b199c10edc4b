"""Adding: end to end beside the embedder alone, the same file again, a few papers more; the size on disk."""

from __future__ import annotations

import json
import statistics

from rag.base.settings import Settings
from rag.library import Library
from rag.models.embedder import Embedder, open_embedder

from .clock import Spent, memory, seconds, spent
from .corpus import Place
from .figures import Figure

_SAMPLE = 600
"""Texts that the embedder alone is timed on, before and after."""
_BATCH = 256


def add(place: Place) -> list[Figure]:
    """Add the papers to a new library, between two timings of the embedder alone on a sample of them."""
    embedder, texts = open_embedder(), place.texts(_SAMPLE)
    embedder.embed_query("warm")
    before = spent(lambda: _embed(embedder, texts))
    with Library.open(place.library, Settings()) as library:
        whole = spent(lambda: library.add(place.papers))
        papers = len(library)
    alone = _mean(before, spent(lambda: _embed(embedder, texts)))
    wall, cpu = alone.wall / len(texts) * papers, alone.cpu / len(texts) * papers
    return [
        Figure("adding", "papers a second, end to end", papers / whole.wall),
        Figure("adding", "papers a second, the embedder alone", papers / wall),
        Figure("adding", "speed beside the embedder alone", wall / whole.wall, "", ">= 0.9"),
        Figure("adding", "the same by processor time", cpu / whole.cpu),
        Figure("adding", "seconds", whole.wall, "s"),
        Figure("adding", "peak memory", memory("VmHWM"), "MiB", "< 1229"),
        Figure("adding", "size on disk", _size(place) / 2**20, "MiB"),
    ]


def again(place: Place) -> list[Figure]:
    """Add the same file to the library that has it."""
    with Library.open(place.library, Settings()) as library:
        library.add(place.papers)  # remembers the file, where it was added by an older program
        took = seconds(lambda: library.add(place.papers))
    return [Figure("adding again", "the whole file", took, "s", "< 10")]


def few(place: Place, rounds: int = 3) -> list[Figure]:
    """Add 50 papers to the finished library and remove them again."""
    with place.few.open(encoding="utf-8") as lines:
        papers = [json.loads(line)["id"] for line in lines]
    added, removed = [], []
    with Library.open(place.library, Settings()) as library:
        for _ in range(rounds):
            added.append(seconds(lambda: library.add(place.few)))
            removed.append(seconds(lambda: library.remove(papers)))
    return [
        Figure("adding", "50 papers more", statistics.median(added), "s", "< 5"),
        Figure("removing", "50 papers", statistics.median(removed), "s"),
    ]


def _embed(embedder: Embedder, texts: list[str]) -> None:
    for start in range(0, len(texts), _BATCH):
        embedder.embed(texts[start : start + _BATCH])


def _mean(one: Spent, other: Spent) -> Spent:
    return Spent((one.wall + other.wall) / 2, (one.cpu + other.cpu) / 2)


def _size(place: Place) -> int:
    return sum(path.stat().st_size for path in place.library.rglob("*") if path.is_file())
