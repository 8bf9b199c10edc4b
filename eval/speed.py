"""How long a person waits, over the sample library: `python -m eval.speed` prints a table of seconds.

Each figure is the median of several runs on the machine at hand; what needs a fresh process gets one.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rag.library import Library
from rag.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "rag" / "sample").glob("*.txt"))
QUESTIONS = (
    "How many value rules does the Chinese Values Corpus contain?",
    "Which papers look at alignment faking?",
    "What does URIAL need to align a base model?",
    "How do reward model ensembles affect reward hacking?",
    "Is there a benchmark for Korean social values?",
    "Compare CVC and Flames.",
    "Which dataset covers South-East Asian cultures?",
)


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def command(*argv: str) -> float:
    """Return how long a fresh process took for one command."""
    call = [sys.executable, "-m", "rag", *argv]
    return seconds(lambda: subprocess.run(call, cwd=ROOT, check=True, capture_output=True))


def measure(folder: Path, runs: int = 5) -> dict[str, float]:
    """Return the medians by name, in seconds, with a library made in `folder`."""
    rows = {"--help, fresh process": statistics.median(command("--help") for _ in range(runs))}
    rows["add of the three sample pages, fresh process"] = command("add", *map(str, PAGES), "--library", str(folder))
    rows["the same again"] = command("add", *map(str, PAGES), "--library", str(folder))
    asked = [
        command("ask", QUESTIONS[i % len(QUESTIONS)], "--extractive", "--library", str(folder)) for i in range(runs)
    ]
    rows["first answer, fresh process"] = statistics.median(asked)
    with Library.open(folder, Settings()) as library:
        library.ask("warm up")
        rows["warm extractive answer"] = statistics.median(seconds(partial(library.ask, q)) for q in QUESTIONS)
        rows["warm search"] = statistics.median(seconds(partial(library.search, q)) for q in QUESTIONS)
    return rows


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, value in measure(Path(scratch) / "library").items():
            print(f"{name:<48} {value:7.3f} s")


if __name__ == "__main__":
    main()
