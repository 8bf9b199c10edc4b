"""`python -m eval bench`: the stages by name, those that are asked for, and their figures.

Each runs in a process of its own, so that none warms up or fills the memory of another:
`python -m eval.bench.bench NAME FOLDER [ARGUMENT]` prints a stage's figures as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.base.errors import WorkFailed

from . import adding, asking, graph, ladder, peers
from .corpus import Place
from .figures import Figure, Run, figures_from, machine

STAGES: dict[str, Callable[..., list[Figure]]] = {
    "add": adding.add,
    "again": adding.again,
    "few": adding.few,
    "retrieval": asking.retrieval,
    "filter": asking.filtered,
    "recall": asking.recall,
    "first": asking.first,
    "chat": asking.chat,
    "embedding": peers.embedding,
    "ladder": ladder.ladder,
}
ALONE: dict[str, Callable[..., list[Figure]]] = {"graph": graph.graph}
"""Long ones, run when asked for by name."""
PEERS: dict[str, Callable[..., list[Figure]]] = {"ours": peers.ours, "chroma": peers.chroma, "starter": peers.starter}


@dataclass(frozen=True, slots=True)
class Options:
    """`work` keeps the papers and the library; one that lies there is measured as it is. `peers`: papers for them."""

    papers: Path
    size: int | None = None
    work: Path | None = None
    only: tuple[str, ...] = ()
    fp32: Path | None = None
    peers: int = 0


def measure(options: Options, tell: Callable[[Sequence[Figure]], None]) -> Run:
    """Run the stages asked for, tell of each as it is done, and return all figures."""
    with _work(options.work) as folder:
        place = Place(folder)
        size = place.cut(options.papers, options.size)
        figures: list[Figure] = []
        for name, arguments in _stages(options, place):
            figures += (found := run_alone(name, place, *arguments))
            tell(found)
    return Run(size, machine(), tuple(figures))


def _stages(options: Options, place: Place) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield the stages with their arguments; what wants an fp32 model is left out without one."""
    fp32 = options.fp32.resolve() if options.fp32 else None
    has_library = place.library.exists()
    for name in options.only or (() if options.peers else STAGES):
        if name in ("embedding", "ladder"):
            yield from [(name, (fp32,))] if fp32 else []
        elif not (name == "add" and has_library):
            yield name, ()
    if options.peers:
        yield "ours", (options.peers,)
        yield "starter", (options.peers,)
        yield from [("chroma", (options.peers, fp32))] if fp32 else []


@contextmanager
def _work(folder: Path | None) -> Iterator[Path]:
    if folder:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="abstract-qa-bench-") as scratch:
        yield Path(scratch)


def run_alone(name: str, place: Place, *arguments: object) -> tuple[Figure, ...]:
    """Return a stage's figures, measured in a fresh process; WorkFailed with what it said."""
    call = [sys.executable, "-m", __spec__.name, name, str(place.folder.resolve()), *map(str, arguments)]
    done = subprocess.run(call, capture_output=True, text=True)
    if done.returncode:
        raise WorkFailed(f"The stage {name} failed: {done.stderr.strip().splitlines()[-1:] or done.returncode}")
    return figures_from(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Be the process of one stage."""
    name, folder, *rest = sys.argv[1:]
    work = (STAGES | ALONE | PEERS)[name]
    figures = work(Place(Path(folder)), *(int(value) if value.isdigit() else value for value in rest))
    print(json.dumps([asdict(figure) for figure in figures]))


if __name__ == "__main__":
    main()
