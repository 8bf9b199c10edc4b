"""`remove`: forget papers, everywhere."""

from __future__ import annotations

import argparse

from rag.base.text.numbers import plural
from rag.commands.console import complain, open_library, put, say
from rag.present import title


def run(arguments: argparse.Namespace) -> int:
    """Remove by id or alias; unknown ids are wrong use, and do not keep the known ones from going."""
    with open_library(arguments) as library:
        known = {paper.paper_id: title(paper) for name in arguments.ids if (paper := library.paper(name))}
        removed, unknown = library.remove(arguments.ids)
    if arguments.json:
        put({"removed": removed, "unknown": unknown})
    else:
        for paper_id in removed:
            say(f"Removed: {known.get(paper_id, '(no title)')}  ({paper_id})")
    if unknown:
        gone = f"{plural(len(removed), 'paper')} removed, but " if removed else ""
        complain(f"{gone}no paper has the id {', '.join(unknown)}. List the ids with: abstract-qa papers")
    return 2 if unknown else 0
