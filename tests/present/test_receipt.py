"""The receipt of an `add`, for a person."""

from __future__ import annotations

from rag.nouns import FileReceipt, Previewed, Receipt, Skipped
from rag.present import receipt_to_text


def test_a_receipt_prints_as_the_command_line_shows_it() -> None:
    file = FileReceipt("a.csv", "csv", 1, (Skipped(3, "bad,row", "two cells"),), ("Look.",), {"date": 1, "url": 0})
    assert str(Receipt(1, 1, 0, 0, (file,))) == (
        "a.csv: 1 record (csv)\n"
        "  missing: 1 without date\n"
        "  passed over a.csv:3: two cells: bad,row\n"
        "  note: Look.\n"
        "1 paper: 1 new, 0 updated, 0 unchanged."
    )


def test_a_preview_of_what_is_unsure_promises_nothing() -> None:
    file = FileReceipt("a.txt", "listing-text", 0, papers=(Previewed(1, "Fish", "They swim.", is_sure=False),))
    told = receipt_to_text(Receipt(0, 0, 0, 0, (file,)), dry_run=True)
    assert told.startswith("Nothing was stored, and nothing would be:")
    assert "1. Fish (not sure to be a paper: added only with --unsure): They swim." in told
