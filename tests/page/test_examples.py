from rag.nouns import Paper
from rag.page.welcome import example_questions, welcome_html
from tests.page.papers import PAPERS


def test_examples_by_hand():
    assert example_questions(PAPERS) == [
        "What does Value Drift do, and how well does it work?",
        "Which papers deal with language models?",
        "How many papers are from Aug 2025?",
        "What has Lakeside University published here?",
    ]


def test_half_a_name_is_no_subject():
    titles = ["Small Group Theory", "On Small Group Theory", "Small Group Theory Again", "Knots"]
    assert "Which papers deal with small group theory?" in example_questions([Paper(t, t, "") for t in titles])


def test_two_papers_with_names_are_compared():
    titles = ["TideBench: A Benchmark of Sea Levels", "WaveSet: A Benchmark of Sea Storms", "KiteNet: Flying"]
    papers = [Paper(t, t, "A. B. C.", ((0, 2), (3, 5), (6, 8))) for t in titles]
    assert "Compare WaveSet and TideBench" in example_questions(papers)


def test_a_library_of_one_bare_paper_promises_nothing_it_cannot_hold():
    assert example_questions([Paper("a", "Seeds of Agreement", "")]) == []


def test_an_empty_library_says_how_to_begin():
    assert "Add papers below" in welcome_html([])
