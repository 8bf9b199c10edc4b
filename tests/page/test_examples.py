from rag.nouns import Paper
from rag.page.examples import example_questions
from rag.page.welcome import welcome_html
from tests.page.papers import PAPERS


def test_examples_by_hand():
    assert example_questions(PAPERS) == [
        "What does Value Drift do, and how well does it work?",
        "Which papers deal with language models?",
        "What has Lakeside University published here?",
        "How many papers are from Aug 2025?",
    ]


def test_a_library_of_one_bare_paper_promises_nothing_it_cannot_hold():
    assert example_questions([Paper("a", "Seeds of Agreement", "")]) == []


def test_an_empty_library_says_how_to_begin():
    assert "Add a first page" in welcome_html([])
