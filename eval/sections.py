"""The tables of a report, each from scored runs: figures with their intervals, seconds a question, types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .aggregate import METRICS, Scored
from .agreement import Agreement
from .beir import Result
from .compare import Row
from .controls import Placing
from .damage import SCORERS, Detection
from .gate import Verdict
from .intervals import Figure, Interval, figure, ratio, wilson
from .meaning import Row as MeaningRow
from .questions import TYPES
from .tables import Table, number, share

STATUSES = ("answered", "partial", "hedged", "abstained", "error", "missing")
CONTROL_METRICS = ("title_f1", "evidence_recall", "nugget_recall", "citation_recall", "prudence", "honesty")


def figures(scored: Scored) -> Table:
    """Return the run's figures with their intervals."""
    rows = tuple((METRICS[name].label, *_cells(f)) for name, f in scored.figures.items())
    note = (
        "95% intervals: Wilson's for shares, square-and-add for honesty, else a seeded bootstrap of questions; n is "
        "the number of questions behind a figure. Honesty: a question is declined when the status is abstained, or the "
        "answer is said to correct what the question assumes; in the "
        "hedged rows a partial that says the abstracts do not tell declines too, wherever it is given. An "
        "extractive answer quotes what it cites: its rows on grounding hold by construction."
    )
    return Table("Figures", ("Metric", "Value", "95% interval", "n"), rows, note)


def counts(scored: Scored) -> Table:
    """Return what became of the askings."""
    rows = [
        ("asked", str(scored.asked)),
        ("errors", share(scored.errors, scored.asked)),
        ("missing recordings", share(scored.missing, scored.asked)),
        ("not asked yet", str(scored.unasked)),
        ("broken invariants", str(len(scored.violations))),
        ("seconds a question, median", number(_quantile(scored.latencies, 0.5))),
        ("seconds a question, 90th percentile", number(_quantile(scored.latencies, 0.9))),
    ]
    note = "Errors and missing recordings are in no figure: neither dropped in silence nor counted as zero."
    return Table("Askings", ("", ""), tuple(rows), note)


def by_type(scored: Scored) -> Table:
    """Return the counts of each type, k of n questions."""
    types = [t for t in (*TYPES, "twin") if any(q.type == t for q in scored.questions.values())]
    types += sorted({q.type for q in scored.questions.values()} - set(types))
    rows = tuple(_type_row(scored, name) for name in types)
    marks = ("right titles", "all evidence", "all nuggets", "declined", "declined or hedged")
    header = ("Type", "asked", *marks, "failed")
    note = "k of n questions with full marks. No row of fewer than 20 questions has a target."
    return Table("By type", header, rows, note)


def statuses(scored: Scored) -> Table:
    """Return each type's statuses."""
    rows = tuple((name, *(str(found.get(s, 0)) for s in STATUSES)) for name, found in sorted(scored.statuses.items()))
    return Table("Statuses", ("Type", *STATUSES), rows)


def controls(scored: Mapping[str, Scored]) -> Table:
    """Return the headline figures of the run and of each control."""
    rows = tuple(
        (name, *(number(s.figures[m].value) if m in s.figures else "–" for m in CONTROL_METRICS))
        for name, s in scored.items()
    )
    return Table("Controls", ("Answerer", *(METRICS[m].label for m in CONTROL_METRICS)), rows)


def order(placings: Sequence[Placing]) -> Table:
    """Return whether the controls order as they must."""
    words = {True: "holds", None: "within chance", False: "DOES NOT HOLD"}
    rows = tuple(
        (f"{p.better} ≥ {p.worse}", METRICS[p.metric].label, *map(number, p.values), words[p.holds]) for p in placings
    )
    return Table("Expected order", ("Order", "Metric", "first", "second", ""), rows)


def damage(rows: Sequence[Detection], manner: str) -> Table:
    """Return the detection table of the damage tests."""
    names = [METRICS[s].label.split(" (")[0] if s in METRICS else s for s in SCORERS]
    header = ("Damage", "n", *names, "without gold", "any", "95% interval", "missed")
    body = tuple(
        (r.damage, str(r.n), *(str(r.seen[s]) for s in SCORERS), str(r.seen_without_gold), share(r.seen_by_any, r.n),
         limits(wilson(r.seen_by_any, r.n), 2), str(r.n - r.seen_by_any))
        for r in rows
    )  # fmt: skip
    note = "How many damaged answers each scorer rates below the undamaged one; the first row: right answers faulted."
    return Table(f"Damage seen, answers that {manner} the evidence", header, body, note)


