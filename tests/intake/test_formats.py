"""Every format that papers come in, each with a file as people have it."""

import html
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake.conftest import Read

Reader = Callable[..., Read]

ITEM = {
    "paper": {
        "id": "2412.00001",
        "authors": [{"_id": "1", "name": "Ann Bee", "hidden": False}, {"name": "Carl Dee", "user": {"name": "cd"}}],
        "publishedAt": "2024-12-01T10:00:00.000Z",
        "title": "Reading Pages\nWell",
        "summary": 'We read pages.\nIt\'s true that "quotes" & apostrophes work.',
        "upvotes": 7,
    },
    "publishedAt": "2024-12-03T00:00:00.000Z",
    "title": "Reading Pages Well",
    "numComments": 2,
    "organization": {"name": "lab", "fullname": "The Lab"},
    "submittedBy": {"fullname": "Someone", "isPro": False},
}


def check_item(read: Read) -> None:
    assert len(read.records) == 1, read.receipt
    one = read.records[0]
    assert (one.title, one.own_id, one.arxiv_id) == ("Reading Pages Well", "2412.00001", "2412.00001")
    assert one.abstract == 'We read pages. It\'s true that "quotes" & apostrophes work.'
    assert (one.authors, one.author_count) == (("Ann Bee", "Carl Dee"), 2)
    assert (one.date, one.upvotes, one.comments, one.organisation) == ("2024-12-01", 7, 2, "The Lab")
    assert one.url == "https://huggingface.co/papers/2412.00001"


@pytest.mark.parametrize(
    "document",
    [
        json.dumps([ITEM]),
        json.dumps([ITEM], indent=4),
        json.dumps(ITEM),
        json.dumps([repr(ITEM)]),
        json.dumps([json.dumps(ITEM)]),
        json.dumps(json.dumps([ITEM])),
        json.dumps({"status": "success", "count": 1, "data": [repr(ITEM)]}, indent=4),
        json.dumps({"status": "success", "data": json.dumps([json.dumps(ITEM)])}),
        json.dumps({"status": "success", "data": [ITEM]}),
    ],
    ids=["plain", "indented", "alone", "python", "quoted", "whole-quoted", "wrapped", "quoted-twice", "one-line"],
)
def test_daily_papers_json_is_read_in_every_shape(read: Reader, document: str) -> None:
    page = read(document, "2024-12-03.json")
    check_item(page)
    assert page.format == "daily-papers-json"
    assert page.page == "2024-12-03"
    assert not page.receipt


def test_daily_papers_as_json_lines(read: Reader) -> None:
    check_item(read(json.dumps(ITEM) + "\n", "days.jsonl"))


def test_a_saved_page_is_read_from_the_json_it_embeds(read: Reader) -> None:
    props = html.escape(json.dumps({"dailyPapers": [ITEM, ITEM], "user": None}))
    page = read(
        f'<!doctype html><body><div data-target="DailyPapers" data-props="{props}"><h3>Other</h3></div>', "p.html"
    )
    check_item(page)
    assert page.format == "listing-html"
    assert "the same paper again" in page.receipt


def test_a_saved_page_without_embedded_json_is_read_from_its_visible_text(read: Reader) -> None:
    paper = ITEM["paper"]
    assert isinstance(paper, dict)
    abstract = html.escape(" ".join([str(paper["summary"])] * 5))
    page = read(
        "<html><head><title>Daily Papers</title><script>var a = 'x';</script></head><body><p>new</p>"
        "<p>Get trending papers in your email inbox!</p><h1>Daily Papers</h1>"
        "<p>by <a>AK</a> and the research community</p>"
        '<article><a href="/login?next=1">-</a><h3><a href="/papers/2412.00001">Reading <i>Pages</i></a></h3>'
        f"<p>{abstract}</p><div>· 2 authors</div><span>·</span><time>Dec 1, 2024</time></article></body></html>",
        "p.htm",
    )
    one = page.records[0]
    assert (one.title, one.arxiv_id, one.author_count, one.date) == ("Reading Pages", "2412.00001", 2, "2024-12-01")
    assert not page.receipt


