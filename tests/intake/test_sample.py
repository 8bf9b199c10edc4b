"""The three pages of the sample library, whose figures are known."""

from pathlib import Path

import pytest

import rag
from rag.base.text.titles import normalise_title
from tests.intake.conftest import Read, read_all

SAMPLE = Path(rag.__file__).parent / "sample"


@pytest.fixture(scope="module")
def pages() -> dict[str, Read]:
    return {page.page: page for place in sorted(SAMPLE.glob("*.txt")) for page in read_all(place)}


def test_each_page_holds_exactly_its_records(pages: dict[str, Read]) -> None:
    counts = {name: len(page.records) for name, page in pages.items()}
    assert counts == {"alignment": 57, "cultural-alignment": 52, "value-alignment": 42}


def test_the_pages_hold_127_papers_16_of_them_on_several(pages: dict[str, Read]) -> None:
    seen: dict[str, set[str]] = {}
    for name, page in pages.items():
        for title in page.titles:
            seen.setdefault(normalise_title(title), set()).add(name)
    assert len(seen) == 127
    assert sum(len(names) > 1 for names in seen.values()) == 16


def test_49_of_the_papers_have_no_date(pages: dict[str, Read]) -> None:
    dated = {normalise_title(one.title) for page in pages.values() for one in page.records if one.date}
    every = {normalise_title(title) for page in pages.values() for title in page.titles}
    assert len(every - dated) == 49


def test_nothing_is_passed_over_and_nothing_is_a_summary(pages: dict[str, Read]) -> None:
    for page in pages.values():
        assert page.skipped == ()
        assert page.warnings == ()
        assert not any(one.abstract_is_summary for one in page.records)
        assert min(len(one.abstract) for one in page.records) > 400


def test_metadata_is_read_as_it_stands(pages: dict[str, Read]) -> None:
    records = {one.title: one for one in pages["cultural-alignment"].records}
    diwali = next(one for title, one in records.items() if title.startswith("DIWALI"))
    assert (diwali.author_count, diwali.date, diwali.date_inferred, diwali.comments) == (3, "2025-09-22", True, 2)
    assert diwali.date_text == "Sep 22 2"
    frames = next(one for title, one in records.items() if title.startswith("CulturalFrames"))
    assert (frames.organisation, frames.author_count, frames.date) == ("MAIR Lab", None, "2025-06-10")


def test_no_mirror_host_is_left_and_the_original_is_kept(pages: dict[str, Read]) -> None:
    records = [one for page in pages.values() for one in page.records]
    assert not any("010818" in one.abstract for one in records)
    assert any("010818" in (one.original or "") for one in records)


def test_the_last_record_needs_no_metadata_and_no_line_end(pages: dict[str, Read]) -> None:
    assert pages["alignment"].records[-1].abstract.endswith("crucial to future LLM research.")
    assert pages["value-alignment"].records[-1].date == "2023-09-01"
