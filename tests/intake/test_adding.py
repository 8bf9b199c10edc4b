"""A file that was read before is not read again, unless anything that it told has changed since."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.catalogue import Catalogue
from rag.intake.adding import Intake
from rag.nouns import FileReceipt, Receipt, Skipped
from tests.crash.pages import paper, write_page


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "library.db")


def add(catalogue: Catalogue, *paths: Path) -> tuple[Receipt, bool]:
    """Add files; return the receipt, and whether any of them was read."""
    read: list[int] = []
    receipt = Intake(catalogue, lambda what, done, total: read.append(done)).add(paths)
    return receipt, bool(read)


def test_a_file_added_again_is_not_read_and_has_the_same_receipt(catalogue: Catalogue, tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.jsonl", range(3))
    with page.open("ab") as file:
        file.write(b"not JSON \xff\n")
    first, _ = add(catalogue, page)
    again, read = add(catalogue, page)
    assert not read
    assert (again.found, again.new, again.unchanged) == (3, 0, 3)
    assert again.files == first.files
    assert first.files[0].skipped


def test_wherever_it_lies_now(catalogue: Catalogue, tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.jsonl", range(3))
    add(catalogue, page)
    (tmp_path / "elsewhere").mkdir()
    moved = page.rename(tmp_path / "elsewhere" / "page.jsonl")
    again, read = add(catalogue, moved)
    assert not read
    assert again.files[0].path == str(moved)


def test_a_file_is_read_again_once_a_paper_of_it_was_removed(catalogue: Catalogue, tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.jsonl", range(3))
    add(catalogue, page)
    catalogue.remove(["p1"])
    again, read = add(catalogue, page)
    assert read
    assert (again.new, again.unchanged) == (1, 2)


def test_a_file_is_read_again_once_its_page_was_told_otherwise(catalogue: Catalogue, tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.jsonl", range(3))
    add(catalogue, page)
    other = tmp_path / "other" / "page.jsonl"
    other.parent.mkdir()
    other.write_text(json.dumps(paper(1) | {"abstract": "It is told otherwise."}) + "\n")
    assert add(catalogue, other)[0].updated == 1
    again, read = add(catalogue, page)
    assert read
    assert (again.updated, again.unchanged) == (1, 2)


def test_a_file_that_changed_is_read_again(catalogue: Catalogue, tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.jsonl", range(3))
    add(catalogue, page)
    again, read = add(catalogue, write_page(page, range(4)))
    assert read
    assert (again.new, again.unchanged) == (1, 3)


def test_a_rehearsal_remembers_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.jsonl", range(3))
    with catalogue.rehearsal():
        assert add(catalogue, page)[0].new == 3
    assert add(catalogue, page)[0].new == 3


def test_a_receipt_comes_back_as_it_was() -> None:
    from rag.intake.adding import receipt_from_text, receipt_to_json

    receipt = FileReceipt("a.txt", "listing-text", 2, (Skipped(3, "odd \udc80", "why"),), ("note",), {"date": 1})
    assert receipt_from_text(receipt_to_json(receipt), "a.txt") == receipt
