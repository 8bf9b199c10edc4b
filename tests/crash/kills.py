"""`kill -9` at random moments of adding, and what must hold after each."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from rag.base.settings import Settings
from rag.commands.doctor import examine
from rag.library import Library
from tests.crash.hashed import FORKS, open_hashed
from tests.crash.pages import ids_of, paper

Open = Callable[[Path], Library]


def open_shipped(folder: Path) -> Library:
    """Open a library as the commands do."""
    return Library.open(folder, Settings())


@dataclass
class Tally:
    """What the kills met."""

    kills: int = 0
    acknowledged: int = 0
    libraries: int = 0


def add_pages(folder: Path, pages: Sequence[Path], said: Connection) -> None:
    """Add the pages to the library in `folder` one by one, and say which `add` has returned: a process to be killed."""
    with open_hashed(folder) as library:
        said.send(None)
        for page in pages:
            library.add(page)
            said.send(page)


def add_and_kill(folder: Path, pages: Sequence[Path], seconds: float | None) -> tuple[set[Path], bool, float]:
    """Add the pages in a process killed after so many seconds; return those acknowledged, if it died, and its time."""
    heard, said = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=add_pages, args=(folder, pages, said))
    process.start()
    said.close()
    assert heard.recv() is None
    started = time.monotonic()
    process.join(seconds)
    process.kill()
    process.join()
    took = time.monotonic() - started
    assert process.exitcode in (0, -9), f"the process ended with {process.exitcode}"
    done = set[Path]()
    with suppress(EOFError, OSError):  # the last word may be cut off
        while True:
            done.add(heard.recv())
    return done, process.exitcode != 0, took


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
        check(folder, acknowledged, open_hashed)
        tally.kills += died
        tally.acknowledged += len(done)
        tell(f"{tally.kills} of {kills} kills, {len(acknowledged)} of {len(pages)} pages acknowledged")
        if not died:
            complete(folder, pages, open_hashed)
            tally.libraries += 1
            shutil.rmtree(folder)
            acknowledged.clear()
    complete(folder, pages, open_hashed)
    tally.libraries += 1
    return tally


def check(folder: Path, acknowledged: set[Path], opened: Open = open_shipped) -> None:
    """Assert that the library opens and finds every paper of the acknowledged pages, in both indexes."""
    with opened(folder) as library:
        held = {p.paper_id for p in library.papers()}
        stale = {p.paper_id for _, p in library.catalogue.stale(100_000)}
        promised = {name for page in acknowledged for name in ids_of(page)}
        assert promised <= held - stale
        assert library.indexes.vectors.paper_ids() == held - stale
        for name in random.Random(len(promised)).sample(sorted(promised), min(3, len(promised))):
            told = paper(int(name[1:]))
            assert library.search(f"{told['title']}. {told['abstract']}", 3)[0].paper_id == name
            assert library.indexes.words.search(told["title"], 3)[0][0] == name


def complete(folder: Path, pages: Sequence[Path], opened: Open = open_shipped) -> None:
    """Assert that the same adds complete the library, and that everything in it is in order."""
    with opened(folder) as library:
        for page in pages:
            library.add(page)
        held = {p.paper_id for p in library.papers()}
        assert held == {name for page in pages for name in ids_of(page)}
        assert library.indexes.vectors.paper_ids() == held
        assert library.indexes.words.count() == len(held)
        assert [look for look in examine(library) if not look.ok and "MiB free" not in look.check] == []
