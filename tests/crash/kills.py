"""`kill -9` at random moments of adding, and what must hold after each."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.base.settings import Settings
from rag.commands.doctor import examine
from rag.library import Library
from tests.conftest import ROOT
from tests.crash.pages import ids_of, paper


@dataclass
class Tally:
    """What the kills met."""

    kills: int = 0
    acknowledged: int = 0
    libraries: int = 0


def add_and_kill(folder: Path, pages: Sequence[Path], seconds: float | None) -> tuple[set[Path], bool, float]:
    """Add the pages in a process killed after so many seconds; return those acknowledged, if it died, and its time."""
    command = [sys.executable, "-m", "tests.crash.worker", str(folder), *map(str, pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        started = time.monotonic()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        said = process.stdout.read()
        took = time.monotonic() - started
    assert process.returncode in (0, -9), f"the process ended with {process.returncode}"
    return (
        {Path(line[:-1]) for line in said.splitlines(keepends=True) if line.endswith("\n")},
        process.returncode != 0,
        took,
    )


def kill_at_random(
    work: Path, pages: Sequence[Path], kills: int, seed: int, tell: Callable[[str], None] = lambda _: None
) -> Tally:
    """Kill so many adds of `pages`; a library that was completed in between makes room for a new one."""
    rng, tally = random.Random(seed), Tally()
    *_, whole = add_and_kill(work / "whole", pages, None)
    folder, acknowledged = work / "library", set[Path]()
    while tally.kills < kills:
        done, died, _ = add_and_kill(folder, pages, rng.uniform(0, whole))
        acknowledged |= done
        check(folder, acknowledged)
        tally.kills += died
        tally.acknowledged += len(done)
        tell(f"{tally.kills} of {kills} kills, {len(acknowledged)} of {len(pages)} pages acknowledged")
        if not died:
            complete(folder, pages)
            tally.libraries += 1
            shutil.rmtree(folder)
            acknowledged.clear()
    complete(folder, pages)
    tally.libraries += 1
    return tally


def check(folder: Path, acknowledged: set[Path]) -> None:
    """Assert that the library opens and finds every paper of the acknowledged pages, in both indexes."""
    with Library.open(folder, Settings()) as library:
        held = {p.paper_id for p in library.papers()}
        stale = {p.paper_id for _, p in library.catalogue.stale(100_000)}
        promised = {name for page in acknowledged for name in ids_of(page)}
        assert promised <= held - stale
        assert library.indexes.vectors.paper_ids() == held - stale
        for name in random.Random(len(promised)).sample(sorted(promised), min(3, len(promised))):
            told = paper(int(name[1:]))
            assert library.search(f"{told['title']}. {told['abstract']}", 3)[0].paper_id == name
            assert library.indexes.words.search(told["title"], 3)[0][0] == name


def complete(folder: Path, pages: Sequence[Path]) -> None:
    """Assert that the same adds complete the library, and that everything in it is in order."""
    with Library.open(folder, Settings()) as library:
        for page in pages:
            library.add(page)
        held = {p.paper_id for p in library.papers()}
        assert held == {name for page in pages for name in ids_of(page)}
        assert library.indexes.vectors.paper_ids() == held
        assert library.indexes.words.count() == len(held)
        assert [look for look in examine(library) if not look.ok and "MiB free" not in look.check] == []
