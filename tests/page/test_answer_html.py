from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.nouns import EXTRACTIVE, Status, Support
from rag.page.answer_html import answer_html, audit_summary
from tests.page.papers import DRIFT, TIDE
from tests.page.scripted import LINES, scripted_answer


def test_a_sentence_its_marker_and_its_mark_by_hand():
    answer = scripted_answer("?", [("Models fail", Support.SUPPORTED, ((TIDE, 3),))])
    assert answer_html(answer, 2) == (
        '<p><span class="claim is-supported" data-do="evidence" data-turn="2" data-targets="t2-c1-s3">'
        'Models fail<span class="tail">\u00a0<a class="marker" href="#t2-c1" data-do="card" data-turn="2" '
        'data-targets="t2-c1" aria-label="Source 1">[1]</a>.<button type="button" class="audit is-supported" '
        'data-do="evidence" data-turn="2" data-targets="t2-c1-s3" '
        'data-tip="Supported by the words of [1] sentence 3" '
        'aria-label="Sentence 1: Supported by the words of [1] sentence 3">✓</button></span></span></p>'
    )


def test_a_bracket_that_cites_nothing_is_text():
    answer = scripted_answer("?", [("The interval is [2] and [7]", Support.SUPPORTED, ((TIDE, 3),))])
    assert answer_html(answer, 1).count('class="marker"') == 1


def test_a_number_that_another_sentence_cites_is_text_in_this_one():
    lines = [("One [2]", Support.SUPPORTED, ((TIDE, 1),)), ("Two", Support.SUPPORTED, ((DRIFT, 1),))]
    assert answer_html(scripted_answer("?", lines), 1).count(">[2]</a>") == 1


def test_paragraphs_lists_and_headings():
    answer = replace(scripted_answer("?", ()), text="## Head\nOne\ntwo\n\nThree\n- a\n- b\n1. c\n2. d")
    assert answer_html(answer, 1) == (
        "<h3>Head</h3><p>One<br>two</p><p>Three</p><ul><li>a</li><li>b</li></ul><ol><li>c</li><li>d</li></ol>"
    )


def test_italics_go_on_across_sentences():
    lines = [("*With whom", Support.UNCITED, ()), ("We ask* and `a*b*c` **tell**", Support.UNCITED, ())]
    html = answer_html(replace(scripted_answer("?", lines), final=False, claims=()), 1)
    assert html == "<p><em>With whom. We ask</em> and <code>a*b*c</code> <strong>tell</strong>.</p>"
    assert "<em>With whom.</em>" in answer_html(scripted_answer("?", lines), 1)
    assert "<em>We ask</em>" in answer_html(scripted_answer("?", lines), 1)


def test_stars_that_are_no_italics_stay():
    answer = replace(scripted_answer("?", ()), text="2 * 3 * 4 and A* search")
    assert answer_html(answer, 1) == "<p>2 * 3 * 4 and A* search</p>"


def test_while_an_answer_grows_nothing_is_marked():
    growing = replace(scripted_answer("?", LINES), final=False)
    assert "audit" not in answer_html(growing, 1)
    assert "marker" in answer_html(growing, 1)


def test_an_abstention_is_not_reproached_for_citing_nothing():
    answer = scripted_answer("?", [("The abstracts do not say", Support.NOT_CHECKED, ())], status=Status.ABSTAINED)
    assert "audit" not in answer_html(answer, 1)
    assert audit_summary(answer) == ""


def test_what_an_abstention_says_beyond_its_no_is_marked():
    answer = scripted_answer("?", [("Aspirin cures cancer", Support.UNCITED, ())], status=Status.ABSTAINED)
    assert "This sentence cites nothing." in answer_html(answer, 1)


def test_the_summary_counts_each_kind():
    assert audit_summary(scripted_answer("?", LINES)) == (
        "3 of 5 sentences supported by the words of the sources, 1 with a number not found, 1 uncited."
    )


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), max_size=4))
def test_every_angle_bracket_of_a_text_is_escaped(words: list[str]):
    text = "<x>\n".join(words) + "<script>"
    html = answer_html(replace(scripted_answer("?", ()), text=text), 1)
    assert "<x>" not in html
    assert "<script>" not in html


def test_a_reader_in_quotes_is_credited_with_quoting_and_not_with_answering() -> None:
    quotes = replace(scripted_answer("?", [("Owls hunt mice", Support.SUPPORTED, ())]), reader=EXTRACTIVE)
    assert "yours to judge" in audit_summary(quotes)
    marked = replace(scripted_answer("?", [("Owls hunt 9 mice", Support.NUMBER_NOT_FOUND, ())]), reader=EXTRACTIVE)
    assert audit_summary(marked) == "0 of 1 sentence supported by the words of the sources, 1 with a number not found."


def test_quotes_carry_no_mark_and_what_only_adds_to_a_paper_is_folded():
    lines = [("“It leads”", Support.SUPPORTED, ((TIDE, 3),)), ("“It adds”", Support.SUPPORTED, ((TIDE, 4),))]
    quotes = replace(scripted_answer("?", lines), reader=EXTRACTIVE)
    first, second = quotes.claims
    second = replace(second, start=second.start + 1, end=second.end + 1)
    text = f"{quotes.text[: first.end]}\n\n{quotes.text[first.end + 1 :]}"
    apart = replace(quotes, text=text, claims=(first, second))
    html = answer_html(apart, 1)
    assert "✓" not in html
    lead, _, folded = html.partition('<details class="more"><summary>More from this paper</summary>')
    assert "It leads" in lead
    assert "It adds" in folded
