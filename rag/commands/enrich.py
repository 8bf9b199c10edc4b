"""`enrich`: look papers up at arXiv and fill in what they lack."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from rag.base.text.numbers import plural
from rag.commands.console import open_library, put, say
from rag.commands.progress_bar import Bar
from rag.intake.enrich import Enrichment

_LONGEST = 100
"""Characters of a value that are shown."""


def run(arguments: argparse.Namespace) -> int:
    """Enrich, and print what changed; fails when arXiv could not be asked to the end."""
    bar = Bar()
    with open_library(arguments, arxiv_url=arguments.api) as library:
        try:
            told = library.enrich(arguments.ids, dry_run=arguments.dry_run, pause=arguments.pause, progress=bar.show)
        finally:
            bar.stop()
    if arguments.json:
        put(asdict(told))
    else:
        say(enrichment_to_text(told, dry_run=arguments.dry_run))
    if told.stopped:
        waiting = f"{plural(told.waiting, 'paper')} {'was' if told.waiting == 1 else 'were'} not looked up"
        print(f"abstract-qa: {told.stopped} {waiting}.", file=sys.stderr)
    return 1 if told.stopped else 0


def enrichment_to_text(told: Enrichment, *, dry_run: bool = False) -> str:
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
