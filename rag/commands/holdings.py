"""`papers`, `remove` and `merge`: what is in the library, and what is to go or to be one."""

from __future__ import annotations

import argparse

from rag.base.errors import UsageError
from rag.base.text import plural
from rag.commands.console import complain, open_library, tell
from rag.library import Library
from rag.nouns import Paper
from rag.present import title


def papers(arguments: argparse.Namespace) -> int:
    """List every paper, newest first, or the possible duplicates."""
    with open_library(arguments) as library:
        if arguments.duplicates:
            _list_duplicates(library, arguments)
            return 0
        held = sorted(library.papers(), key=lambda paper: paper.date or "", reverse=True)
    wanted = sum(not paper.title and not paper.abstract for paper in held)
    more = f", and {wanted:,} wanted, of which no more than an id is known" if wanted else ""
    head = ["Newest first; those without a date last.", ""] if held else []
    lines = [*head, *map(_line, held), "", f"{plural(len(held) - wanted, 'paper')}{more}."]
    tell(arguments, {"papers": [paper.to_dict() for paper in held]}, "\n".join(lines))
    return 0


def remove(arguments: argparse.Namespace) -> int:
    """Remove by id or alias; unknown ids are wrong use, and do not keep the known ones from going."""
    with open_library(arguments) as library:
        known = {paper.paper_id: title(paper) for name in arguments.ids if (paper := library.paper(name))}
        removed, unknown = library.remove(arguments.ids)
    lines = [f"Removed: {known.get(paper_id, '(no title)')}  ({paper_id})" for paper_id in removed]
    tell(arguments, {"removed": removed, "unknown": unknown}, "\n".join(lines))
    if unknown:
        gone = f"{plural(len(removed), 'paper')} removed, but " if removed else ""
        complain(f"{gone}no paper has the id {', '.join(unknown)}. List the ids with: abstract-qa papers")
    return 2 if unknown else 0


def merge(arguments: argparse.Namespace) -> int:
    """Make possible duplicates one paper, or keep them apart, by id or alias; either is remembered."""
    if len(set(arguments.ids)) < 2:
        raise UsageError("Name two papers or more, by their ids. List what may be one with: papers --duplicates")
    with open_library(arguments) as library:
        if arguments.apart:
            kept = library.keep_apart(*arguments.ids)
            tell(arguments, {"apart": kept}, f"Kept apart, from now on: {', '.join(kept)}.")
            return 0
        paper_id = library.merge(*arguments.ids)
        paper = library.paper(paper_id)
    back = f"abstract-qa merge --apart {' '.join(arguments.ids)}"
    told = {"paper_id": paper_id, "aliases": list(paper.aliases) if paper else []}
    tell(arguments, told, f"One paper from now on: {paper_id}. Take it back with: {back}")
    return 0


def _line(paper: Paper) -> str:
    mark = "" if paper.withdrawn is None else " (withdrawn)"
    return f"{paper.date or '(no date)':<11} {title(paper)}{mark}  ({paper.paper_id})"


def _list_duplicates(library: Library, arguments: argparse.Namespace) -> None:
    """List papers that may be one, in groups."""
    groups = [(found.why, library.catalogue.get(found.paper_ids).values()) for found in library.catalogue.duplicates()]
    lines = []
    for why, alike in groups:
        lines.append(f"These have {why}:")
        lines += [f"  {_line(paper)}, seen on {', '.join(paper.pages)}: {paper.abstract[:80]}" for paper in alike]
    decide = "Decide with: abstract-qa merge ID ID, or abstract-qa merge --apart ID ID"
    lines.append(f"{plural(len(groups), 'possible duplicate')}. {decide}" if groups else "No possible duplicates.")
    told = [{"why": why, "papers": [paper.to_dict() for paper in alike]} for why, alike in groups]
    tell(arguments, {"duplicates": told}, "\n".join(lines))
