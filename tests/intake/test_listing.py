import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.intake.formats import FoundRecord, Note
from rag.intake.formats.listing import parse_listing
from rag.nouns import Record, Skipped
from tests.timing import grows_linearly

HEAD = (
    "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\n"
    "byAK and the research community\n\nMar 17\n\n"
)
ONE = "We study how papers are read from pages that people save. The pages come in many layouts, and each must do."
TWO = "We show that a short line, a long paragraph and some metadata are enough. No layout's own words are needed."


def parsed(text: str) -> tuple[list[Record], list[Skipped], list[str]]:
    entries = list(parse_listing(text))
    return (
        [entry.record for entry in entries if isinstance(entry, FoundRecord)],
        [entry for entry in entries if isinstance(entry, Skipped)],
        [entry.text for entry in entries if isinstance(entry, Note)],
    )


def test_titles_and_abstracts_alone_are_records_and_the_head_is_none() -> None:
    records, skipped, notes = parsed(f"{HEAD}First Title\n\n{ONE}\n\nSecond Title\n\n{TWO}")
    assert [(one.title, one.abstract) for one in records] == [("First Title", ONE), ("Second Title", TWO)]
    assert not skipped
    assert not notes


def test_authors_date_and_comments_follow_the_abstract() -> None:
    records, _, _ = parsed(
        f"{HEAD}First Title\n\n{ONE}\n\n  • 3 authors\n·\nSep 22, 2024 2\n\nSecond\n\n{TWO}\n\nLab\n·\nMay 1\n"
    )
    assert (records[0].author_count, records[0].date, records[0].comments) == (3, "2024-09-22", 2)
    assert (records[1].organisation, records[1].date, records[1].date_inferred) == ("Lab", "2025-05-01", True)


def test_a_date_without_any_year_on_the_page_stays_undated_and_is_reported() -> None:
    records, _, notes = parsed(f"{HEAD}First Title\n\n{ONE}\n\n  • 3 authors\n·\nSep 22\n")
    assert (records[0].date, records[0].date_text, records[0].date_inferred) == (None, "Sep 22", False)
    assert "1 dates have no year" in notes[0]


def test_the_29th_of_february_is_no_date_in_a_year_without_one() -> None:
    page = f"{HEAD}A Title\n\n{ONE}\n\n• 1 authors\n·\nFeb 29\n\nB Title\n\n{TWO}\n\n• 1 authors\n·\nMay 1, 2024\n"
    records, _, notes = parsed(page)
    assert records[0].date is None
    assert notes


def test_two_pages_put_together_keep_their_own_years() -> None:
    first = f"{HEAD}A Title\n\n{ONE}\n\n• 1 authors\n·\nMay 1\n\nB Title\n\n{TWO}\n\n• 1 authors\n·\nMay 1, 2020"
    second = f"{HEAD}C Title\n\n{ONE}\n\n• 1 authors\n·\nMay 1\n\nD Title\n\n{TWO}\n\n• 1 authors\n·\nMay 1, 2024\n"
    records, skipped, _ = parsed(first + second)
    assert [one.date for one in records] == ["2021-05-01", "2020-05-01", "2025-05-01", "2024-05-01"]
    assert not skipped


def test_the_search_layout_with_its_navigation_and_links() -> None:
    page = (
        "Models\n\nhttps://huggingface.co/models\n\nDocs\n\nLog In\n\nnew\n\nSubscribe\n\nDaily Papers\n\nby \n\nAK\n\n"
        " and the research community\n\nmy search words\n\nDaily\n\nWeekly\n\nMar 25\n\n [-] 12\n\n"
        "https://huggingface.co/login?next=%2Fpapers%2F2410.05434\n\nA Paper\n\nhttps://huggingface.co/papers/2410.05434\n\n"
        f"{ONE}\n\nhttps://huggingface.co/papers/2410.05434\n\n[\n\n2 authors](https://huggingface.co/papers/2410.05434)"
        "\n\n·\n\nOct 7, 2024 \n\n3\n\nhttps://huggingface.co/papers/2410.05434#community\n\n [-] -\n\nAnother\n\n"
        f"https://huggingface.co/papers/2306.14898\n\n{TWO}\n\n Google\n\n"
        "https://huggingface.co/google\n\n·\n\nJun 26, 2023\n"
    )
    records, skipped, _ = parsed(page)
    assert [one.title for one in records] == ["A Paper", "Another"]
    assert records[0].arxiv_id == "2410.05434"
    assert records[0].url == "https://huggingface.co/papers/2410.05434"
    assert (records[0].author_count, records[0].upvotes, records[0].comments) == (2, 12, 3)
    assert (records[1].organisation, records[1].upvotes, records[1].date) == ("Google", None, "2023-06-26")
    assert not skipped


