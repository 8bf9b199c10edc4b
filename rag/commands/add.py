"""`add`: pages and files into the library, with a receipt."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands.console import open_library, put, say
from rag.library import Library
from rag.nouns import FileReceipt, Receipt
from rag.settings import library_folder

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_QUIET = 2.0
"""Seconds of work before a progress bar appears."""


def run(arguments: argparse.Namespace) -> int:
    """Add, and print the receipt; fails when no paper at all was found."""
    receipt = _rehearse(arguments) if arguments.dry_run else _add(arguments)
    if arguments.json:
        put(receipt.to_dict())
    else:
        say(receipt_to_text(receipt, dry_run=arguments.dry_run))
    return 0 if receipt.found else 1


def _add(arguments: argparse.Namespace) -> Receipt:
    with open_library(arguments, create=True) as library:
        return _with_bar(library, arguments)


def _rehearse(arguments: argparse.Namespace) -> Receipt:
    """Preview against the library where there is one, else against an empty one that vanishes."""
    folder = Path(arguments.library or library_folder()).expanduser()
    if (folder / "library.db").is_file():
        return _add(arguments)
    with tempfile.TemporaryDirectory() as empty, Library.open(empty) as library:
        return _with_bar(library, arguments)


def _with_bar(library: Library, arguments: argparse.Namespace) -> Receipt:
    bar = _Bar()
    try:
        return library.add(arguments.paths, dry_run=arguments.dry_run, progress=bar.show)
    finally:
        bar.stop()


class _Bar:
    """A progress bar on standard error that shows itself only when the work takes long."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def show(self, what: str, done: int, total: int) -> None:
        """Note how far the work is."""
        if not sys.stderr.isatty() or time.monotonic() - self._started < _QUIET:
            return
        if self._progress is None:
            self._progress = _rich_progress()
            self._progress.start()
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total or None)
        self._progress.update(self._tasks[what], completed=done, total=total or None)

    def stop(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()


def _rich_progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def receipt_to_text(receipt: Receipt, *, dry_run: bool = False) -> str:
    """Return the receipt for a person."""
    head = "Nothing was stored; this is what would be added:\n" if dry_run else ""
    counts = (
        f"{receipt.found:,} papers: {receipt.new:,} new, {receipt.updated:,} updated, {receipt.unchanged:,} unchanged."
    )
    return head + "\n".join([*(line for file in receipt.files for line in _file_lines(file)), counts])


def _file_lines(file: FileReceipt) -> list[str]:
    lines = [f"{file.path}: {file.records:,} records ({file.format})"]
    if missing := ", ".join(f"{count:,} without {field}" for field, count in file.missing.items() if count):
        lines.append(f"  missing: {missing}")
    lines += [f"  passed over {file.path}:{s.line or '?'}: {s.why}: {s.text[:80]}" for s in file.skipped]
    return lines + [f"  note: {warning}" for warning in file.warnings]