def test_the_page_of_one_paper_is_read_from_its_citation_tags(read: Reader) -> None:
    page = read(
        '<html><head><meta name="citation_title" content="One Paper"><meta name="citation_author" content="Bee, Ann">'
        '<meta name="citation_date" content="2024/05/01"><meta name="citation_arxiv_id" content="2405.00001">'
        '<meta name="citation_abstract" content="We do one thing. It works."></head><body>x</body></html>',
        "one.html",
    )
    one = page.records[0]
    assert (one.title, one.authors, one.date, one.arxiv_id) == ("One Paper", ("Ann Bee",), "2024-05-01", "2405.00001")
    assert one.abstract == "We do one thing. It works."


def test_a_page_saved_as_one_mime_file_is_read(read: Reader) -> None:
    props = html.escape(json.dumps({"dailyPapers": [ITEM]})).replace("=", "=3D")
    body = f'<html><body><div data-props=3D"{props}"></div></body></html>'
    page = read(
        'From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\n'
        "Content-Type: text/html\n"
        f"Content-Transfer-Encoding: quoted-printable\n\n{body}\n--b--\n",
        "p.mht",
    )
    check_item(page)


ENTRY_2020 = """<entry><id>http://arxiv.org/abs/cond-mat/0101001v2</id><updated>2015-12-26T21:19:45Z</updated>
<published>2001-01-02T21:19:45Z</published><title>Effects in junctions: The
  technique</title><summary>  We extend the
formalism. It works.
</summary><author><name>Ann Bee</name></author><author><name>Carl Dee</name></author>
<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cond-mat.mes-hall"/>
<category term="cs.CL"/><category term="cond-mat.mes-hall"/></entry>"""
ENTRY_2026 = """<entry><id>http://arxiv.org/abs/2405.00001v1</id><title>Second</title>
<link href="https://arxiv.org/abs/2405.00001v1" rel="alternate"/><summary>We go on. It &lt;works&gt;.</summary>
<category term="cs.RO"/><published>2024-05-01T00:00:00Z</published><arxiv:primary_category term="cs.RO"/>
<author><name>Eve Eff</name><arxiv:affiliation>Lab</arxiv:affiliation></author></entry>"""
FEED = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/s">'


def test_atom_is_read_in_both_layouts(read: Reader) -> None:
    page = read(f"{FEED}<title>arXiv Query</title>{ENTRY_2020}{ENTRY_2026}</feed>", "q.xml")
    first, second = page.records
    assert (first.title, first.own_id) == ("Effects in junctions: The technique", "cond-mat/0101001")
    assert (first.abstract, first.date) == ("We extend the formalism. It works.", "2001-01-02")
    assert (first.authors, first.categories) == (("Ann Bee", "Carl Dee"), ("cond-mat.mes-hall", "cs.CL"))
    assert (second.authors, second.abstract) == (("Eve Eff",), "We go on. It <works>.")
    assert second.url == "https://arxiv.org/abs/2405.00001"
    assert page.format == "arxiv-atom"
    assert page.sightings[1].line == 8


def test_atom_that_breaks_off_loses_only_the_entry_it_breaks_in(read: Reader) -> None:
    page = read(f"{FEED}{ENTRY_2020}{ENTRY_2026[:200]}", "q.xml")
    assert len(page.records) == 1
    assert "the file ends inside it" in page.receipt
    assert "cut off" in page.receipt


def test_an_error_of_arxiv_is_no_paper(read: Reader) -> None:
    entry = "<entry><id>http://arxiv.org/api/errors#bad</id><title>Error</title><summary>incorrect id</summary></entry>"
    page = read(f"{FEED}{entry}</feed>", "q.xml")
    assert not page.records
    assert "arXiv answered with an error" in page.receipt


def test_entities_of_a_feed_are_not_expanded(read: Reader) -> None:
    bomb = '<!DOCTYPE f [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    entry = "<entry><id>http://arxiv.org/abs/2405.00001</id><title>T&b;</title><summary>It is &x;.</summary></entry>"
    page = read(FEED.replace("<feed", f"{bomb}<feed") + entry + "</feed>", "q.xml")
    assert page.format == "arxiv-atom"
    assert not any("lol" in one.title or "root" in one.abstract for one in page.records)