def test_the_trending_layout_with_doubled_cards_and_summaries() -> None:
    card = "### Agents: Train\n  them all\n\nAgents is a framework for training agents with few words.\n- 8 authors\n"
    page = (
        "Get trending papers in your email inbox!\n\n## Trending Papers\n\n## by AK and the research community\n\n"
        f"{card}[LINK: GitHub 11.3k](https://github.com/a/b)\n\n{card}[LINK: GitHub 11.3k](https://github.com/a/b)\n\n"
        "### Audio\n\nAudio models have emerged as the paradigm for speech and\n"
        "music generation. They keep much. Samples are available at\n"
        "https://audio.github.io\n- 5 authors\n"
    )
    records, skipped, _ = parsed(page)
    assert [one.title for one in records] == ["Agents: Train them all", "Audio"]
    assert records[0].abstract_is_summary
    assert not records[1].abstract_is_summary
    assert records[1].abstract.endswith("Samples are available at https://audio.github.io")
    assert [line.why for line in skipped] == ["the same paper again: one record was kept"]


def test_of_a_doubled_card_the_longer_abstract_wins_and_gaps_are_filled() -> None:
    page = f"{HEAD}A Title\n\nA short one of it all.\n\n• 4 authors\n·\nMay 1, 2024\n\nA title\n\n{ONE} {TWO}\n\n"
    records, _, _ = parsed(page)
    assert len(records) == 1
    assert (records[0].abstract, records[0].author_count, records[0].date) == (f"{ONE} {TWO}", 4, "2024-05-01")


def test_one_title_with_two_ids_is_two_papers() -> None:
    page = f"{HEAD}Same\n\nhttps://arxiv.org/abs/2401.00001\n\n{ONE}\n\nSame\n\nhttps://arxiv.org/abs/2401.00002\n\n{TWO}\n"
    records, _, _ = parsed(page)
    assert [one.arxiv_id for one in records] == ["2401.00001", "2401.00002"]


def test_cards_without_abstracts_are_records_without_abstracts() -> None:
    page = f"{HEAD}Submitted by\n\nsomeone\n\n45\n\nA Paper\n\n·\n17 authors\n3\n\n"
    page += "Submitted by\n\nother\n\n7\n\nB Paper\n\n·\n2 authors\n"
    records, skipped, _ = parsed(page)
    assert [(one.title, one.abstract, one.upvotes, one.comments) for one in records] == [
        ("A Paper", "", 45, 3),
        ("B Paper", "", 7, None),
    ]
    assert not skipped


def test_metadata_on_one_line_is_read_too() -> None:
    records, _, _ = parsed(f"{HEAD}A Title\n\n{ONE}\n\nThe Lab · 2 authors · Oct 7, 2024 · 5\n")
    one = records[0]
    assert (one.organisation, one.author_count, one.date, one.comments) == ("The Lab", 2, "2024-10-07", 5)


def test_an_abstract_below_its_heading_may_stand_after_the_metadata() -> None:
    (record,), skipped, _ = parsed(f"First Title\n\nAnn Bee, Carl Dee\n\nPublished on Nov 3, 2025\n\nAbstract\n\n{ONE}")
    assert (record.title, record.abstract, record.date) == ("First Title", ONE, "2025-11-03")
    assert not skipped


def test_an_unknown_layout_is_read_by_shape_and_says_how_sure_it_is() -> None:
    page = f"A Title\nAnn Bee, Carl Dee\n\n{ONE * 3}\n\nB Title\n\nAnn Bee and Eve Eff\n\n{TWO * 3}\n"
    records, _, notes = parsed(page.replace("A Title\n", "A Title\n\n"))
    assert [(one.title, one.authors) for one in records] == [
        ("A Title", ("Ann Bee", "Carl Dee")),
        ("B Title", ("Ann Bee", "Eve Eff")),
    ]
    assert "Unknown layout" in notes[0]
    assert "confidence" in notes[0]


def test_prose_with_headings_is_not_taken_for_papers() -> None:
    page = f"Introduction\n\n{ONE}\n\n{TWO}\n\nA stray line\n\nAnother stray line\n\nMethods\n\n{ONE}\n"
    records, skipped, _ = parsed(page)
    assert not records
    assert {line.line for line in skipped} >= {1, 7, 9}


