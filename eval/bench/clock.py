"""Time and memory of this process and of others it starts."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, and seconds of processor time of all threads."""

    wall: float
    cpu: float


def spent(work: Callable[[], object]) -> Spent:
    """Return what `work` took."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` took by the clock."""
    return spent(work).wall


@dataclass(frozen=True, slots=True)
class Times:
    """What each of many pieces of work took."""

    each: tuple[Spent, ...]

    def wall(self, share: float = 0.5) -> float:
        """Return the milliseconds by the clock that `share` of them do not exceed."""
        return percentile([spent.wall * 1000 for spent in self.each], share)

    def cpu(self, share: float = 0.5) -> float:
        """Return the milliseconds of processor time that `share` of them do not exceed."""
        return percentile([spent.cpu * 1000 for spent in self.each], share)


def best_round(work: Callable[[Item], object], items: Sequence[Item], rounds: int = 5) -> Times:
    """Return the times of each item in the round with the lowest median: the one others disturbed least."""
    every = [
        Times(tuple(spent(lambda item=item: work(item)) for item in items))  # type: ignore[misc]
        for _ in range(rounds)
    ]
    return min(every, key=Times.wall)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` of `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def command(*argv: str) -> float:
    """Return how long a fresh process took for one command of `abstract-qa`."""
    call = [sys.executable, "-m", "rag", *argv]
    return seconds(lambda: subprocess.run(call, check=True, capture_output=True))


def memory(what: str) -> float:
    """Return this process's memory in MiB as Linux counts it: `VmRSS` now, `VmHWM` at its highest."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"This system does not tell {what}.")
