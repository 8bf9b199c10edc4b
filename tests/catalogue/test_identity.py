"""Which sightings are one paper, whatever the order of adding."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.catalogue import Catalogue
from rag.catalogue.identity import partition, sighting_key
from rag.nouns import Format, Paper, Record, Sighting

FISH = "We count the fish of a small lake over ten years and find that they return in spring."
FISH_TYPO = "We count the fish of a small lake over ten years and find that they came back in spring."
STARS = "Variable stars of an open cluster are timed with a new instrument, whose errors we model."


def seen(page: str, title: str, abstract: str = FISH, kind: Format = Format.LISTING, **told: object) -> Sighting:
    return Sighting(page, kind, Record(title, abstract, **told))  # type: ignore[arg-type]


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "library.db")


def only(catalogue: Catalogue) -> Paper:
    (paper,) = catalogue
    return paper


def test_one_title_on_two_pages_is_one_paper_seen_on_both(catalogue: Catalogue) -> None:
    added = catalogue.add([seen("a", "Fish of a Lake"), seen("b", "Fish of a lake.", date="2024-05-01")])
    assert len(added.new) == 1
    assert only(catalogue).pages == ("a", "b")
    assert only(catalogue).date == "2024-05-01"


def test_different_ids_of_their_own_are_never_merged(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish", own_id="1", kind=Format.JSONL), seen("a", "Fish", own_id="2", kind=Format.JSONL)])
    assert {p.paper_id for p in catalogue} == {"1", "2"}


def test_different_arxiv_ids_are_never_merged(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish", arxiv_id="2401.00001"), seen("a", "Fish", arxiv_id="2401.00002")])
    assert len(catalogue) == 2


def test_a_generic_title_merges_nothing(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Introduction"), seen("b", "Introduction", STARS), seen("c", "", FISH)])
    assert len(catalogue) == 3


def test_an_abstract_that_differs_too_much_stays_apart_and_is_reported(catalogue: Catalogue) -> None:
    added = catalogue.add([seen("a", "A Survey of Things"), seen("b", "A Survey of Things", STARS)])
    assert len(catalogue) == 2
    assert any("possible duplicate" in warning for warning in added.warnings)
    assert [len(found.paper_ids) for found in catalogue.duplicates()] == [2]


def test_a_record_stays_alone_where_several_papers_bear_its_title(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish", own_id="1"), seen("a", "Fish", own_id="2")])
    added = catalogue.add([seen("b", "Fish")])
    assert len(catalogue) == 3
    assert any("several papers bear this title" in warning for warning in added.warnings)


def test_a_page_record_that_meets_its_arxiv_id_keeps_its_id_and_gains_an_alias(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake")])
    before = only(catalogue).paper_id
    catalogue.add([seen("arxiv", "Fish of a Lake", arxiv_id="2401.00001", kind=Format.ATOM)])
    assert only(catalogue).paper_id == before
    assert catalogue.resolve("2401.00001") == before


def test_an_arxiv_id_joins_the_record_that_has_it_beside_its_own(catalogue: Catalogue) -> None:
    catalogue.add([seen("mine", "Fish", own_id="k1", arxiv_id="2401.00001", kind=Format.JSONL)])
    catalogue.add([seen("arxiv", "Fish", own_id="2401.00001", arxiv_id="2401.00001", kind=Format.ATOM)])
    assert only(catalogue).paper_id == "k1"
    assert only(catalogue).pages == ("arxiv", "mine")


def test_the_same_page_again_is_an_edit_and_the_old_text_is_gone(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake")])
    before = only(catalogue).paper_id
    added = catalogue.add([seen("a", "Fish of a Lake", STARS)])
    assert added.updated == (before,)
    assert only(catalogue).abstract == STARS


def test_the_same_own_id_again_is_an_edit_even_from_another_file(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish", own_id="7", kind=Format.JSONL)])
    added = catalogue.add([seen("b", "Stars", STARS, own_id="7", kind=Format.JSONL)])
    assert added.updated == ("7",)
    assert (only(catalogue).title, only(catalogue).abstract) == ("Stars", STARS)


def test_the_same_page_twice_changes_nothing(catalogue: Catalogue) -> None:
    sightings = [seen("a", "Fish of a Lake"), seen("a", "Stars", STARS)]
    catalogue.add(sightings)
    papers = list(catalogue)
    added = catalogue.add(sightings)
    assert (added.new, added.updated, len(added.unchanged)) == ((), (), 2)
    assert list(catalogue) == papers


def test_sources_that_disagree_are_a_conflict_kept_and_reported(catalogue: Catalogue) -> None:
    added = catalogue.add(
        [seen("a", "Fish of a Lake", author_count=2), seen("b", "Fish of a Lake", FISH_TYPO, author_count=3)]
    )
    conflicts = {c.field: c for c in only(catalogue).conflicts}
    assert (conflicts["author_count"].chosen, conflicts["author_count"].others) == ("2", (("b", "3"),))
    assert conflicts["abstract"].chosen == FISH
    assert any("disagree on author_count" in warning for warning in added.warnings)


def test_a_summary_yields_to_an_abstract(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake", "Fish come back.", abstract_is_summary=True)])
    assert only(catalogue).abstract_is_summary
    catalogue.add([seen("b", "Fish of a Lake")])
    assert (only(catalogue).abstract, only(catalogue).abstract_is_summary) == (FISH, False)


def test_a_written_year_wins_over_an_inferred_one(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake", date="2025-05-01", date_inferred=True)])
    catalogue.add([seen("b", "Fish of a Lake", date="2024-05-01")])
    assert (only(catalogue).date, only(catalogue).date_inferred) == ("2024-05-01", False)


def test_a_year_alone_takes_no_month_away_and_confirms_an_inferred_year(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake", date="2025-06-02", date_inferred=True)])
    added = catalogue.add([seen("b", "Fish of a Lake", kind=Format.BIBTEX, date="2025")])
    assert (only(catalogue).date, only(catalogue).date_inferred) == ("2025-06-02", False)
    assert added.warnings == ()


def test_of_dates_that_differ_the_order_of_sources_chooses_and_it_is_reported(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake", date="2025-06-02")])
    added = catalogue.add([seen("b", "Fish of a Lake", kind=Format.BIBTEX, date="2024")])
    assert only(catalogue).date == "2024"
    assert added.warnings == ("Fish of a Lake: sources disagree on date; kept 2024, also told: 2025-06-02 (a)",)


def test_an_edit_replaces_a_more_precise_date(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish", own_id="1", kind=Format.JSONL, date="2024-05-01", authors=("A. Bee", "C. Dee"))])
    catalogue.add([seen("b", "Fish", own_id="1", kind=Format.JSONL, date="2025", authors=("A. Bee",))])
    assert (only(catalogue).date, only(catalogue).authors, only(catalogue).conflicts) == ("2025", ("A. Bee",), ())


def test_a_shorter_list_of_authors_does_not_silently_take_the_place_of_a_number(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake", author_count=9)])
    named = seen("b", "Fish of a Lake", kind=Format.BIBTEX, authors=("Ann Bee", "Carl Dee"), author_count=2)
    added = catalogue.add([named])
    assert (only(catalogue).authors, only(catalogue).author_count) == (("Ann Bee", "Carl Dee"), 2)
    assert any("disagree on author_count; kept 2, also told: 9 (a)" in warning for warning in added.warnings)


def test_a_list_of_authors_that_breaks_off_leaves_their_number_to_others(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake", author_count=9)])
    added = catalogue.add([seen("b", "Fish of a Lake", kind=Format.BIBTEX, authors=("Ann Bee", "Carl Dee"))])
    assert (only(catalogue).authors, only(catalogue).author_count) == (("Ann Bee", "Carl Dee"), 9)
    assert added.warnings == ()


def test_a_list_that_breaks_off_yields_to_a_longer_one_with_its_names(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake", kind=Format.BIBTEX, authors=("Ann Bee",))])
    longer = seen("b", "Fish of a Lake", kind=Format.CSV, authors=("A. Bee", "C. Dee"), author_count=2)
    assert catalogue.add([longer]).warnings == ()
    assert (only(catalogue).authors, only(catalogue).author_count) == (("A. Bee", "C. Dee"), 2)


def test_other_authors_are_a_conflict_and_the_same_ones_abbreviated_are_none(catalogue: Catalogue) -> None:
    told = [("a", Format.ATOM, ("Ann Bee",)), ("b", Format.CSV, ("A. Bee",)), ("c", Format.CSV, ("A. Bee", "C. Dee"))]
    catalogue.add([seen(page, "Fish", kind=kind, authors=who, author_count=len(who)) for page, kind, who in told])
    assert only(catalogue).authors == ("Ann Bee",)
    assert [(c.field, c.others) for c in only(catalogue).conflicts] == [("authors", (("c", "A. Bee, C. Dee"),))]


def test_removing_by_alias_removes_the_paper(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake", own_id="k", arxiv_id="2401.00001")])
    assert catalogue.remove(["2401.00001", "nobody"]) == (["k"], ["nobody"])
    assert (len(catalogue), catalogue.leaving(), catalogue.resolve("k")) == (0, ["k"], None)


def test_an_add_tells_of_its_own_papers_and_of_no_neighbour(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish"), seen("a", "Stars", STARS)])
    added = catalogue.add([seen("b", "Fish", own_id="2", kind=Format.JSONL), seen("b", "Stars", STARS)])
    assert len({*added.new, *added.updated, *added.unchanged}) == 2
    added = catalogue.add([seen("c", "Fish", STARS), seen("c", "Fish", own_id="3", kind=Format.JSONL)])
    assert len({*added.new, *added.updated, *added.unchanged}) == 2


def test_a_rehearsal_leaves_no_trace(catalogue: Catalogue) -> None:
    with catalogue.rehearsal():
        assert catalogue.add([seen("a", "Fish of a Lake")]).new
        assert len(catalogue) == 1
    assert len(catalogue) == 0


SIGHTINGS = st.builds(
    seen,
    page=st.sampled_from("abc"),
    title=st.sampled_from(["Fish of a Lake", "fish of a lake!", "Timing Stars", "Introduction"]),
    abstract=st.sampled_from([FISH, FISH_TYPO, STARS, ""]),
    own_id=st.sampled_from([None, None, "k1", "k2"]),
    arxiv_id=st.sampled_from([None, None, "2401.00001", "2401.00002"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(SIGHTINGS, max_size=8), st.randoms(use_true_random=False))
def test_the_groups_do_not_depend_on_the_order(sightings: list[Sighting], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = sightings.copy()
    random.shuffle(shuffled)

    def groups(of: list[Sighting]) -> list[list[str]]:
        return sorted(sorted(repr(of[i]) for i in group) for group in partition(of))

    assert groups(sightings) == groups(shuffled)


@given(st.lists(SIGHTINGS, max_size=8))
def test_no_group_holds_two_ids_of_one_kind(sightings: list[Sighting]) -> None:
    for group in partition(sightings):
        own = {sightings[i].record.own_id for i in group} - {None}
        assert len(own) <= 1
        if not own:
            assert len({sightings[i].record.arxiv_id for i in group} - {None}) <= 1


@settings(max_examples=25, deadline=None)
@given(
    sightings=st.lists(SIGHTINGS, max_size=6, unique_by=lambda s: (s.page, sighting_key(s.record))),
    random=st.randoms(use_true_random=False),
)
def test_the_papers_do_not_depend_on_the_order_of_adding(tmp_path_factory, sightings, random) -> None:  # type: ignore[no-untyped-def]
    """Own ids told twice are edits, where the last word counts; here each is told once."""
    told = {s.record.own_id: s for s in sightings if s.record.own_id}
    sightings = [s for s in sightings if told.get(s.record.own_id, s) is s]
    shuffled = sightings.copy()
    random.shuffle(shuffled)

    def papers(of: list[Sighting]) -> list[tuple[object, ...]]:
        catalogue = Catalogue(tmp_path_factory.mktemp("c") / "library.db")
        for sighting in of:
            catalogue.add([sighting])
        found = sorted((p.title, p.abstract, p.arxiv_id or "", p.pages, repr(p.conflicts)) for p in catalogue)
        catalogue.close()
        return found

    assert papers(sightings) == papers(shuffled)
