"""`related`: papers like one of the library."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from rag.commands.console import open_library, put, say, say_ranked
from rag.present import title


def run(arguments: argparse.Namespace) -> int:
    """List the papers nearest to one, best first."""
    with open_library(arguments) as library:
        paper, hits = library.related(arguments.paper, arguments.k)
        if not arguments.json:
            say(f"Papers like {title(paper)}:")
            say_ranked(library, [asdict(hit) for hit in hits])
    if arguments.json:
        put({"paper_id": paper.paper_id, "title": paper.title, "results": [asdict(hit) for hit in hits]})
    return 0
