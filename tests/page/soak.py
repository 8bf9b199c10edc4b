"""Many conversations at once for minutes: `python -m tests.page.soak [--people 20] [--minutes 5]`.

Starts `app.py` over the sample pages and lets people ask in turns, each conversation a few questions long. Prints what
it measured, and fails when an answer failed or the server's memory grew by more than a tenth in the second half.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from gradio_client import Client

from rag.base.settings import Settings
from rag.library import Library
from tests.page.conftest import free_port
from tests.page.test_app import Running

SAMPLE = Path(__file__).parents[2] / "rag" / "sample"
QUESTIONS = (
    "What is NormAd?",
    "Which papers deal with cultural bias?",
    "How is value alignment measured?",
    "And what did they find?",
    "How many papers are from 2024?",
    "What do they say about quantum gravity?",
)
LONGEST_CONVERSATION = 6
MOST_GROWTH = 1.1


@dataclass
class Tally:
    """What all people saw."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def person(address: str, until: float, tally: Tally, seed: int) -> None:
    """Ask until the time is over, beginning a new conversation now and then."""
    draw = random.Random(seed)
    while time.monotonic() < until:
        client = Client(address, verbose=False, httpx_kwargs={"timeout": 60})
        for _ in range(draw.randint(1, LONGEST_CONVERSATION)):
            started = time.monotonic()
            try:
                told = str(client.predict(draw.choice(QUESTIONS), api_name="/ask"))
                if "Answer ready" not in told and "No answer: " not in told:
                    tally.errors.append(told[-300:])
            except Exception as exc:  # whatever goes wrong is counted, and the person goes on
                tally.errors.append(repr(exc)[:300])
            tally.seconds.append(time.monotonic() - started)
            time.sleep(draw.uniform(0.5, 3))
        client.close()


def megabytes(pid: int) -> float:
    """Return the memory that a process holds."""
    line = next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> int:
    """Run, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.page.soak")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=5.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        with Library.open(Path(scratch), Settings()) as library:
            library.add(sorted(SAMPLE.glob("*.txt")))
        running = Running(Path(scratch), free_port())
        try:
            running.wait()
            return _report(*_soak(running, arguments.people, arguments.minutes * 60))
        finally:
            running.process.terminate()
            running.process.wait(10)


def _soak(running: Running, people: int, seconds: float) -> tuple[Tally, list[float]]:
    tally, until = Tally(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=person, args=(running.address, until, tally, seed), daemon=True)
        for seed in range(people)
    ]
    for thread in threads:
        thread.start()
    memory = []
    while time.monotonic() < until:
        time.sleep(seconds / 20)
        memory.append(megabytes(running.process.pid))
    for thread in threads:
        thread.join(60)
    return tally, memory


def _report(tally: Tally, memory: list[float]) -> int:
    early, late = memory[len(memory) // 2], memory[-1]
    print(f"{len(tally.seconds)} answers, {len(tally.errors)} errors")
    if len(tally.seconds) > 1:
        spread = statistics.quantiles(tally.seconds, n=20)
        print(
            f"seconds to the last word: median {statistics.median(tally.seconds):.2f}, 95th percentile {spread[18]:.2f}"
        )
    print("memory in MB: " + " ".join(f"{value:.0f}" for value in memory))
    for error in tally.errors[:5]:
        print(error)
    return int(bool(tally.errors) or late > early * MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
