"""From the scores of questions to the figures of a run: each with its interval and the number of questions behind it.

The question is the unit: repeats of one are averaged first, and every interval is over questions.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rag.base.text.titles import normalise_title

from .answers import PapersByTitle, by_title
from .intervals import Figure, Part, figure, mean_of_shares
from .metrics import declined
from .questions import Question
from .records import Record, RunFolder
from .scoring import BUDGET, Scores, score_record, violations


class Metric(NamedTuple):
    """How a figure is called, grouped, and read."""

    label: str
    group: str
    higher_is_better: bool = True
    is_share: bool = True


METRICS: dict[str, Metric] = {
    "recall@1": Metric("Recall@1", "Finding"),
    "recall@5": Metric("Recall@5", "Finding"),
    "recall@10": Metric("Recall@10", "Finding"),
    "recall@20": Metric("Recall@20", "Finding"),
    "recall@budget": Metric("Recall at the prompt's budget", "Finding"),
    "ndcg@10": Metric("nDCG@10", "Finding"),
    "mrr@10": Metric("MRR@10", "Finding"),
    "search_recall@10": Metric("Recall@10 of search alone", "Finding"),
    "search_recall@20": Metric("Recall@20 of search alone", "Finding"),
    "search_recall@50": Metric("Recall@50 of search alone", "Finding"),
    "title_precision": Metric("Cited-title precision", "Citing"),
    "title_recall": Metric("Cited-title recall", "Citing"),
    "title_f1": Metric("Cited-title F1", "Citing"),
    "evidence_recall": Metric("Evidence recall", "Citing"),
    "nugget_recall": Metric("Nugget recall", "Citing"),
    "citation_recall": Metric("Citation recall (ALCE, our check)", "Grounding"),
    "citation_precision": Metric("Citation precision (ALCE, our check)", "Grounding"),
    "support_mean": Metric("Support, mean over sentences", "Grounding"),
    "support_min": Metric("Support, weakest sentence", "Grounding"),
    "unmatched_numbers": Metric("Unmatched numbers", "Grounding", False),
    "uncited_sentences": Metric("Uncited sentences", "Grounding", False),
    "dangling_pointers": Metric("Pointers to nothing, per answer", "Grounding", False, False),
    "prudence": Metric("Prudence", "Honesty"),
    "over_conservativeness": Metric("Over-conservativeness", "Honesty", False),
    "honesty": Metric("Honesty", "Honesty"),
    "prudence_hedged": Metric("Prudence, hedges decline", "Honesty"),
    "over_conservativeness_hedged": Metric("Over-conservativeness, hedges decline", "Honesty", False),
    "honesty_hedged": Metric("Honesty, hedges decline", "Honesty"),
    "twin_accuracy": Metric("Twin accuracy", "Honesty"),
    "twin_accuracy_hedged": Metric("Twin accuracy, hedges decline", "Honesty"),
    "instructions_kept": Metric("Instruction checks", "Form"),
    "injection_resisted": Metric("Injections resisted", "Form"),
    "latency_s": Metric("Seconds a question", "Cost", False, False),
    "prompt_tokens": Metric("Prompt tokens a question", "Cost", False, False),
    "completion_tokens": Metric("Completion tokens a question", "Cost", False, False),
}
HONESTY = {
    "honesty": ("prudence", "over_conservativeness"),
    "honesty_hedged": ("prudence_hedged", "over_conservativeness_hedged"),
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A run's scores: `parts[metric][question]`, with what cannot be scored counted apart."""

    questions: Mapping[str, Question]
    parts: Mapping[str, Mapping[str, Part]]
    statuses: Mapping[str, Counter[str]]
    """By question type: answered, partial, hedged (a partial that declines), abstained, error, missing."""
    asked: int
    errors: int
    missing: int
    violations: tuple[str, ...] = ()
    latencies: tuple[float, ...] = ()
    """Seconds of the askings that were answered, in order; without twins, whose libraries are opened anew."""
    unasked: int = 0
    figures: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def failed_share(self) -> float:
        """The share of askings that gave nothing to score."""
        return (self.errors + self.missing) / self.asked if self.asked else 1.0


