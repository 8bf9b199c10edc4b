"""The stages by name, each run in a process of its own, so that none warms up or fills the memory of another.

`python -m eval.bench.stages NAME FOLDER [ARGUMENT]` prints a stage's figures as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from rag.base.errors import WorkFailed

from . import adding, asking, embedding, graph, ladder, peers
from .corpus import Place
from .figures import Figure, figures_from

STAGES: dict[str, Callable[..., list[Figure]]] = {
    "add": adding.add,
    "again": adding.again,
    "few": adding.few,
    "retrieval": asking.retrieval,
    "filter": asking.filtered,
    "recall": asking.recall,
    "first": asking.first,
    "chat": asking.chat,
    "embedding": embedding.embedding,
    "ladder": ladder.ladder,
}
ALONE: dict[str, Callable[..., list[Figure]]] = {"graph": graph.graph}
"""Long ones, run when asked for by name."""
PEERS: dict[str, Callable[..., list[Figure]]] = {"ours": peers.ours, "chroma": peers.chroma, "starter": peers.starter}


def run(name: str, place: Place, *arguments: object) -> tuple[Figure, ...]:
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
