"""`related`: papers like one of the library."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from rag.commands.console import open_library, put, say


def run(arguments: argparse.Namespace) -> int:
    """List the papers nearest to one, best first."""
    with open_library(arguments) as library:
        paper, hits = library.related(arguments.paper, arguments.k)
    if arguments.json:
        put({"paper_id": paper.paper_id, "title": paper.title, "results": [asdict(hit) for hit in hits]})
        return 0
    say(f"Papers like {paper.title}:")
    for rank, hit in enumerate(hits, start=1):
        say(f"{rank:3}. {hit.score:.3f}  {hit.title}  ({hit.paper_id})")
    return 0
