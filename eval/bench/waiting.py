"""How long a person waits with the sample library: fresh processes, and a warm one."""

from __future__ import annotations

import statistics
from pathlib import Path

from rag.library import Library
from rag.pages import SAMPLE
from rag.settings import Settings

from .clock import best_round, command
from .corpus import questions
from .figures import Figure


def waiting(folder: Path, runs: int = 5) -> list[Figure]:
    """Return the medians, with a library made in `folder`."""
    pages = [str(path) for path in SAMPLE]
    asked, where = questions(), ("--library", str(folder))
    figures = [
        Figure("fresh process", "--help", statistics.median(command("--help") for _ in range(runs)), "s", "< 0.3"),
        Figure("fresh process", "add of the three sample pages", command("add", *pages, *where), "s"),
        Figure("fresh process", "the same again", command("add", *pages, *where), "s"),
    ]
    answers = [command("ask", question, "--extractive", *where) for question in asked[:runs]]
    figures.append(Figure("fresh process", "first answer", statistics.median(answers), "s"))
    with Library.open(folder, Settings()) as library:
        library.ask("warm up")
        for what, work in (("answer", library.ask), ("search", library.search)):
            figures.append(Figure("open library", what, best_round(work, asked[:40], 2).wall(), "ms"))
    return figures
