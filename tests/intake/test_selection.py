"""What a preview tells, and what a person may do to it: leave papers out, mend them, take what is unsure."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.library import Library
from rag.nouns import Selection

LIST = Path(__file__).parent / "copied" / "arxiv_new.txt"
UNSURE = Path(__file__).parent / "copied" / "readme.md"


def test_a_preview_lists_every_title_with_its_abstract_and_stores_nothing(empty: Library) -> None:
    receipt = empty.add(LIST, dry_run=True)
    (file,) = receipt.files
    assert [(paper.number, paper.title.split()[0], paper.is_sure) for paper in file.papers] == [
        (1, "The", True),
        (2, "MedReSearch:", True),
        (3, "LongSplat:", True),
    ]
    assert file.papers[1].abstract.startswith("Recent developments in agents")
    assert "2. MedReSearch: A Medical Deep Research Agent: Recent developments" in str(receipt)
    assert len(empty) == 0


def test_numbers_go_on_through_all_files(empty: Library) -> None:
    receipt = empty.add([LIST, UNSURE], dry_run=True)
    assert [paper.number for file in receipt.files for paper in file.papers] == [1, 2, 3, 4, 5]
    assert [paper.is_sure for paper in receipt.files[1].papers] == [False, False]
    assert receipt.found == 3


def test_papers_are_left_out_and_mended_by_their_numbers(empty: Library) -> None:
    selection = Selection(frozenset({1}), ((2, "MedResearch", "We mended this.  It is one line."),))
    receipt = empty.add(LIST, selection=selection)
    assert (receipt.found, receipt.new) == (2, 2)
    assert {paper.title for paper in empty.papers()} >= {"MedResearch"}
    mended = empty.paper("2508.14880")
    assert mended is not None
    assert mended.abstract == "We mended this. It is one line."
    assert "left out, as you said" in str(receipt)


def test_a_file_that_was_added_in_part_can_be_added_whole_later(empty: Library) -> None:
    empty.add(LIST, selection=Selection(frozenset({1, 2})))
    assert len(empty) == 1
    assert empty.add(LIST).new == 2
    assert empty.add(LIST, selection=Selection(frozenset({3}))).found == 2


@pytest.mark.parametrize(("unsure", "stored"), [(False, 0), (True, 2)])
def test_what_is_not_sure_to_be_a_paper_is_stored_only_when_a_person_says_so(
    empty: Library, unsure: bool, stored: int
) -> None:
    assert empty.add(UNSURE, selection=Selection(unsure=unsure)).new == stored
    assert len(empty) == stored
