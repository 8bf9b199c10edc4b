"""`search`: the papers nearest to a query."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from rag.commands.console import open_library, put, run_batch, say_ranked
from rag.library import Library


def run(arguments: argparse.Namespace) -> int:
    """List the nearest papers, best first."""
    with open_library(arguments) as library:
        if arguments.batch:
            return run_batch(arguments.batch, "query", lambda request: _results(library, request["query"], arguments.k))
        results = _results(library, arguments.query, arguments.k)
        if arguments.json:
            put({"id": None} | results)
        else:
            say_ranked(library, results["results"])
    return 0


def _results(library: Library, query: str, k: int) -> dict[str, Any]:
    return {"query": query, "results": [asdict(hit) for hit in library.search(query, k)]}
