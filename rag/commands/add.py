"""`add`: pages and files into the library, with a receipt."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rag.commands.bar import Bar
from rag.commands.console import open_library, put, say
from rag.library import Library
from rag.nouns import FileReceipt, Receipt
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
        return library.add(arguments.paths, dry_run=arguments.dry_run, progress=bar.show)
    finally:
        bar.stop()


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
