"""`add`: pages and files into the library, with a receipt."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rag.commands.bar import Bar
from rag.commands.console import open_library, put, say
from rag.library import Library
from rag.nouns import Receipt, Selection
from rag.present import receipt_to_text
from rag.settings import library_folder


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
    bar = Bar()
    try:
        selection = Selection(frozenset(arguments.leave_out), unsure=arguments.unsure)
        return library.add(arguments.paths, dry_run=arguments.dry_run, selection=selection, progress=bar.show)
    finally:
        bar.stop()
