"""`python -m tests.fuzz`: minutes of fuzzing, by atheris where it is installed, else by hypothesis.

`--large` times 10 MB of the worst texts instead.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from tests.conftest import ROOT
from tests.fuzz.targets import SEEDS, TARGETS

WORST = (
    "[",
    "[P1.1",
    "(P2.",
    "*a* ",
    "| a ",
    "https://a.",
    "{",
    '{"title":"a"}\n',
    "<div>",
    "<p>a",
    "A b.\n\n",
    "\\[",
    "1. ",
)


def main() -> int:
    """Run every target for its part of the minutes; 1 when one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--target", choices=TARGETS)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    if options.large:
        return _large()
    seconds = 60 * options.minutes
    if options.target:
        (_by_atheris if find_spec("atheris") else _by_hypothesis)(options.target, seconds)
        return 0
    failed = 0
    for name in TARGETS:  # atheris ends its process
        part = str(options.minutes / len(TARGETS))
        command = [sys.executable, "-m", "tests.fuzz", "--target", name, "--minutes", part]
        failed += subprocess.run(command, cwd=ROOT, check=False).returncode != 0
    return int(failed > 0)


def _by_atheris(name: str, seconds: float) -> None:
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    corpus = Path(os.environ.get("TMPDIR", "/tmp")) / f"abstract-qa-corpus-{name}"
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (corpus / f"seed-{number}").write_bytes(seed)
    for module in [module for key, module in list(sys.modules.items()) if key.startswith(("rag.cite", "rag.intake"))]:
        for value in list(vars(module).values()):
            if callable(value) and getattr(value, "__module__", "") == module.__name__ and hasattr(value, "__code__"):
                atheris.instrument_func(value)
    limits = [f"-max_total_time={int(seconds)}", "-timeout=10", "-max_len=2000", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], TARGETS[name])
    atheris.Fuzz()


def _by_hypothesis(name: str, seconds: float) -> None:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    until, count = time.monotonic() + seconds, 0
    alphabet = st.sampled_from([seed[i : i + 6] for seed in SEEDS for i in range(0, len(seed), 3)])

    @settings(max_examples=500, deadline=10_000, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(alphabet | st.binary(max_size=8), max_size=60).map(b"".join))
    def one(data: bytes) -> None:
        nonlocal count
        count += 1
        TARGETS[name](data)

    while time.monotonic() < until:
        one()
    print(f"{name}: {count:,} texts in {seconds:.0f} s, no fault.", flush=True)


def _large() -> int:
    """Print how long 10 MB of each worst text take in each target that reads whole texts."""
    slow = 0
    for name in ("pages", "listing", "pointers"):
        for piece in WORST:
            data = (piece * (10_000_000 // len(piece))).encode()
            began = time.process_time()
            TARGETS[name](data)
            took = time.process_time() - began
            slow += took > 120
            print(f"{name:<9} {piece!r:<20} {took:6.1f} s", flush=True)
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
