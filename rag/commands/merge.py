"""`merge`: make possible duplicates one paper, or keep them apart; either is remembered."""

from __future__ import annotations

import argparse

from rag.base.errors import UsageError
from rag.commands.console import open_library, put, say


def run(arguments: argparse.Namespace) -> int:
    """Decide about papers by id or alias."""
    if len(set(arguments.ids)) < 2:
        raise UsageError("Name two papers or more, by their ids. List what may be one with: papers --duplicates")
    with open_library(arguments) as library:
        if arguments.apart:
            kept = library.keep_apart(*arguments.ids)
            told: dict[str, object] = {"apart": kept}
            line = f"Kept apart, from now on: {', '.join(kept)}."
        else:
            paper_id = library.merge(*arguments.ids)
            paper = library.paper(paper_id)
            told = {"paper_id": paper_id, "aliases": list(paper.aliases) if paper else []}
            line = f"One paper from now on: {paper_id}. Take it back with: abstract-qa merge --apart " + " ".join(
                arguments.ids
            )
    if arguments.json:
        put(told)
    else:
        say(line)
    return 0
