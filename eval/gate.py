"""Whether a run may pass: point values against the thresholds of a TOML file, and nothing that must not happen.

Not handled: thresholds on types; a row under `least_n` questions has no target.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from .aggregate import METRICS, Scored
from .questions import SetError

SHIPPED = Path(__file__).with_name("gate.toml")


class Exit(IntEnum):
    """The command's exit codes."""

    PASS = 0
    GATE_FAILED = 1
    WRONG_INPUT = 2
    TOO_MANY_ERRORS = 3


@dataclass(frozen=True, slots=True)
class Gate:
    """Thresholds by metric, the split they hold on, and how much may fail."""

    at_least: Mapping[str, float]
    at_most: Mapping[str, float]
    split: str | None = None
    least_n: int = 20
    most_failed_share: float = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """One threshold: `passed` is None where too few questions stand behind the figure."""

    metric: str
    bound: str
    threshold: float
    value: float | None
    n: int
    passed: bool | None


def load(path: Path) -> Gate:
    """Read a gate; SetError for an unreadable file or a metric that does not exist."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        gate = Gate(
            {str(k): float(v) for k, v in data.get("at_least", {}).items()},
            {str(k): float(v) for k, v in data.get("at_most", {}).items()},
            data.get("split") or None,
            int(data.get("least_n", 20)),
            float(data.get("most_failed_share", 0.05)),
        )
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise SetError(f"Cannot read the gate {path}: {error}.") from error
    unknown = sorted((gate.at_least.keys() | gate.at_most.keys()) - METRICS.keys())
    if unknown:
        raise SetError(f"{path} names metrics that do not exist: {', '.join(unknown)}.")
    return gate


def judge(scored: Scored, gate: Gate) -> list[Verdict]:
    """Return a verdict for each threshold; a metric that the run does not have fails."""
    rows = [(m, ">=", t) for m, t in gate.at_least.items()] + [(m, "<=", t) for m, t in gate.at_most.items()]
    return [_verdict(scored, gate, *row) for row in rows]


def exit_code(scored: Scored, gate: Gate, verdicts: list[Verdict]) -> Exit:
    """Return the exit code: errors before thresholds, and a broken invariant fails whatever the figures are."""
    if scored.failed_share > gate.most_failed_share:
        return Exit.TOO_MANY_ERRORS
    failed = scored.violations or scored.unasked or any(v.passed is False for v in verdicts)
    return Exit.GATE_FAILED if failed else Exit.PASS


def _verdict(scored: Scored, gate: Gate, metric: str, bound: str, threshold: float) -> Verdict:
    figure = scored.figures.get(metric)
    if figure is None:
        return Verdict(metric, bound, threshold, None, 0, False)
    good = figure.value >= threshold if bound == ">=" else figure.value <= threshold
    return Verdict(metric, bound, threshold, figure.value, figure.n, good if figure.n >= gate.least_n else None)
