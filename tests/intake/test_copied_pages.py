"""Pages copied from a browser, as people paste them: `copied/` holds one for each site.

No real copy was at hand: they are made up after the sites' layouts, that of arXiv's search after its own test page.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake.conftest import Read, read_all

COPIED = Path(__file__).parent / "copied"
Reader = Callable[..., Read]


def copied(name: str) -> Read:
    (only,) = read_all(COPIED / name)
    return only


def test_a_search_of_arxiv_is_its_papers() -> None:
    page = copied("arxiv_search.txt")
    assert page.titles == [
        "Measuring What Models Value: A Benchmark of Cultural Norms",
        "A Second Paper on Reward Models",
        "Who Aligns Whom?",
    ]
    first, second, _ = page.records
    assert (first.arxiv_id, first.date, first.authors) == (
        "2508.12345",
        "2025-08-20",
        ("Ann Bee", "Carl Dee", "Eve Foo"),
    )
    assert first.categories == ("cs.CL", "cs.AI")
    assert first.abstract_is_summary  # folded: the page shows only a part of it
    assert second.abstract.endswith("The anchor costs nothing at inference.")
    assert not second.abstract_is_summary
    assert "only a part of 2 abstracts" in page.receipt


@pytest.mark.parametrize("name", ["arxiv_new.txt", "arxiv_recent.txt"])
def test_a_list_of_arxiv_is_its_papers(name: str) -> None:
    page = copied(name)
    assert [record.arxiv_id for record in page.records] == ["2508.14869", "2508.14880", "2508.14041"]
    first = page.records[0]
    assert first.title == "The Prompting Brain: Neurocognitive Markers of Expertise"
    assert (first.date, first.categories, first.author_count) == ("2025-08-22", ("cs.CL", "cs.AI"), 3)
    assert all(record.abstract.endswith(".") for record in page.records if record.abstract)
    assert len([record for record in page.records if record.abstract]) == (3 if name == "arxiv_new.txt" else 0)
    assert not page.receipt


def test_each_day_of_a_list_dates_its_own_papers() -> None:
    assert [record.date for record in copied("arxiv_recent.txt").records] == ["2025-08-22", "2025-08-22", "2025-08-21"]


def test_the_saved_search_of_arxiv_gives_the_unfolded_abstract(read: Reader) -> None:
    page = read(
        "<!DOCTYPE html><html><body><h1>Showing 1&ndash;50 of 1,204 results for all: norms</h1>"
        '<ol><li class="arxiv-result">'
        '<p class="list-title is-inline-block"><a href="https://arxiv.org/abs/2508.12345">arXiv:2508.12345</a>'
        '<span>&nbsp;[<a href="x">pdf</a>, <a href="y">other</a>]&nbsp;</span></p>'
        '<div class="tags"><span class="tag">cs.CL</span></div><p class="title is-5 mathjax">Measuring <b>Norms</b></p>'
        '<p class="authors"><span>Authors:</span> <a>Ann Bee</a>, <a>Carl Dee</a></p>'
        '<p class="abstract mathjax"><span>Abstract</span>: <span class="abstract-short">&hellip;part of it&hellip;'
        '<a>&#9661; More</a></span> <span class="abstract-full" style="display: none">We ask about norms. They differ.'
        '<a>&#9651; Less</a></span></p><p class="is-size-7"><span>Submitted</span> 22 August, 2025; '
        "originally announced August 2025.</p></li></ol></body></html>",
        "search.html",
    )
    (one,) = page.records
    assert (one.title, one.abstract) == ("Measuring Norms", "We ask about norms. They differ.")
    assert (one.authors, one.date, one.abstract_is_summary) == (("Ann Bee", "Carl Dee"), "2025-08-22", False)


@pytest.mark.parametrize("name", ["scholar_alert.txt", "scholar_page.txt"])
def test_google_scholar_gives_titles_names_years_and_summaries(name: str) -> None:
    page = copied(name)
    assert page.titles[0] == "Measuring what models value"
    assert (page.records[0].authors, page.records[0].arxiv_id) == (("A Bee", "C Dee", "E Foo"), "2508.12345")
    assert len(page.records) == 3
    for record in page.records:
        assert record.abstract_is_summary or not record.abstract
        assert "[" not in record.title
        assert not any(word in record.abstract for word in ("Save", "Twitter", "Cited by", "[PDF]"))


def test_an_alert_as_html_gives_the_paper_s_own_link(read: Reader) -> None:
    page = read(
        '<html><body><h3><a class="gse_alrt_title" href="https://scholar.google.com/scholar_url?url='
        'https://arxiv.org/pdf/2508.12345&amp;hl=en">Measuring <b>norms</b></a></h3>'
        '<div style="color:#006621">A Bee, C Dee - arXiv, 2025</div>'
        '<div class="gse_alrt_sni">We ask about norms<br>in 40 countries &hellip;</div></body></html>',
        "alert.html",
    )
    (one,) = page.records
    assert (one.title, one.url) == ("Measuring norms", "https://arxiv.org/abs/2508.12345")
    assert one.abstract == "We ask about norms in 40 countries …"


def test_openreview_s_list_is_its_papers() -> None:
    page = copied("openreview.txt")
    assert page.titles == ["Measuring What Models Value: A Benchmark", "Reward Models under Drift"]
    first, second = page.records
    assert first.authors == ("Ann Bee", "Carl Dee", "Eve Foo")
    assert (first.date, second.date) == ("2025-01-22", "2025-01-22")
    assert first.abstract.startswith("Large language models are asked")
    assert first.abstract.endswith("one culture costs another.")
    assert second.abstract.endswith("keeps them in place.")
    assert second.authors == ("Gia Hu",)


def test_the_acl_anthology_s_page_is_read_by_its_shape() -> None:
    page = copied("acl.txt")
    assert page.titles == [
        "Quantized Side Tuning: Fast and Memory-Efficient Tuning",
        "Unsupervised Multimodal Clustering for Semantics Discovery",
    ]
    assert page.records[0].authors == ("Zhengxin Zhang", "Dan Zhao", "Xupeng Miao")
    assert page.records[0].abstract.startswith("Finetuning large")


def test_pubmed_s_list_is_its_papers() -> None:
    page = copied("pubmed_page.txt")
    first, second = page.records
    assert first.title == "Aligning language models with clinical values: a multi-centre evaluation"
    assert first.authors == ("PJ Sánchez-Cordón", "L van der Berg")
    assert (first.doi, first.date) == ("10.1038/s41586-023-00001-1", "2023-11")
    assert first.abstract.startswith("BACKGROUND: Language models")
    assert first.abstract_is_summary
    assert (second.title, second.own_id, second.date) == ("Second record about values", "pmid:38012346", "2024")
    assert second.url == "https://pubmed.ncbi.nlm.nih.gov/38012346/"
    assert "only a part of 2 abstracts" in page.receipt


def test_pubmed_s_whole_abstracts_are_abstracts_and_a_letter_has_none() -> None:
    first, second = copied("pubmed_abstracts.txt").records
    assert first.title.endswith("the families of patients")
    assert first.authors == ("A B Smith", "J Müller", "K O'Brien", "VALUES Study Group")
    assert (first.doi, first.date, first.abstract_is_summary) == ("10.1016/s2589-7500(24)00001-2", "2024-05", False)
    assert first.abstract.endswith("In 73% of cases they agreed.")
    assert (second.title, second.abstract, second.date) == ("A letter without an abstract", "", "2022-03-03")


def test_the_acm_library_s_list_is_its_papers() -> None:
    (only,) = copied("acm.txt").records
    assert (only.title, only.authors) == ("Measuring What Models Value", ("Ann Bee", "Carl Dee"))
    assert (only.date, only.doi, only.abstract_is_summary) == ("2024-03", "10.1145/3600000.3600001", True)
    first, second = copied("acm_results.txt").records
    assert first.title == "Whose Norms? Auditing Language Models Across 40 Countries"
    assert first.abstract.endswith("11 of 40 countries.")
    assert (first.date, first.abstract_is_summary) == ("2025-05", False)
    assert (second.title, second.authors, second.doi) == (
        "Alignment of Values: A Survey",
        ("Gia Hu",),
        "10.1145/3650000",
    )
    assert second.abstract_is_summary


def test_semantic_scholar_s_list_is_its_papers() -> None:
    first, second = copied("semantic_scholar.txt").records
    assert first.title == "Value Alignment for Language Models: A Survey"
    assert (first.authors, first.author_count) == (("Ann Bee", "Carl Dee", "Eve Foo"), 5)
    assert (first.date, second.date) == ("2024", "2025-07-01")
    assert first.abstract.startswith("This survey covers")
    assert first.abstract_is_summary
    assert (second.title, second.authors) == ("Who Aligns Whom?", ("Ida Jay", "Kim Lee"))
    third, fourth = copied("semantic_scholar_2.txt").records
    assert (third.authors, third.date) == (("J. McDonald", "Åsa Öberg"), "2024-08-01")
    assert (fourth.title, fourth.authors, fourth.date, fourth.abstract) == (
        "Norms and Machines",
        ("Ann Bee",),
        "2023",
        "",
    )


@pytest.mark.parametrize(
    "name", ["arxiv_abs.txt", "hf_paper.txt", "openreview_forum.txt", "pubmed_paper.txt", "pubmed_file.txt"]
)
def test_a_page_of_one_paper_a_file_of_abstracts_give_the_paper_and_nothing_else(name: str) -> None:
    page = copied(name)
    one = page.records[0]
    assert one.title.removesuffix(".") == "Measuring What Models Value: A Benchmark of Cultural Norms"
    assert one.abstract.startswith("Large language models are asked about norms from 40 countries, and their answers")
    assert one.abstract.endswith("We find that alignment to one culture costs another.")
    assert one.authors in (("Ann Bee", "Carl Dee", "Eve Foo"), ("A Bee", "C Dee", "E Foo"))
    assert (one.date or "2025")[:4] == "2025"
    assert one.arxiv_id == "2508.12345" or one.doi == "10.1038/s41586-025-00001-1" or name == "openreview_forum.txt"
    others = {"pubmed_file.txt": [("A letter without an abstract", "")]}
    assert [(other.title, other.abstract) for other in page.records[1:]] == others.get(name, [])


@pytest.mark.parametrize("place", sorted(COPIED.iterdir()), ids=lambda place: place.name)
def test_no_page_gives_a_paper_of_its_own_words(place: Path) -> None:
    (page,) = read_all(place)
    for record in page.records:
        assert not record.title.startswith(("Showing", "PMID", "[", "arXiv:", "Anthology", "Skip"))
        for word in ("Abstract:", "Authors:", "arXiv:", "Submitted", "More", "Cite", "Keywords:", "Published:", "PMID"):
            assert word not in record.abstract, record.abstract


@pytest.mark.parametrize("name", ["news.txt", "twitter.txt", "readme.md", "titles.txt"])
def test_a_page_that_lists_no_papers_in_a_known_way_stores_nothing_unasked(name: str) -> None:
    page = copied(name)
    assert not page.records
    assert page.skipped


@pytest.mark.parametrize(
    "foot",
    [
        "About Help\nContact\nCopyright Privacy Policy Web Accessibility Assistance\narXiv Operational Status",
        "Total of 512 entries : 1-50 51-100\n\nAbout\nHelp\ncontact arXiv Contact\nsubscribe to arXiv mailings\n"
        "Copyright\nPrivacy Policy\nWeb Accessibility Assistance\n\narXiv Operational Status\n"
        "Get status notifications via email or slack\n",
    ],
)
def test_the_foot_of_arxiv_s_page_is_no_abstract(read: Reader, foot: str) -> None:
    entries = "".join(
        f"[{n}] arXiv:2501.1033{n} [pdf, html, other]\n    Title: Title {n}\n    Alice Adams\n"
        f"    Subjects: Computation and Language (cs.CL)\n\n"
        for n in (1, 2)
    )
    page = read(f"Mon, 20 Jan 2025 (showing first 2 of 44 entries )\n\n{entries}{foot}")
    assert [(one.title, one.abstract) for one in page.records] == [("Title 1", ""), ("Title 2", "")]
