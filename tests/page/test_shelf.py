from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.nouns import Paper
from rag.page.shelf import LEAF, WITHDRAWN, Column, Facet, Subject, View, leaf, matching_papers
from rag.page.shelf import UNDATED as UNDATED_
from tests.page.papers import COURT, DRIFT, PAPERS, PROVERBS, RATERS, TIDE, UNDATED


def test_the_newest_come_first_and_the_undated_last():
    assert matching_papers(PAPERS, View()) == [DRIFT, RATERS, TIDE, PROVERBS, COURT, UNDATED]


def test_every_word_must_be_somewhere():
    assert matching_papers(PAPERS, View(search="lakeside raters")) == [RATERS]
    assert matching_papers(PAPERS, View(search="LAKESIDE")) == [DRIFT, RATERS]


def test_what_lacks_the_field_comes_last_either_way():
    for descending in (False, True):
        view = View(column=Column.ORGANISATION, descending=descending)
        assert {p.paper_id for p in matching_papers(PAPERS, view)[3:]} == {
            p.paper_id for p in (PROVERBS, COURT, UNDATED)
        }


def test_of_one_facet_any_value_will_do_and_facets_narrow_each_other():
    view = View().filtered(Facet.PAGE, "alignment").filtered(Facet.PAGE, "value-alignment")
    assert {p.paper_id for p in matching_papers(PAPERS, view)} == {p.paper_id for p in (DRIFT, RATERS, COURT, UNDATED)}
    assert matching_papers(PAPERS, view.filtered(Facet.YEAR, UNDATED_)) == [UNDATED]
    assert matching_papers(PAPERS, view.filtered(Facet.YEAR, UNDATED_).unfiltered()) == matching_papers(PAPERS, View())


def test_a_facet_tells_how_many_papers_each_value_would_give():
    facets = dict(leaf(PAPERS, View().filtered(Facet.YEAR, "2025")).facets)
    assert dict(facets[Facet.PAGE])["alignment"] == 1
    assert dict(facets[Facet.YEAR]) == {"2025": 5, UNDATED_: 1}
    assert dict(facets[Facet.STATE]) == {WITHDRAWN: 1}


def test_a_column_that_no_paper_has_anything_for_is_not_shown():
    assert Column.VENUE in leaf(PAPERS, View()).columns
    assert leaf([UNDATED, PROVERBS], View()).columns == (Column.TITLE, Column.YEAR)


def test_a_subject_leaves_its_papers():
    view = View().on(Subject("court", frozenset({COURT.paper_id})))
    assert matching_papers(PAPERS, view) == [COURT]
    assert matching_papers(PAPERS, view.on(None)) == matching_papers(PAPERS, View())


def test_a_second_click_turns_the_order():
    view = View().sorted_by(Column.TITLE)
    assert (view.column, view.descending) == (Column.TITLE, False)
    assert view.sorted_by(Column.TITLE).descending


def test_picking_twice_puts_back():
    assert View().toggled("a").picked == {"a"}
    assert View().toggled("a").toggled("a").picked == frozenset()


@given(st.integers(0, 3 * LEAF), st.integers(-2, 9))
def test_leaves_hold_all_papers_once(count: int, at: int):
    papers = [Paper(f"p{n:03}", f"Paper {n}", "") for n in range(count)]
    view = View(column=Column.TITLE)
    leaves = [leaf(papers, replace(view, leaf=n)) for n in range(max(1, -(-count // LEAF)))]
    assert sorted(p.paper_id for one in leaves for p in one.papers) == [p.paper_id for p in papers]
    assert [one.has_more for one in leaves] == [True] * (len(leaves) - 1) + [False]
    assert leaf(papers, replace(view, leaf=at)) in leaves