def test_bibtex_with_abstracts(read: Reader) -> None:
    page = read(
        '@string{j = "Journal"}\n@article{bee2020,\n  title = {{BERT} and the M{\\"u}ller effect: $x_{i}$ \\& co},\n'
        '  author = {M{\\"u}ller, Ann and Carl Dee and others}, year = 2020, month = may,\n'
        "  abstract = {We show that 5\\% of $x$\n   is done.}, eprint={2005.12345}, archivePrefix={arXiv}}\n"
        "@misc{dup, title={One}, abstract={First of two.}}\n@misc{dup, title={Two}, abstract={Second of two.}}\n"
        "@inproceedings{broken, title={Never closed,\n"
        "@misc{last, title={Last}, doi={10.1000/x}, abstract={Read all the same.}}\n",
        "refs.bib",
    )
    assert page.titles == ["BERT and the Müller effect: $x_{i}$ & co", "One", "Two", "Last"]
    one = page.records[0]
    assert (one.authors, one.date, one.arxiv_id) == (("Ann Müller", "Carl Dee"), "2020-05", "2005.12345")
    assert one.abstract == "We show that 5% of $x$ is done."
    assert page.records[3].own_id == "10.1000/x"
    assert [line.line for line in page.skipped] == [9]
    assert page.format == "bibtex"


def test_ris_with_abstracts(read: Reader) -> None:
    page = read(
        "TY  - JOUR\nTI  - First\nAU  - Bee, Ann\nAU  - Dee, Carl\nAB  - The abstract of it.\nPY  - 2019/05/03/\n"
        "DO  - 10.1000/1\nUR  - https://example.org/1\nER  - \n\nTY  - CPAPER\nT1  - Second\nA1  - Eff, G.\n"
        "N2  - Second abstract.\nY1  - 2020\nER  - \nstray\nER  - \nTY  - JOUR\nTI  - Cut\nAB  - No end here\n",
        "refs.ris",
    )
    assert page.titles == ["First", "Second", "Cut"]
    assert page.records[0].authors == ("Ann Bee", "Carl Dee")
    assert (page.records[0].date, page.records[0].url) == ("2019-05-03", "https://example.org/1")
    assert (page.records[1].date, page.records[1].abstract) == ("2020", "Second abstract.")
    assert "not a record" in page.receipt
    assert "cut off" in page.receipt


def test_csv_with_a_header(read: Reader) -> None:
    page = read(
        'Title,Abstract Note,Authors,Date,Url\n"A, b","An abstract\nof two lines",Ann Bee; Carl Dee,2020-01-02,'
        "https://arxiv.org/abs/2001.00001v2\nbad,row\nSecond,Some abstract.,,2021,\n",
        "export.csv",
    )
    first, second = page.records
    assert (first.title, first.abstract, first.arxiv_id) == ("A, b", "An abstract of two lines", "2001.00001")
    assert first.authors == ("Ann Bee", "Carl Dee")
    assert second.date == "2021"
    assert [(sighting.line) for sighting in page.sightings] == [2, 5]
    assert page.skipped[0].line == 4
    assert page.format == "csv"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_tables_with_other_delimiters(read: Reader, delimiter: str) -> None:
    rows = ["id", "title", "abstract"], ["1", "T", "An abstract here."]
    page = read("\n".join(delimiter.join(row) for row in rows), "t.tsv")
    assert (page.titles, page.records[0].own_id) == (["T"], "1")


def test_ids_and_links_are_recorded_as_wanted(read: Reader) -> None:
    page = read(
        "# mine\n2501.05441\nhttps://arxiv.org/abs/2502.00001v2\nhttps://huggingface.co/papers/2503.00001\n", "i.txt"
    )
    assert [one.arxiv_id for one in page.records] == ["2501.05441", "2502.00001", "2503.00001"]
    assert page.records[2].url == "https://huggingface.co/papers/2503.00001"
    assert page.format == "arxiv-ids"
    assert "enrich" in page.receipt


def test_a_mistyped_id_costs_no_other(read: Reader) -> None:
    page = read("2501.05441  # read first\n2502.0001x\nthe one on fish\n2503.00001\n2504.00001\n", "i.txt")
    assert [one.arxiv_id for one in page.records] == ["2501.05441", "2503.00001", "2504.00001"]
    assert [one.line for one in page.skipped] == [2, 3]


