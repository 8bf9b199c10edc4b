"""Whether the first papers found are better ordered by looking at them more closely, and what a look costs.

    python -m eval.reordering LIBRARY [--set SET] [--split dev] [--depth 50]

LIBRARY is a folder with the set's papers and as many others as one likes. Each way adds to the score of a paper found
how far a measure of it stands above the mean of those found, times a weight: the cosine of its title, that of its best
sentence in context, and how near the words of the question come to it ("late interaction"). Asked are the questions
of the set that ask for papers by what they say. Not handled: twins, and what a conversation adds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.embedder.contextual import Contextual
from rag.library import Library
from rag.nouns import Passage
from rag.readers.extractive.sentences import compare
from rag.settings import Settings
from rag.text.titles import normalise_title

from .metrics.retrieval import ndcg_at, recall_at
from .questions import SHIPPED, Question, load
from .tables import Table, to_text

ASKED = ("fact", "numeric", "paraphrase", "named", "multi", "instruction")
WEIGHTS = (0.25, 0.5, 1.0)

Measure = Callable[[str, Sequence[Passage]], list[float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print recall@10 and nDCG@10 of each way and its milliseconds a question."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("library", type=Path)
    parser.add_argument("--set", type=Path, default=SHIPPED)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--depth", type=int, default=50, help="papers looked at (default 50)")
    options = parser.parse_args(arguments)
    wanted = [q for q in load(options.set).questions if q.split == options.split and q.type in ASKED]
    asked = [q for q in wanted if q.gold_titles and not q.add_papers]
    with Library.open(options.library, Settings(extractive=True)) as library:
        found = [(q, library.passages(q.question, options.depth)) for q in asked]
        ways = (("best sentence", _sentences()), ("late interaction", _words()), ("title", _titles(library)))
        rows = [("as found", "", *_scored(found, [[0.0] * len(shown) for _, shown in found], 0.0), "")]
        for name, measure in ways:
            start = time.perf_counter()
            measured = [measure(q.question, shown) for q, shown in found]
            took = f"{1000 * (time.perf_counter() - start) / max(1, len(found)):.0f}"
            rows += [(name, f"{weight}", *_scored(found, measured, weight), took) for weight in WEIGHTS]
    title = f"{len(found)} questions, {options.depth} papers each"
    print(to_text(Table(title, ("way", "weight", "recall@10", "nDCG@10", "ms"), tuple(rows))))
    return 0


def _sentences() -> Measure:
    contextual = Contextual()
    return lambda question, shown: [
        max(paper.whole, default=0.0) for paper in compare(question, [p.paper for p in shown], contextual)
    ]


def _words() -> Measure:
    contextual = Contextual()
    return lambda question, shown: [paper.best for paper in compare(question, [p.paper for p in shown], contextual)]


def _titles(library: Library) -> Measure:
    embedder = library.embedder()

    def titles(question: str, shown: Sequence[Passage]) -> list[float]:
        cosines = embedder.embed([p.paper.title for p in shown]) @ embedder.embed_query(question)
        return [float(cosine) for cosine in cosines]

    return titles


def _scored(
    found: Sequence[tuple[Question, Sequence[Passage]]], measured: Sequence[list[float]], weight: float
) -> tuple[str, str]:
    """Return recall@10 and nDCG@10 with the papers reordered, in the mean over questions."""
    recall, gain = [], []
    for (question, shown), values in zip(found, measured, strict=True):
        usual = sum(values) / max(1, len(values))
        order = sorted(range(len(shown)), key=lambda i: (-(shown[i].score + weight * (values[i] - usual)), i))
        ranked = [normalise_title(shown[i].paper.title) for i in order]
        gold = {normalise_title(title) for title in question.gold_titles}
        recall.append(recall_at(ranked, gold, 10))
        gain.append(ndcg_at(ranked, dict.fromkeys(gold, 1.0), 10))
    return f"{sum(recall) / len(recall):.3f}", f"{sum(gain) / len(gain):.3f}"


if __name__ == "__main__":
    sys.exit(main())
