"""`papers`: what is in the library."""

from __future__ import annotations

import argparse

from rag.commands.console import open_library, put, say
from rag.present import paper_to_dict


def run(arguments: argparse.Namespace) -> int:
    """List every paper."""
    with open_library(arguments) as library:
        papers = library.papers()
    if arguments.json:
        put({"papers": [paper_to_dict(paper) for paper in papers]})
        return 0
    for paper in papers:
        say(f"{paper.date or '(no date)':<11} {paper.title}  ({paper.paper_id})")
    say(f"\n{len(papers):,} papers.")
    return 0