def comparison(rows: Sequence[Row]) -> Table:
    """Return two runs side by side."""
    body = tuple(
        (METRICS[r.metric].label, number(r.first), number(r.second), f"{r.difference:+.3f}",
         f"{r.interval[0]:+.3f} to {r.interval[1]:+.3f}", number(r.p), number(r.smallest), str(r.n), _verdict(r))
        for r in rows
    )  # fmt: skip
    header = ("Metric", "A", "B", "B - A", "95% interval", "McNemar p", "smallest shown", "n", "")
    note = (
        "Same questions, paired. `smallest shown` is the true difference that so many questions would show four times "
        "in five. Rows are judged one by one: of twenty that do not differ, one is told apart by chance."
    )
    return Table("Comparison", header, body, note)


def gate(verdicts: Sequence[Verdict]) -> Table:
    """Return the gate's verdicts."""
    words = {True: "pass", False: "FAIL", None: "not judged: too few questions"}
    body = tuple(
        (METRICS[v.metric].label, f"{v.bound} {v.threshold:g}", number(v.value), str(v.n), words[v.passed])
        for v in verdicts
    )
    return Table("Gate", ("Metric", "threshold", "value", "n", ""), body)


def beir(name: str, result: Result) -> Table:
    """Return the figures of a folder in BEIR's layout."""
    body = tuple((metric, *_cells(found, 4)) for metric, found in result.figures.items())
    note = f"{result.documents} documents, of which the library does not hold {result.not_held}."
    return Table(name, ("Metric", "Value", "95% interval", "n"), body, note)


def meaning(part: str, rows: Sequence[MeaningRow]) -> Table:
    """Return what is found, picked and marked on a part of the written set."""
    body = tuple((r.table, r.group, *_cells(r.figure)) for r in rows)
    return Table(f"written set, {part}", ("Table", "Group", "Value", "95% interval", "n"), body)


def agreement(found: Agreement) -> Table:
    """Return how far two labellings agree."""
    named = (
        ("both call it answerable or both do not", found.answerable),
        ("the same gold titles", found.same_titles),
        ("F1 of the gold titles", found.title_f1),
        ("evidence chosen by both", found.evidence),
    )
    rows = [(label, *_cells(figure(list(parts.values())))) for label, parts in named]
    rows.append(("Cohen's kappa on answerable", number(found.kappa), "", str(len(found.answerable))))
    return Table("Agreement of a second labelling", ("", "Value", "95% interval", "n"), tuple(rows))


def opinion(found: Mapping[str, Any]) -> Table:
    """Return a model's opinion of the answers, as read from its verdicts."""
    rows = [
        (label, number(ratio(list(found[key].values()))), str(len(found[key])))
        for key, label in (("facts_told", "Facts told"), ("sentences_supported", "Sentences supported"))
        if found[key]
    ]
    rows.append(("Unreadable verdicts", share(found["unreadable"], found["verdicts"]), ""))
    rows.append(("Readings that agree", number(found["agreement"]), ""))
    note = "A model's opinion, in no other figure. Unreadable verdicts are unscored."
    return Table("The judge", ("", "Value", "n"), tuple(rows), note)


def limits(interval: Interval | None, digits: int = 3) -> str:
    """Return an interval as text; nothing where there is none."""
    return "–".join(number(x, digits) for x in interval or ())


def _cells(found: Figure, digits: int = 3) -> tuple[str, str, str]:
    """Return a figure's value, interval and number of questions."""
    return number(found.value, digits), limits(found.interval), str(found.n)


def _type_row(scored: Scored, name: str) -> tuple[str, ...]:
    ids = [i for i, q in scored.questions.items() if q.type == name]
    failed = sum(scored.statuses[name][s] for s in ("error", "missing")) if name in scored.statuses else 0
    declined = ("prudence", "over_conservativeness", "twin_accuracy")
    return (
        name,
        str(len(ids)),
        *(_full_marks(scored, ids, (metric,)) for metric in ("title_f1", "evidence_recall", "nugget_recall")),
        _full_marks(scored, ids, declined),
        _full_marks(scored, ids, tuple(f"{m}_hedged" for m in declined)),
        str(failed),
    )


def _full_marks(scored: Scored, ids: Sequence[str], metrics: Sequence[str]) -> str:
    parts = [scored.parts[m][i] for m in metrics if m in scored.parts for i in ids if i in scored.parts[m]]
    return share(sum(num == den for num, den in parts), len(parts))


def _verdict(row: Row) -> str:
    return {None: "not told apart", True: "B better", False: "A better"}[row.better]


def _quantile(ordered: Sequence[float], q: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else None