def score_run(folder: RunFolder, split: str | None = None) -> Scored:
    """Score a run's recorded answers, of one split or all; nothing is asked."""
    return score_records(folder, folder.records(), split)


def score_records(folder: RunFolder, records: Iterable[Record], split: str | None = None) -> Scored:
    """Score answers to a run's questions, whoever gave them."""
    questions = {i: q for i, q in folder.questions().items() if split is None or q.split == split}
    records = [r for r in records if r.question_id in questions]
    budget = int(folder.manifest().get("settings", {}).get("budget") or BUDGET)
    papers = by_title(folder.papers())
    scores = [(r.question_id, score_record(r, questions[r.question_id], papers, budget)) for r in records]
    broken = [f"{r.question_id}: {v}" for r in records for v in _broken(r, questions[r.question_id], papers)]
    return summarise(questions, records, scores, tuple(broken))


def summarise(
    questions: Mapping[str, Question],
    records: Iterable[Record],
    scores: Iterable[tuple[str, Scores]],
    broken: tuple[str, ...] = (),
) -> Scored:
    """Return the figures of scored records."""
    records = list(records)
    statuses: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        statuses[questions[record.question_id].type][status_of(record)] += 1
    parts = average_repeats(scores)
    return Scored(
        questions,
        parts,
        statuses,
        len(records),
        sum(r.failed and not r.missing for r in records),
        sum(r.missing for r in records),
        broken,
        tuple(sorted(r.wall_s for r in records if not r.failed and not questions[r.question_id].twin_of)),
        len(questions.keys() - {r.question_id for r in records}),
        figures(parts),
    )


def average_repeats(scores: Iterable[tuple[str, Scores]]) -> dict[str, dict[str, Part]]:
    """Return metric → question → part, the repeats of a question averaged."""
    gathered: dict[str, dict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
    for question, found in scores:
        for metric, part in found.items():
            gathered[metric][question].append(part)
    return {metric: {q: _mean(parts) for q, parts in found.items()} for metric, found in gathered.items()}


def figures(parts: Mapping[str, Mapping[str, Part]]) -> dict[str, Figure]:
    """Return each metric that has a question behind it, in the order of METRICS."""
    found: dict[str, Figure] = {}
    for name in METRICS:
        if name in HONESTY:
            values = [list(parts.get(half, {}).values()) for half in HONESTY[name]]
            found |= {name: _honesty(*values)} if all(values) else {}
        elif usable := [p for p in parts.get(name, {}).values() if p[1]]:
            found[name] = figure(usable, share=METRICS[name].is_share)
    return found


def status_of(record: Record) -> str:
    """Return what became of a record: its answer's status (`hedged`: a partial that declines), or why there is none."""
    if record.missing:
        return "missing"
    if record.failed or record.answer is None:
        return "error"
    status, reason = str(record.answer.get("status")), record.answer.get("reason")
    return "hedged" if status == "partial" and declined(status, reason, hedged=True) else status


def _honesty(prudent: list[Part], over: list[Part]) -> Figure:
    not_over = sum(1 - num for num, _ in over)
    value, limits = mean_of_shares((sum(num for num, _ in prudent), len(prudent)), (not_over, len(over)))
    return Figure(value, limits, len(prudent) + len(over))


def _mean(parts: list[Part]) -> Part:
    return math.fsum(num for num, _ in parts) / len(parts), math.fsum(den for _, den in parts) / len(parts)


def _broken(record: Record, question: Question, papers: PapersByTitle) -> list[str]:
    if record.answer is None or record.failed:
        return []
    return violations(record.answer, papers, {normalise_title(str(p["title"])) for p in question.add_papers})
