"""The receipt of an `add` as plain text: file by file what was found, missing and passed over, then the counts."""

from __future__ import annotations

from rag.nouns import FileReceipt, Previewed, Receipt
from rag.text.numbers import plural

_LONGEST = 80
"""Characters of a block that was passed over."""


def receipt_to_text(receipt: Receipt, *, dry_run: bool = False) -> str:
    """Return the receipt for a person."""
    head = "Nothing was stored; this is what would be added:\n" if dry_run else ""
    counts = f"{receipt.new:,} new, {receipt.updated:,} updated, {receipt.unchanged:,} unchanged"
    lines = [line for file in receipt.files for line in _file_lines(file)]
    return head + "\n".join([*lines, f"{plural(receipt.found, 'paper')}: {counts}."])


def missing_in_words(file: FileReceipt) -> str:
    """Return which fields the records of a file lack, and how many of them; empty where none is lacking."""
    return ", ".join(f"{count:,} without {field}" for field, count in file.missing.items() if count)


def _file_lines(file: FileReceipt) -> list[str]:
    lines = [f"{file.path}: {plural(file.records, 'record')} ({file.format})"]
    if missing := missing_in_words(file):
        lines.append(f"  missing: {missing}")
    lines += [f"  {_previewed(paper)}" for paper in file.papers]
    lines += [f"  passed over {file.path}:{s.line or '?'}: {s.why}: {s.text[:_LONGEST]}" for s in file.skipped]
    return lines + [f"  note: {warning}" for warning in file.warnings]


def _previewed(paper: Previewed) -> str:
    """Return a paper of a preview: its number, title and how its abstract begins."""
    words = " ".join(paper.abstract.split())
    begins = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    mark = "" if paper.is_sure else " (not sure to be a paper)"
    return f"{paper.number}. {paper.title or '(no title)'}{mark}: {begins or '(no abstract)'}"
