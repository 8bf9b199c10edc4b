"""How well the audit tells a right source from a wrong one, on SciFact's claims.

    python -m eval.audit_scifact FOLDER [--part train] [--show 25] [--seed 0]

FOLDER holds `claims_train.jsonl` (or `claims_dev.jsonl`) and `abstracts_by_sentence.jsonl[.gz]` of SciFact (Wadden and
others, 2020; claims CC BY 4.0, abstracts ODC-BY 1.0). Each claim is put as a model's sentence, with pointers to the
rationale (supporting or contradicting), or to the best-matching sentence of a wrong abstract: one at random, or the
nearest of all in words. Printed: AUROC against support of the score, which counts words, and of the learned check's
probability, where sentences are pointed at; and how the verdicts fall. A contradiction shares its words with the truth,
so the first shows what words cannot see.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.audit import audit
from rag.base.text.overlap import content_words, weights
from rag.cite import resolve
from rag.models.cross_encoders import SupportChecker
from rag.nouns import Claim, Draft, Paper, Passage, Support

from .metrics import auroc
from .written_set import paper_of, read_lines


@dataclass(frozen=True, slots=True)
class Case:
    """A claim, the abstract it is said to rest on, and the sentences (none: the whole abstract)."""

    kind: str
    claim: str
    source: str
    sentences: tuple[int, ...] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison that `arguments` ask for and print its figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", default="train", help="whose claims: train (the default) or dev")
    parser.add_argument("--show", type=int, default=25, help="abstracts shown with each claim (default 25)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    papers = {paper.paper_id: paper for paper in read_papers(options.folder)}
    claims = options.folder / f"claims_{options.part}.jsonl"
    cases = list(_cases(claims, papers, random.Random(options.seed)))
    chance, checker = random.Random(options.seed + 1), SupportChecker()
    results = [
        (case, _audited(case, papers, options.show, chance, checker), _learned(case, papers, checker)) for case in cases
    ]
    _report(results)
    return 0


def read_papers(folder: Path) -> Iterator[Paper]:
    """Yield the abstracts of SciFact as papers."""
    for row in read_lines(next(folder.glob("abstracts_by_sentence.jsonl*"))):
        yield paper_of(str(row["doc_id"]), row["title"], row["abstract"])


def _cases(claims: Path, papers: dict[str, Paper], chance: random.Random) -> Iterator[Case]:
    near = _Nearest(papers)
    for row in read_lines(claims):
        cited = {str(doc) for doc in row["cited_doc_ids"]}
        for source, rationales in row["evidence"].items():
            sentences = tuple(index + 1 for index in rationales[0]["sentences"])
            yield Case(rationales[0]["label"].lower(), row["claim"], source, sentences)
        if any(rationale["label"] == "SUPPORT" for found in row["evidence"].values() for rationale in found):
            others = [paper_id for paper_id in papers if paper_id not in cited]
            yield Case("wrong, at random", row["claim"], chance.choice(others))
            yield Case("wrong, nearest", row["claim"], near.to(row["claim"], cited))
        elif not row["evidence"]:
            yield from (Case("says neither", row["claim"], source) for source in sorted(cited & papers.keys()))


class _Nearest:
    """The abstract that covers most of a claim, over all abstracts."""

    def __init__(self, papers: dict[str, Paper]) -> None:
        words = {
            paper.paper_id: frozenset(content_words(f"{paper.title} {paper.abstract}")) for paper in papers.values()
        }
        self._weights = weights(words.values())
        self._holders: dict[str, list[str]] = {}
        for paper_id, found in words.items():
            for word in found:
                self._holders.setdefault(word, []).append(paper_id)

    def to(self, claim: str, without: set[str]) -> str:
        scores: Counter[str] = Counter()
        for word in set(content_words(claim)):
            for paper_id in self._holders.get(word, ()):
                scores[paper_id] += self._weights.idf(word)  # type: ignore[assignment]
        return min((-score, paper_id) for paper_id, score in scores.items() if paper_id not in without)[1]


def _audited(case: Case, papers: dict[str, Paper], show: int, chance: random.Random, checker: SupportChecker) -> Claim:
    """Return the claim as the audit sees it, among `show` abstracts of which the first is the one pointed at."""
    others = chance.sample(sorted(papers.keys() - {case.source}), show - 1)
    shown = tuple(Passage(papers[paper_id], 1.0) for paper_id in [case.source, *others])
    pointers = "".join(f"[P1.{index}]" for index in case.sentences) or "[P1]"
    claim = case.claim.rstrip(" .")
    resolved = resolve(Draft(f"{claim} {pointers}.", shown, "scifact"), final=True)
    return max(audit(resolved, checker=checker).claims, key=lambda c: c.end)


def _learned(case: Case, papers: dict[str, Paper], checker: SupportChecker) -> float | None:
    """Return how likely the learned check holds a claim to be borne out; None where it points at a whole abstract."""
    paper = papers[case.source]
    beside = sorted({i + step for i in case.sentences for step in (-1, 1)} - set(case.sentences))
    near = [paper.sentence(i) for i in beside if 1 <= i <= len(paper.sentences)]
    return (
        checker.check(case.claim, list(map(paper.sentence, case.sentences)), near).supported if case.sentences else None
    )


def _report(results: Sequence[tuple[Case, Claim, float | None]]) -> None:
    kinds = ("support", "contradict", "says neither", "wrong, at random", "wrong, nearest")
    scores = {kind: [claim.score or 0.0 for case, claim, _ in results if case.kind == kind] for kind in kinds}
    learned = {kind: [p for case, _, p in results if case.kind == kind and p is not None] for kind in kinds}
    sys.stdout.write(
        f"{'pointed at':18}{'n':>5}{'words':>8}{'learned':>8}" + "".join(f"{support:>20}" for support in Support) + "\n"
    )
    for kind in kinds:
        counts = Counter(claim.support for case, claim, _ in results if case.kind == kind)
        against = "" if kind == "support" else f"{auroc(scores['support'], scores[kind]):.3f}"
        as_learned = f"{auroc(learned['support'], learned[kind]):.3f}" if kind == "contradict" else ""
        shares = "".join(f"{counts[support] / len(scores[kind]):20.1%}" for support in Support)
        sys.stdout.write(f"{kind:18}{len(scores[kind]):5}{against:>8}{as_learned:>8}{shares}\n")


if __name__ == "__main__":
    sys.exit(main())