def test_a_title_of_2000_characters_costs_no_other_record() -> None:
    records, skipped, _ = parsed(f"{HEAD}A Title\n\n{ONE}\n\n{'word ' * 400}\n\n{TWO}\n\nC Title\n\n{ONE}\n")
    assert [(one.title, one.abstract) for one in records] == [("A Title", ONE), ("C Title", ONE)]
    assert "too long for a title" in skipped[0].why
    assert skipped[1].why == "a paragraph without a title"


def test_a_long_title_that_asks_a_question_is_no_abstract() -> None:
    title = "I Am Aligned, But With Whom? A Benchmark of Values for Evaluating Cultural Alignment and Bias in LLMs"
    records, skipped, _ = parsed(f"{HEAD}{title}\n\n• 2 authors\n·\nOct 15, 2025\n\nB Title\n\n{TWO}\n")
    assert [(one.title, one.abstract) for one in records] == [(title, ""), ("B Title", TWO)]
    assert not skipped


def test_a_paragraph_break_inside_an_abstract_is_kept() -> None:
    records, _, notes = parsed(f"{HEAD}A Title\n\n{ONE}\n\n{TWO}\n\nB Title\n\n{TWO}\n")
    assert records[0].abstract == f"{ONE}\n\n{TWO}"
    assert "more than one paragraph" in notes[0]


def test_a_page_cut_in_a_record_says_so() -> None:
    records, skipped, _ = parsed(f"{HEAD}A Title\n\n{ONE}\n\nB Title\n\n{TWO[:90]}")
    assert len(records) == 1
    assert skipped[-1].text.startswith("We show")
    records, skipped, _ = parsed(f"{HEAD}A Title\n\n{ONE}\n\nB Title\n\n{TWO * 4} and so")
    assert len(records) == 2
    assert "mid-sentence" in skipped[-1].why
    _, skipped, _ = parsed(f"{HEAD}A Title\n\n{ONE}\n\nB Title")
    assert skipped[-1] == Skipped(17, "B Title", "the page ends here, without its abstract")


def test_a_page_that_lost_its_blank_lines_is_read() -> None:
    text = "new\nSubscribe\nbyAK and the research community\nMar 17\n"
    text += f"A Title\n{ONE * 3}\n• 2 authors\n·\nMay 1, 2024\nB Title\n{TWO * 3}\n"
    records, skipped, _ = parsed(text)
    assert [(one.title, one.author_count) for one in records] == [("A Title", 2), ("B Title", None)]
    assert not skipped


def test_a_wrapped_page_reads_as_the_unwrapped_one() -> None:
    import textwrap

    title = "A Title That Is So Long That Any Editor With Narrow Lines Will Wrap It After Models"
    page = f"{HEAD}{title}\n\n{ONE * 4}\n\n• 2 authors\n·\nMay 1, 2024\n\nB Title\n\n{TWO * 4}\n"
    wrapped = "\n".join(textwrap.fill(line, 79) for line in page.split("\n"))
    assert [(one.title, one.abstract) for one in parsed(wrapped)[0]] == [
        (title, ONE * 4),
        ("B Title", TWO * 4),
    ]


words = st.text("abcdefgjkm", min_size=2, max_size=9)  # no letters of a greeting, which begins no title
sentences = st.lists(words, min_size=12, max_size=25).map(lambda found: " ".join(found).capitalize() + ".")
paper = st.fixed_dictionaries(
    {
        "title": st.lists(words, min_size=2, max_size=12).map(lambda found: " ".join(found).title()),
        "abstract": st.lists(sentences, min_size=2, max_size=6).map(" ".join),
        "authors": st.integers(1, 120),
        "month": st.sampled_from(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]),
        "day": st.integers(1, 28),
        "year": st.sampled_from([None, 2021, 2023]),
        "comments": st.none() | st.integers(1, 50),
        "layout": st.sampled_from(["bare", "authors", "organisation"]),
    }
)


def rendered(one: dict[str, object]) -> str:
    date = f"{one['month']} {one['day']}" + (f", {one['year']}" if one["year"] else "")
    date += f" {one['comments']}" if one["comments"] else ""
    who = f"  • {one['authors']} authors" if one["layout"] == "authors" else "Some Lab"
    metadata = "" if one["layout"] == "bare" else f"{who}\n·\n{date}\n\n"
    return f"{one['title']}\n\n{one['abstract']}\n\n{metadata}"


