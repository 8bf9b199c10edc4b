"""Several processes at one library: one adds, one removes, three ask; every word is checked against what must hold.

`python -m tests.crash.crowd` is the long one, of five minutes.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rag.commands.doctor import examine
from rag.library import Library
from tests.crash.hashed import FORKS, open_hashed
from tests.crash.pages import paper, write_page

SEEN_WITHIN = 2.0
"""Seconds after which every process has to see what another one added."""
_AT_ONCE = 4
_FEWEST = 5


def adding(library: Library, rng: random.Random, number: int) -> dict[str, Any]:
    """Add the next few papers."""
    page = library.folder.parent / f"page-{number}.jsonl"
    first = number * _AT_ONCE
    library.add(write_page(page, range(first, first + _AT_ONCE)))
    page.unlink()
    return {"papers": [f"p{n}" for n in range(first, first + _AT_ONCE)]}


def removing(library: Library, rng: random.Random, number: int) -> dict[str, Any]:
    """Remove a paper, or nothing while there are few."""
    time.sleep(0.05)
    held = library.papers()
    chosen = [rng.choice(held).paper_id] if len(held) > 3 * _AT_ONCE else []
    return {"papers": library.remove(chosen)[0]}


def asking(library: Library, rng: random.Random, number: int) -> dict[str, Any]:
    """Search for one paper by its own words, every fourth time with a whole answer."""
    total = max((int(p.paper_id[1:]) for p in library.papers()), default=0) + 2 * _AT_ONCE
    wanted = rng.randrange(total)
    told = paper(wanted)
    question = f"{told['title']}. {told['abstract']}"
    began = time.time()
    if number % 4:
        return {
            "began": began,
            "wanted": f"p{wanted}",
            "papers": [hit.paper_id for hit in library.search(question, 10)],
        }
    answer = library.ask(question)
    found = {p.paper.paper_id for p in answer.evidence} | {c.paper.paper_id for c in answer.citations}
    return {"began": began, "wanted": f"p{wanted}", "papers": sorted(found)}


ROLES: dict[str, Callable[[Library, random.Random, int], dict[str, Any]]] = {
    "adding": adding, "removing": removing, "asking": asking,
}  # fmt: skip


def work(role: str, folder: Path, seconds: float, seed: int, said: Connection) -> None:
    """Be one of the processes: do it again and again, and say what was done, and when; a few times on any machine."""
    events = []
    with open_hashed(folder) as library:
        rng, until, number = random.Random(seed), time.time() + seconds, 0
        while number < _FEWEST or time.time() < until:
            event = {"role": role, "began": time.time()} | ROLES[role](library, rng, number)
            events.append(event | {"ended": time.time()})
            number += 1
    said.send(events)


def crowd(folder: Path, seconds: float, askers: int = 3) -> Counter[str]:
    """Let them work at once; return how often each did its work, after checking all of it."""
    started = []
    for seed, role in enumerate(["adding", "removing", *["asking"] * askers]):
        heard, said = FORKS.Pipe(duplex=False)
        process = FORKS.Process(target=work, args=(role, folder, seconds, seed, said))
        process.start()
        said.close()
        started.append((process, heard))
    events = [event for _, heard in started for event in heard.recv()]
    for process, _ in started:
        process.join()
        assert process.exitcode == 0
    assert list(_wrong(events)) == []
    with open_hashed(folder) as library:
        held = {p.paper_id for p in library.papers()}
        assert library.indexes.vectors.paper_ids() == held
        assert library.indexes.words.count() == len(held)
        assert [c for c in examine(library) if not c.ok and "MiB free" not in c.check] == []
    return Counter(event["role"] for event in events)


def _wrong(events: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what an answer should not have held, or should have."""
    added = {name: (e["began"], e["ended"]) for e in events if e["role"] == "adding" for name in e["papers"]}
    removed = {name: (e["began"], e["ended"]) for e in events if e["role"] == "removing" for name in e["papers"]}
    never = float("inf")
    for event in events:
        if event["role"] != "asking":
            continue
        for name in event["papers"]:
            if event["began"] > removed.get(name, (never, never))[1]:
                yield f"{name} was found {event['began'] - removed[name][1]:.3f} s after its removal had returned"
            if event["ended"] < added.get(name, (never, never))[0]:
                yield f"{name} was found before it was added"
        name = event["wanted"]
        is_there = event["began"] > added.get(name, (never, never))[1] + SEEN_WITHIN
        if is_there and event["ended"] < removed.get(name, (never, never))[0] and name not in event["papers"]:
            yield f"{name} was not found {event['began'] - added[name][1]:.3f} s after it had been added"


def main() -> None:
    """Run them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        done = crowd(Path(place) / "library", options.seconds)
    print(f"{options.seconds:.0f} s: {dict(done)}, no error, nothing stale, nothing vanished, nothing removed cited.")


if __name__ == "__main__":
    main()
