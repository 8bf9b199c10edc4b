"""What an `add` would do, or did, as HTML: counts first, then file by file what was passed over and why."""

from __future__ import annotations

from pathlib import PurePath

from rag.nouns import FileReceipt, Receipt
from rag.page.markup import attribute, paper_text
from rag.present.receipt import missing_in_words

_MOST_SKIPPED = 50
"""Blocks listed for one file; more are counted."""
_LONGEST_START = 120
"""Characters of a skipped block that are shown."""


def receipt_html(receipt: Receipt, *, stored: bool) -> str:
    """Return the receipt; `stored` tells a deed from a preview."""
    files = "".join(_file(file) for file in receipt.files)
    return f'<div class="receipt" role="status"><p class="sum">{_sum(receipt, stored)}</p>{files}</div>'


def progress_html(what: str, done: int, total: int) -> str:
    """Return how far the work is: a bar where the end is known, a count where it is not."""
    if total:
        bar = f'<progress max="{total}" value="{done}" aria-label="{attribute(what)}"></progress>'
        return f'<div class="receipt"><p>{attribute(what).capitalize()} {done:,} of {total:,}</p>{bar}</div>'
    count = f" {done:,}" if done else ""
    return f'<div class="receipt"><p>{attribute(what).capitalize()}{count} …</p></div>'


def _sum(receipt: Receipt, stored: bool) -> str:
    if not receipt.found:
        return "<strong>No paper was found.</strong> Below is what was passed over, and why."
    kinds = ((receipt.new, "new"), (receipt.updated, "updated"), (receipt.unchanged, "unchanged"))
    parts = ", ".join(f"{count:,} {kind}" for count, kind in kinds if count)
    papers = f"{receipt.found:,} paper{'s' * (receipt.found != 1)}"
    return f"<strong>{papers} {'added' if stored else 'found'}:</strong> {parts}." + (
        "" if stored else " Nothing is stored yet."
    )


def _file(file: FileReceipt) -> str:
    name = paper_text(PurePath(file.path).name)
    lacking = paper_text(missing_in_words(file))
    warnings = "".join(f"<li>{paper_text(warning)}</li>" for warning in file.warnings)
    return (
        f'<section><p><strong>{name}</strong> <span class="about">{paper_text(str(file.format))} · {file.records:,} '
        f"record{'s' * (file.records != 1)}{' · ' + lacking if lacking else ''}</span></p>"
        f"{f'<ul>{warnings}</ul>' if warnings else ''}{_skipped(file)}</section>"
    )


def _skipped(file: FileReceipt) -> str:
    if not file.skipped:
        return ""
    items = "".join(
        f"<li>{f'Line {s.line}: ' if s.line else ''}{paper_text(s.why)}. "
        f'<span class="about">{paper_text(s.text[:_LONGEST_START])}</span></li>'
        for s in file.skipped[:_MOST_SKIPPED]
    )
    more = len(file.skipped) - _MOST_SKIPPED
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return f"<details><summary>Passed over: {len(file.skipped):,}</summary><ul>{items}{rest}</ul></details>"
