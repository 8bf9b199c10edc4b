"""`papers`: what is in the library, or what in it may be one paper."""

from __future__ import annotations

import argparse

from rag.base.text.numbers import plural
from rag.commands.console import open_library, put, say
from rag.library import Library
from rag.nouns import Paper
from rag.present import is_withdrawn, paper_to_dict, title


def run(arguments: argparse.Namespace) -> int:
    """List every paper, newest first, or the possible duplicates."""
    with open_library(arguments) as library:
        if arguments.duplicates:
            return _list_duplicates(library, as_json=arguments.json)
        papers = sorted(library.papers(), key=lambda paper: paper.date or "", reverse=True)
    if arguments.json:
        put({"papers": [paper_to_dict(paper) for paper in papers]})
        return 0
    if papers:
        say("Newest first; those without a date last.\n")
    for paper in papers:
        say(_line(paper))
    wanted = sum(not paper.title and not paper.abstract for paper in papers)
    more = f", and {wanted:,} wanted, of which no more than an id is known" if wanted else ""
    say(f"\n{plural(len(papers) - wanted, 'paper')}{more}.")
    return 0


def _line(paper: Paper) -> str:
    return f"{paper.date or '(no date)':<11} {title(paper)}{' (withdrawn)' * is_withdrawn(paper)}  ({paper.paper_id})"


def _list_duplicates(library: Library, *, as_json: bool) -> int:
    """List papers that may be one, in groups."""
    groups = [(found.why, library.catalogue.get(found.paper_ids)) for found in library.catalogue.duplicates()]
    if as_json:
        told = [{"why": why, "papers": [paper_to_dict(p) for p in papers.values()]} for why, papers in groups]
        put({"duplicates": told})
        return 0
    for why, papers in groups:
        say(f"These have {why}:")
        for paper in papers.values():
            say(f"  {_line(paper)}, seen on {', '.join(paper.pages)}: {paper.abstract[:80]}")
    decide = "Decide with: abstract-qa merge ID ID, or abstract-qa merge --apart ID ID"
    say(f"{plural(len(groups), 'possible duplicate')}. {decide}" if groups else "No possible duplicates.")
    return 0
