"""`add`: pages and files into the library, with a receipt."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rag.base.settings import library_folder
from rag.commands.console import open_library, put, say
from rag.commands.progress_bar import Bar
from rag.kept import Standing
from rag.kept.news import news_to_text
from rag.library import Library
from rag.nouns import Receipt, Selection
from rag.present import receipt_to_text


def run(arguments: argparse.Namespace) -> int:
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
        return receipt, () if arguments.dry_run else library.news()


def _rehearse(arguments: argparse.Namespace) -> tuple[Receipt, tuple[Standing, ...]]:
    """Preview against the library where there is one, else against an empty one that vanishes."""
    folder = Path(arguments.library or library_folder()).expanduser()
    if (folder / "library.db").is_file():
        return _add(arguments)
    with tempfile.TemporaryDirectory() as empty, Library.open(empty) as library:
        return _with_bar(library, arguments), ()


def _with_bar(library: Library, arguments: argparse.Namespace) -> Receipt:
    bar = Bar()
    try:
        selection = Selection(frozenset(arguments.leave_out), unsure=arguments.unsure)
        return library.add(arguments.paths, dry_run=arguments.dry_run, selection=selection, progress=bar.show)
    finally:
        bar.stop()