def test_an_id_among_bad_lines_is_kept_and_these_are_passed_over_by_line(read: Reader) -> None:
    page = read("2310.13548\nhttps://arxiv.org/abs/2212.08073v2\narXiv:9999.99999\nhello\n", "i.txt")
    assert [one.arxiv_id for one in page.records] == ["2310.13548", "2212.08073"]
    assert [(one.line, one.text) for one in page.skipped] == [(3, "arXiv:9999.99999"), (4, "hello")]


def test_a_page_of_titles_and_links_is_no_list_of_ids(read: Reader) -> None:
    page = read("On Fish and Lakes\nhttps://arxiv.org/abs/2212.08073\nOf Stars\nhttps://arxiv.org/abs/2212.08074\n")
    assert page.format == "listing-text"


def test_json_lines_of_many_kinds(read: Reader) -> None:
    lines = [
        {"id": "a1", "title": "Ours", "abstract": "An &amp; abstract.", "authors": ["Ann Bee"], "date": "2024-05"},
        {"_id": "12", "title": "BEIR", "text": "A text of it."},
        {"id": "2501.05441v2", "title": "arXiv", "abstract": ["One.", "Two."], "authors": "A. Bee, C. Dee and E. Eff"},
        {
            "arxiv_id": "hep-th/9901001",
            "title": "Old",
            "summary": "S is it.",
            "n_authors": 3,
            "published_at": "1999-01-01T0:0",
        },
        {"title": "Count", "abstract": "It counts.", "authors": 4, "url": "https://hf-mirror.com/papers/2401.00001"},
        {"title": "Zotero", "abstract": "Z it is.", "author": [{"family": "Bee", "given": "Ann"}], "DOI": "10.1/x"},
        {
            "title": "Only a summary",
            "ai_summary": "A line.",
            "organization": {"fullname": "Lab"},
            "comments": "12 pages",
        },
        {"_id": "13", "title": "", "text": "A text without a title."},
    ]
    page = read("\n".join(json.dumps(line) for line in lines), "x.jsonl")
    ours, beir, arxiv, old, count, zotero, summary, untitled = page.records
    assert (ours.own_id, ours.abstract, ours.original, ours.date) == (
        "a1",
        "An & abstract.",
        "An &amp; abstract.",
        "2024-05",
    )
    assert (beir.own_id, beir.abstract) == ("12", "A text of it.")
    assert (arxiv.own_id, arxiv.abstract, arxiv.url) == ("2501.05441", "One. Two.", "https://arxiv.org/abs/2501.05441")
    assert arxiv.authors == ("A. Bee", "C. Dee", "E. Eff")
    assert (old.arxiv_id, old.author_count) == ("hep-th/9901001", 3)
    assert (count.author_count, count.url) == (4, "https://huggingface.co/papers/2401.00001")
    assert (zotero.authors, zotero.own_id) == (("Ann Bee",), "10.1/x")
    assert (summary.abstract_is_summary, summary.organisation, summary.comments) == (True, "Lab", None)
    assert untitled.title == ""
    assert page.missing["title"] == 1
    assert [sighting.line for sighting in page.sightings] == list(range(1, 9))


def test_a_json_list_and_a_single_object_are_read(read: Reader) -> None:
    one = {"title": "T", "abstract": "A b c."}
    assert read(json.dumps([one]), "l.json").titles == ["T"]
    assert read(json.dumps(one, indent=2), "o.json").titles == ["T"]
    assert read(json.dumps({"results": [one, one]}), "r.json").titles == ["T", "T"]


def test_the_format_is_told_by_the_content_and_not_by_the_name(read: Reader) -> None:
    assert read(f"{FEED}{ENTRY_2026}</feed>", "x.txt").format == "arxiv-atom"
    assert read("@misc{a, title={B c}, abstract={D e f.}}", "x.json").format == "bibtex"
    assert read('{"title": "T", "abstract": "A b c."}\n', "x").format == "jsonl"


def test_a_sample_of_every_format_has_its_page_name(read: Reader, tmp_path: Path) -> None:
    assert read('{"title": "T"}\n', "my.list.v2.jsonl").page == "my.list.v2"
    assert read('{"title": "T"}\n', "plain").page == "plain"