@settings(max_examples=150, deadline=None)
@given(st.lists(paper, min_size=1, max_size=8, unique_by=lambda one: one["title"].casefold()))
def test_a_page_rendered_from_records_parses_back_to_them(papers: list[dict[str, object]]) -> None:
    records, skipped, _ = parsed(HEAD + "".join(rendered(one) for one in papers).rstrip("\n"))
    assert [(one.title, one.abstract) for one in records] == [(one["title"], one["abstract"]) for one in papers]
    for record, one in zip(records, papers, strict=True):
        full = one["layout"] != "bare"
        assert record.author_count == (one["authors"] if one["layout"] == "authors" else None)
        assert record.organisation == ("Some Lab" if one["layout"] == "organisation" else None)
        assert record.comments == (one["comments"] if full else None)
        if full and one["year"]:
            assert record.date is not None
            assert record.date.startswith(str(one["year"]))
            assert not record.date_inferred
    assert not skipped


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    list(parse_listing(text))


pieces = st.sampled_from(
    [
        "Title",
        ONE,
        "\n",
        "\n\n",
        "·",
        "• 2 authors",
        "Aug 2",
        "Aug 2, 2024",
        "new",
        "12",
        "[-] 3",
        "### H",
        "[x](https://a.b)",
    ]
)


@settings(deadline=None)
@given(st.lists(pieces, max_size=30).map("\n\n".join))
def test_every_text_of_a_page_is_in_a_record_or_in_the_receipt(text: str) -> None:
    records, skipped, _ = parsed(text)
    told = " ".join(
        [*(f"{one.title} {one.abstract} {one.organisation}" for one in records), *(line.text for line in skipped)]
    )
    for piece in ("Title", "H", "We study"):
        assert piece in told or not any(line.lstrip("# ").startswith(piece) for line in text.split("\n"))


@pytest.mark.parametrize(
    "junk",
    [
        *(
            "\n",
            " \t",
            "- **",
            "> ",
            "**",
            "*A Bee, C Dee* ",
            "2024 x\nA long title\nAnn Bee\n",
            "arxiv:2401.00001\nt\n",
        ),
        *("1. Nature 2024\n\n\n", "PMID: 38012341\n", "arXiv:2401.00001 (cs)\n", "save\n", "abstract:\n"),
        *("a\n", "Title here\n\n", "word " * 40 + ".\n\n", "· ", "1\n", "### a\n", "x" * 301 + "\n\n", "- "),
    ],
)
def test_time_grows_with_length_and_not_with_its_square(junk: str) -> None:
    assert grows_linearly(lambda size: list(parse_listing(junk * (size // len(junk)))), 20_000)


def test_named_fields_are_read_as_such() -> None:
    page = (
        "My reading list\n\nTitle: First of\n  two\nAuthors: Ann Bee, Carl Dee\nDate: 2 Jan 2025\n"
        "Subjects: Language (cs.CL)\n"
        f"Abstract: {ONE}\n  {TWO}\n\nTitle: Second\nAbstract: {TWO}\n"
    )
    records, skipped, _ = parsed(page)
    assert [(one.title, one.abstract) for one in records] == [("First of two", f"{ONE} {TWO}"), ("Second", TWO)]
    assert (records[0].authors, records[0].date) == (("Ann Bee", "Carl Dee"), "2025-01-02")
    assert records[0].categories == ("cs.CL",)
    assert [line.text for line in skipped] == ["My reading list"]


def test_a_mail_of_arxiv_is_read() -> None:
    mail = (
        "{rule}\n\\\\\narXiv:2501.0000{n}\nDate: Thu, 2 Jan 2025 10:00:00 GMT   (123kb,D)\n\nTitle: Paper {n}\n"
        "Authors: Ann Bee, Carl Dee\nCategories: cs.CL cs.AI\nComments: 12 pages\n\\\\\n  {text}\n"
        "\\\\ ( https://arxiv.org/abs/2501.0000{n} ,  123kb)\n"
    )
    records, skipped, _ = parsed("".join(mail.format(rule="-" * 78, n=n, text=ONE) for n in (1, 2)))
    assert [(one.title, one.arxiv_id, one.date) for one in records] == [
        ("Paper 1", "2501.00001", "2025-01-02"),
        ("Paper 2", "2501.00002", "2025-01-02"),
    ]
    assert all(one.abstract == ONE and one.categories == ("cs.CL", "cs.AI") for one in records)
    assert not skipped
