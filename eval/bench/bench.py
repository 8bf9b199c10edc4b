"""`python -m eval bench`: chooses the stages, runs them, and keeps the figures."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import stages
from .corpus import Place
from .figures import Figure, Run, machine


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
            figures += (found := stages.run(name, place, *arguments))
            tell(found)
    return Run(size, machine(), tuple(figures))


def _stages(options: Options, place: Place) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield the stages with their arguments; what wants an fp32 model is left out without one."""
    fp32 = options.fp32.resolve() if options.fp32 else None
    has_library = place.library.exists()
    for name in options.only or (() if options.peers else stages.STAGES):
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
