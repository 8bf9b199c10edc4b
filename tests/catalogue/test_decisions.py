"""What a person decides about possible duplicates holds, whatever is added again and in whatever order."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.base.errors import UnknownPaper, UsageError
from rag.catalogue import Catalogue
from rag.nouns import Format, Sighting
from tests.catalogue.test_identity import FISH, FISH_TYPO, STARS, seen


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "library.db")


def pairs(catalogue: Catalogue) -> list[set[str]]:
    return [set(found.paper_ids) for found in catalogue.duplicates()]


def two_with_ids() -> list[Sighting]:
    return [
        seen("a", "Fish", own_id="1", kind=Format.JSONL, arxiv_id="2401.00001"),
        seen("a", "Fish", own_id="2", kind=Format.JSONL),
    ]


def test_papers_with_ids_of_their_own_under_one_title_are_possible_duplicates(catalogue: Catalogue) -> None:
    catalogue.add([*two_with_ids(), seen("a", "Stars", STARS)])
    assert pairs(catalogue) == [{"1", "2"}]
    assert catalogue.duplicates()[0].why == "the same title"


def test_papers_with_one_arxiv_id_are_possible_duplicates(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish", own_id="1", arxiv_id="2401.00001")])
    catalogue.add([seen("a", "Of Fish", own_id="2", arxiv_id="2401.00001")])
    assert [found.why for found in catalogue.duplicates()] == ["the same arXiv id"]


def test_papers_with_one_abstract_under_two_titles_are_possible_duplicates(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Debate of Crows", FISH), seen("a", "Debate of Crows (v2)", f"{FISH.upper()} ")])
    catalogue.add([seen("a", "One", "Too few words to tell."), seen("a", "Two", "Too few words to tell.")])
    (found,) = catalogue.duplicates()
    assert (found.why, len(found.paper_ids)) == ("the same abstract", 2)
    catalogue.keep_apart(found.paper_ids)
    assert catalogue.duplicates() == []


def test_merged_papers_stay_one_when_all_is_added_again(catalogue: Catalogue) -> None:
    catalogue.add(two_with_ids())
    assert catalogue.merge(["2", "1"]) == "1"
    for _ in range(2):
        (paper,) = catalogue
        assert (paper.paper_id, set(paper.aliases)) == ("1", {"2", "2401.00001"})
        assert catalogue.resolve("2") == "1"
        assert pairs(catalogue) == []
        catalogue.remove(["1"])
        catalogue.add(two_with_ids())


def test_a_merge_outlives_removal_and_comes_back_in_any_order(catalogue: Catalogue) -> None:
    catalogue.add(two_with_ids())
    catalogue.merge(["1", "2"])
    catalogue.remove(["1"])
    catalogue.add(two_with_ids()[1:])
    catalogue.add(two_with_ids()[:1])
    assert [(p.paper_id, p.aliases) for p in catalogue] == [("2", ("1", "2401.00001"))]


def test_papers_of_different_titles_can_be_merged(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish of a Lake"), seen("b", "Fishes of a Lake", FISH_TYPO)])
    one, other = (p.paper_id for p in catalogue)
    catalogue.merge([other, one])
    assert [p.paper_id for p in catalogue] == [one]
    catalogue.add([seen("b", "Fishes of a Lake", FISH_TYPO, date="2024-01-01")])
    assert [(p.paper_id, p.date) for p in catalogue] == [(one, "2024-01-01")]


def test_a_doubtful_record_can_be_merged_into_the_paper_it_is(catalogue: Catalogue) -> None:
    catalogue.add([*two_with_ids(), seen("b", "Fish")])
    assert len(pairs(catalogue)[0]) == 3
    loose = next(p.paper_id for p in catalogue if p.pages == ("b",))
    catalogue.merge([loose, "2"])
    assert catalogue.resolve(loose) == "2"
    assert {p.paper_id: p.pages for p in catalogue} == {"1": ("a",), "2": ("a", "b")}
    assert pairs(catalogue) == [{"1", "2"}]


def test_papers_kept_apart_are_no_longer_listed_and_never_merge(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "A Survey of Things", own_id="k"), seen("b", "A Survey of Things", STARS)])
    one, other = (p.paper_id for p in catalogue)
    catalogue.keep_apart([one, other])
    assert pairs(catalogue) == []
    catalogue.add([seen("b", "A Survey of Things", FISH)])  # now their abstracts are the same
    assert len(catalogue) == 2
    assert pairs(catalogue) == []


def test_keeping_apart_one_pair_leaves_the_others_in_doubt(catalogue: Catalogue) -> None:
    catalogue.add([*two_with_ids(), seen("a", "Fish", own_id="3")])
    catalogue.keep_apart(["1", "2"])
    assert pairs(catalogue) == [{"1", "2", "3"}]
    catalogue.keep_apart(["1", "3"])
    assert pairs(catalogue) == [{"2", "3"}]


def test_a_merge_can_be_taken_back_and_both_have_their_ids_again(catalogue: Catalogue) -> None:
    catalogue.add(two_with_ids())
    before = list(catalogue)
    catalogue.merge(["1", "2"])
    catalogue.keep_apart(["1", "2"])
    assert sorted(catalogue, key=lambda p: p.paper_id) == before
    assert pairs(catalogue) == []
    assert catalogue.resolve("2") == "2"
    catalogue.merge(["1", "2"])
    assert len(catalogue) == 1


def test_loose_records_come_apart_again_with_their_ids(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "A Survey of Things"), seen("b", "A Survey of Things", STARS)])
    one, other = (p.paper_id for p in catalogue)
    catalogue.merge([one, other])
    assert len(catalogue) == 1
    catalogue.keep_apart([one, other])
    assert {p.paper_id for p in catalogue} == {one, other}


def test_what_ids_tell_is_one_cannot_be_parted(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish", own_id="1", arxiv_id="2401.00001"), seen("b", "Fish", arxiv_id="2401.00001")])
    with pytest.raises(UsageError, match="not by a decision"):
        catalogue.keep_apart(["1", "2401.00001"])


def test_an_unknown_id_decides_nothing(catalogue: Catalogue) -> None:
    catalogue.add(two_with_ids())
    with pytest.raises(UnknownPaper, match="nobody"):
        catalogue.merge(["1", "nobody"])
    assert len(catalogue) == 2


def test_the_last_word_counts(catalogue: Catalogue) -> None:
    catalogue.add(two_with_ids())
    for _ in range(2):
        catalogue.keep_apart(["1", "2"])
        assert (len(catalogue), pairs(catalogue)) == (2, [])
        catalogue.merge(["1", "2"])
        assert (len(catalogue), pairs(catalogue)) == (1, [])


def test_sources_of_merged_papers_that_disagree_are_a_conflict(catalogue: Catalogue) -> None:
    catalogue.add([seen("a", "Fish", own_id="1", author_count=2), seen("a", "Fish", STARS, own_id="2", author_count=3)])
    catalogue.merge(["2", "1"])
    (paper,) = catalogue
    assert (paper.abstract, paper.author_count) == (FISH, 2)
    assert {c.field for c in paper.conflicts} == {"abstract", "author_count"}


def test_an_absorbed_paper_leaves_the_indexes(catalogue: Catalogue) -> None:
    catalogue.add(two_with_ids())
    catalogue.merge(["1", "2"])
    assert catalogue.leaving() == ["2"]


ADDED = st.builds(
    seen,
    page=st.sampled_from("abc"),
    title=st.sampled_from(["Fish of a Lake", "fish of a lake!", "Timing Stars"]),
    abstract=st.sampled_from([FISH, FISH_TYPO, STARS, ""]),
    own_id=st.sampled_from([None, None, "k1", "k2"]),
    arxiv_id=st.sampled_from([None, None, "2401.00001", "2401.00002"]),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(ADDED, min_size=2, max_size=6),
    st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5)), max_size=3),
    st.randoms(use_true_random=False),
)
def test_decisions_hold_when_all_is_removed_and_added_in_another_order(tmp_path_factory, sightings, choices, random):  # type: ignore[no-untyped-def]
    once = {(s.record.own_id or s.record.arxiv_id or (s.page, s.record.title.lower().strip("!"))): s for s in sightings}
    sightings = list(once.values())
    catalogue = Catalogue(tmp_path_factory.mktemp("c") / "library.db")
    catalogue.add(sightings)
    for is_same, one, other in choices:
        ids = [p.paper_id for p in catalogue]
        one, other = ids[one % len(ids)], ids[other % len(ids)]
        if one != other:
            try:
                (catalogue.merge if is_same else catalogue.keep_apart)([one, other])
            except UsageError:
                assert is_same
    before = papers(catalogue), pairs_by_title(catalogue)
    catalogue.remove([p.paper_id for p in catalogue])
    assert len(catalogue) == 0
    random.shuffle(sightings)
    for sighting in sightings:
        catalogue.add([sighting])
    assert (papers(catalogue), pairs_by_title(catalogue)) == before
    catalogue.close()


def papers(catalogue: Catalogue) -> list[tuple[object, ...]]:
    return sorted((p.pages, p.abstract, repr(p.arxiv_id), p.title, repr(p.authors)) for p in catalogue)


def pairs_by_title(catalogue: Catalogue) -> list[int]:
    return sorted(len(found.paper_ids) for found in catalogue.duplicates())


# ---------------------------------------------------------------- other files


def test_decisions_are_saved_from_a_damaged_catalogue(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.add([*two_with_ids(), seen("a", "Fish", own_id="3")])
    catalogue.merge(["1", "2"])
    catalogue.close()
    damaged = ("same", "{", "{}", "[]")
    with closing(sqlite3.connect(catalogue.path)) as db, db:
        db.execute("insert into decisions (verdict, one, other, names) values (?, ?, ?, ?)", damaged)
    restored = Catalogue(tmp_path / "restored.db")
    assert restored.restore(catalogue.path) == []
    restored.remove(["1"])
    restored.add(two_with_ids())
    assert {p.paper_id for p in restored} == {"1", "3"}


def test_a_library_of_version_1_takes_decisions_and_keeps_what_is_wanted_from_the_indexes(tmp_path: Path) -> None:
    stored = Path(__file__).with_name("library-v1.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        db.executescript(stored)
        body = {"paper_id": "2402.1", "title": "", "abstract": "", "arxiv_id": "2402.1", "conflicts": []}
        row = ("2402.1", "", "some hash", "some hash", json.dumps(body))
        db.execute("insert into papers (paper_id, title, text_hash, indexed_hash, body) values (?, ?, ?, ?, ?)", row)
        db.commit()
    old = Catalogue(tmp_path / "library.db")
    assert old.wanted() == {"2402.1"}
    assert old.leaving() == ["2402.1"]
    assert (len(old), old.readable(), old.count_stale()) == (4, 3, 3)
    first, second = [p.paper_id for p in old][:2]
    assert old.merge([first, second]) == first
