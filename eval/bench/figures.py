"""One measured figure, with the target it is held against and the load of the machine at that time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..tables import Table, number


@dataclass(frozen=True, slots=True)
class Figure:
    """`target` is a bound such as "< 12" or ">= .9", in the figure's unit; empty where none is set."""

    stage: str
    what: str
    value: float
    unit: str = ""
    target: str = ""
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    def __str__(self) -> str:
        return f"{self.stage}: {self.what}: {number(self.value)} {self.unit}".strip()

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if not self.target:
            return None
        sign, bound = self.target.split()
        return self.value < float(bound) if sign == "<" else self.value >= float(bound)


@dataclass(frozen=True, slots=True)
class Run:
    """The figures of one size; `machine` is cores and model of the processor."""

    size: int
    machine: str
    figures: tuple[Figure, ...]


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> str:
    """Return how many cores this process may use, and which."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "processor")
    return f"{cores()} × {model}"


def write(run: Run, path: Path) -> None:
    """Write a run as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(run), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> Run:
    """Return the run that `write` wrote."""
    body = json.loads(path.read_text(encoding="utf-8"))
    return Run(body["size"], body["machine"], figures_from(body["figures"]))


def figures_from(rows: Iterable[dict[str, object]]) -> tuple[Figure, ...]:
    """Return figures from their JSON objects."""
    return tuple(Figure(**row) for row in rows)  # type: ignore[arg-type]


def table(title: str, figures: Sequence[Figure]) -> Table:
    """Return figures as rows, each with its target, whether it is met, and the load at that time."""
    said = {None: "", True: "met", False: "MISSED"}
    rows = [
        (f"{f.stage}: {f.what}", f"{number(f.value)} {f.unit}".strip(), f.target, said[f.met], f"{f.load:.1f}")
        for f in figures
    ]
    note = "load: runnable processes while it was measured; more of them than cores lengthens every time."
    return Table(title, ("Stage", "value", "target", "", "load"), tuple(rows), note)
