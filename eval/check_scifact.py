"""What a model's second opinion is worth, on SciFact's claims.

    python -m eval.check_scifact FOLDER [--pairs 102] [--seed 0] [--a-call 17]

FOLDER as for `eval.audit_scifact`. A third of the pairs each: a claim with a rationale that supports it, with one that
contradicts it, and with the nearest sentences of an abstract that says neither. They are mixed, put to
the model as `ask --check` does, so many `--a-call`, and the opinions are counted against SciFact's labels. The endpoint
is the environment's.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.base.settings import from_environment
from rag.base.text.overlap import content_words, weights
from rag.cite import resolve
from rag.models.chat.endpoint import Endpoint
from rag.nouns import Answer, Draft, Paper, Passage, Status, Usage
from rag.read.second_opinion import Judgement, check

from .audit_scifact import read_papers
from .written_set import read_lines

RIGHT = {"SUPPORT": Judgement.SUPPORTED, "CONTRADICT": Judgement.CONTRADICTED, "NONE": Judgement.NOT_STATED}
"""The opinion that SciFact's labels call for."""
NEAREST = 2
"""Sentences of an abstract that says neither, put in the place of a rationale."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, the abstract and its sentences (from 1) that it is held against, and SciFact's label."""

    label: str
    claim: str
    paper: Paper
    sentences: tuple[int, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask for the opinions that `arguments` call for and print how they fall."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=102, help="pairs in all, a third of each kind (default 102)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--a-call", type=int, default=17, help="pairs in one call (default 17)")
    options = parser.parse_args(arguments)
    endpoint = Endpoint.from_settings(from_environment())
    chosen = choose(list(read_pairs(options.folder)), options.pairs, random.Random(options.seed))
    counts, usage = Counter[tuple[str, Judgement]](), Usage()
    for start in range(0, len(chosen), options.a_call):
        batch = chosen[start : start + options.a_call]
        opinion = check(as_answer(batch), endpoint)
        counts.update((pair.label, each.verdict) for pair, each in zip(batch, opinion.opinions, strict=True))
        usage += opinion.usage
    _report(counts, usage)
    return 0


def read_pairs(folder: Path) -> Iterator[Pair]:
    """Yield every claim with each abstract that it cites."""
    papers = {paper.paper_id: paper for paper in read_papers(folder)}
    for row in read_lines(folder / "claims_train.jsonl"):
        for source, rationales in row["evidence"].items():
            sentences = tuple(index + 1 for index in rationales[0]["sentences"])
            yield Pair(rationales[0]["label"], row["claim"], papers[source], sentences)
        if not row["evidence"]:
            found = (papers[str(doc)] for doc in row["cited_doc_ids"] if str(doc) in papers)
            yield from (Pair("NONE", row["claim"], paper, _nearest(row["claim"], paper)) for paper in found)


def choose(pairs: Sequence[Pair], count: int, chance: random.Random) -> list[Pair]:
    """Return `count` pairs by lot, a third of each label, in a mixed order."""
    chosen = [pair for label in RIGHT for pair in chance.sample([p for p in pairs if p.label == label], count // 3)]
    return chance.sample(chosen, len(chosen))


def as_answer(pairs: Sequence[Pair]) -> Answer:
    """Return an answer whose claims are those of `pairs`, each pointing at its sentences."""
    text = "\n\n".join(
        pair.claim.rstrip(" .") + " " + "".join(f"[P{n}.{index}]" for index in pair.sentences) + "."
        for n, pair in enumerate(pairs, start=1)
    )
    shown = tuple(Passage(pair.paper, 1.0) for pair in pairs)
    resolved = resolve(Draft(text, shown, "scifact"), final=True)
    return Answer("", "", Status.ANSWERED, None, resolved.text, resolved.citations, resolved.claims)


def _nearest(claim: str, paper: Paper) -> tuple[int, ...]:
    places = range(1, len(paper.sentences) + 1)
    words = [frozenset(content_words(paper.sentence(index))) for index in places]
    weighted, asked = weights(words), content_words(claim)
    held = {index: weighted.coverage(asked, found) or 0.0 for index, found in zip(places, words, strict=True)}
    return tuple(sorted(sorted(places, key=lambda index: (-held[index], index))[:NEAREST]))


def _report(counts: Counter[tuple[str, Judgement]], usage: Usage) -> None:
    sys.stdout.write(f"{'SciFact says':14}" + "".join(f"{verdict:>14}" for verdict in Judgement) + "\n")
    for label in RIGHT:
        sys.stdout.write(f"{label:14}" + "".join(f"{counts[label, verdict]:14}" for verdict in Judgement) + "\n")
    right = sum(counts[label, verdict] for label, verdict in RIGHT.items())
    sys.stdout.write(
        f"{right} of {sum(counts.values())} as labelled; {usage.prompt_tokens:,} tokens of prompts, "
        f"{usage.completion_tokens:,} of replies.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
