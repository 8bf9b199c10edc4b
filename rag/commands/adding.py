"""`add` and `enrich`: papers into the library from pages and files, and what they lack from arXiv."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import asdict
from pathlib import Path

from rag.base.settings import library_folder
from rag.base.text import plural
from rag.commands.console import complain, open_library, progress_bar, put, say, tell
from rag.intake.enrich import Enrichment
from rag.kept import Standing
from rag.kept.news import news_to_text
from rag.library import Library
from rag.nouns import Receipt, Selection
from rag.present import receipt_to_text

_LONGEST = 100
"""Characters of a value that are shown."""


def add(arguments: argparse.Namespace) -> int:
    """Add, and print the receipt; fails when no paper at all was found."""
    receipt, news = _rehearse(arguments) if arguments.dry_run else _add(arguments)
    if arguments.json:
        put(receipt.to_dict() | ({"answers": [one.to_dict() for one in news]} if news else {}))
    else:
        say(receipt_to_text(receipt, dry_run=arguments.dry_run))
        if any(one.findings for one in news):
            say(f"\nNew to the questions you keep:\n\n{news_to_text(news)}")
    return 0 if receipt.found else 1


def _add(arguments: argparse.Namespace) -> tuple[Receipt, tuple[Standing, ...]]:
    """Add; what is new to the standing questions is told with the receipt, where there are any."""
    with open_library(arguments, create=True) as library:
        receipt = _with_bar(library, arguments)
        return receipt, () if arguments.dry_run else library.standing.news()


def _rehearse(arguments: argparse.Namespace) -> tuple[Receipt, tuple[Standing, ...]]:
    """Preview against the library where there is one, else against an empty one that vanishes."""
    folder = Path(arguments.library or library_folder()).expanduser()
    if (folder / "library.db").is_file():
        return _add(arguments)
    with tempfile.TemporaryDirectory() as empty, Library.open(empty) as library:
        return _with_bar(library, arguments), ()


def _with_bar(library: Library, arguments: argparse.Namespace) -> Receipt:
    selection = Selection(frozenset(arguments.leave_out), unsure=arguments.unsure)
    with progress_bar() as show:
        return library.add(arguments.paths, dry_run=arguments.dry_run, selection=selection, progress=show)


def enrich(arguments: argparse.Namespace) -> int:
    """Enrich, and print what changed; fails when arXiv could not be asked to the end."""
    with open_library(arguments, arxiv_url=arguments.api) as library, progress_bar() as show:
        told = library.enrich(arguments.ids, dry_run=arguments.dry_run, pause=arguments.pause, progress=show)
    tell(arguments, asdict(told), _enrichment_to_text(told, dry_run=arguments.dry_run))
    if told.stopped:
        waiting = f"{plural(told.waiting, 'paper')} {'was' if told.waiting == 1 else 'were'} not looked up"
        complain(f"{told.stopped} {waiting}.")
    return 1 if told.stopped else 0


def _enrichment_to_text(told: Enrichment, *, dry_run: bool) -> str:
    """Return what was found and what that changed, for a person."""
    lines = ["Nothing was stored; this is what would change:"] if dry_run else []
    changed = [paper for paper in told.found if paper.changes]
    for paper in changed:
        lines.append(f"{paper.title or '(no title)'} ({paper.paper_id})")
        lines += [f"  {c.field}: {_short(c.before)} → {_short(c.after)}" for c in paper.changes]
    lines += [f"not taken: {paper.title or paper.paper_id}: {paper.why}" for paper in told.not_taken]
    unchanged = len(told.found) - len(changed)
    counts = f"{len(changed):,} changed, {unchanged:,} unchanged, {len(told.not_taken):,} not taken"
    looked_up = plural(told.asked - told.waiting, "paper")
    lines.append(f"{looked_up} looked up: {counts}." if told.asked else "No paper lacks what arXiv could tell.")
    return "\n".join(lines)


def _short(value: str | None) -> str:
    if not value:
        return "–"
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}… ({len(value):,} characters)"
