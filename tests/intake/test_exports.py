"""What reference managers and databases save of one paper, each in its own form: the same paper comes out of all.

Real files were not at hand: each is built from the service's documentation or after files seen before.
"""

import json
from collections.abc import Callable

import pytest

from tests.intake.conftest import Read

Reader = Callable[..., Read]

TITLE = "Norms in Forty Countries: What Models Say"
ABSTRACT = "We ask nine models 1,200 questions on norms, and find that they agree with people in 11 of 40 countries."
WRAPPED = ABSTRACT.replace(" norms, and", "\n      norms, and")
DOI = "10.1000/norms.1"
XML = f"""<?xml version="1.0" encoding="UTF-8" ?><xml><records><record><database name="a.enl">a.enl</database>
<ref-type name="Journal Article">17</ref-type><contributors><authors><author><style face="normal">Bee, Ann</style>
</author><author><style>Dee, Carl</style></author></authors></contributors><titles><title><style>{TITLE}</style></title>
<secondary-title><style>Norms</style></secondary-title></titles><dates><year><style>2024</style></year></dates>
<abstract><style>{ABSTRACT}</style></abstract><electronic-resource-num><style>{DOI}</style></electronic-resource-num>
</record></records></xml>"""
PUBMED_FEED = f"""<?xml version="1.0" encoding="utf-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
<channel><title>norms</title><item><title>{TITLE}</title><link>https://pubmed.ncbi.nlm.nih.gov/38012341/?x=1</link>
<description>&lt;p&gt;Norms. 2024 May 23. doi: {DOI}. Online ahead.&lt;/p&gt;&lt;p&gt;&lt;b&gt;ABSTRACT&lt;/b&gt;
&lt;/p&gt;&lt;p xmlns:xlink="x"&gt;{ABSTRACT}&lt;/p&gt;&lt;p&gt;PMID:&lt;a href="x"&gt;38012341&lt;/a&gt; |
DOI:&lt;a href="x"&gt;{DOI}&lt;/a&gt;&lt;/p&gt;</description><dc:creator>Ann Bee</dc:creator>
<dc:creator>Carl Dee</dc:creator><dc:date>2024-05-23</dc:date><dc:identifier>pmid:38012341</dc:identifier>
<dc:identifier>doi:{DOI}</dc:identifier></item></channel></rss>"""
BIORXIV_FEED = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>bioRxiv
</title></channel><item rdf:about="x"><title><![CDATA[{TITLE}]]></title><link>https://www.biorxiv.org/x?rss=1</link>
<description><![CDATA[<p>{ABSTRACT}</p>]]></description><dc:creator><![CDATA[ Bee, A., Dee, C. ]]></dc:creator>
<dc:date>2024-05-23</dc:date><dc:identifier>doi:{DOI}</dc:identifier></item></rdf:RDF>"""
EUROPE_PMC = {
    "title": TITLE, "id": "38012341", "pmid": "38012341", "doi": DOI, "pubYear": "2024", "abstractText": ABSTRACT,
    "authorString": "Bee A, Dee C.", "firstPublicationDate": "2024-05-23",
    "authorList": {"author": [{"fullName": "Bee A", "firstName": "Ann", "lastName": "Bee"},
                              {"fullName": "Dee C", "firstName": "Carl", "lastName": "Dee"}]},
}  # fmt: skip
BIORXIV = {
    "title": TITLE, "doi": DOI, "authors": "Bee, A.; Dee, C.", "date": "2024-05-23", "abstract": ABSTRACT,
    "published": "NA", "server": "biorxiv",
}  # fmt: skip
FORMS = {
    "wos_excel.csv": "Authors,Author Full Names,Article Title,Abstract,Publication Date,Publication Year,DOI\n"
    f'"Bee, A; Dee, C","Bee, Ann; Dee, Carl",{TITLE},"{ABSTRACT}",MAY 23,2024,{DOI}\n',
    "endnote.enw": f"%0 Journal Article\n%A Bee, Ann\n%A Dee, Carl\n%T {TITLE}\n%D 2024\n%X {ABSTRACT}\n%R {DOI}\n",
    "endnote.xml": XML,
    "wrapped.ris": f"TY  - JOUR\nAU  - Bee, Ann\nAU  - Dee, Carl\nTI  - {TITLE}\nPY  - 2024\nAB  - {WRAPPED}\n"
    f"DO  - {DOI}\nER  - \n",
    "ieee.ris": f"TY  - CONF\nTI  - {TITLE}\nAU  - A. Bee\nAU  - C. Dee\nPY  - 2024\nDO  - {DOI}\nIS  - \n"
    f"Y1  - 23-24 May 2024\nAB  - {ABSTRACT}\nER  - \n",
    "scopus.ris": f"TY  - JOUR\nAU  - Bee, A.\nAU  - Dee, C.\nTI  - {TITLE}\nPY  - 2024\nDO  - {DOI}\n"
    f"AB  - {ABSTRACT} © 2024 Elsevier B.V. All rights reserved.\nER  - \n",
    "scopus.csv": f'\ufeff"Author full names","Title","Year","DOI","Abstract","Source"\n"Bee, Ann (57190012345); Dee, '
    f'Carl (57190012346)","{TITLE}","2024","{DOI}","{ABSTRACT} © 2024 The Author(s).","Scopus"\n',
    "dimensions.csv": '"About the data: exported on May 23, 2024. Criteria: norms.",,\n'
    f'Rank,DOI,Title,Abstract,PubYear,Authors\n1,{DOI},{TITLE},"{ABSTRACT}",2024,"Bee, Ann; Dee, Carl"\n',
    "lens.csv": f"Lens ID,Title,Publication Year,Author/s,Abstract,DOI\n"
    f'1,{TITLE},2024,Ann Bee; Carl Dee,"{ABSTRACT}",{DOI}\n',
    "biblatex.bib": f"@online{{a, title={{{TITLE}}}, author={{family=Bee, given=Ann, given-i=A and family=Dee, "
    f"given=Carl}}, date={{2024}}, doi={{{DOI}}}, abstract={{{ABSTRACT}}}}}",
    "pubmed_feed.xml": PUBMED_FEED,
    "biorxiv_feed.xml": BIORXIV_FEED,
    "europe_pmc.json": json.dumps({"hitCount": 1, "resultList": {"result": [EUROPE_PMC]}}),
    "biorxiv.json": json.dumps({"messages": [{"status": "ok"}], "collection": [BIORXIV]}),
    "s2orc.jsonl": json.dumps(
        {
            "paper_id": "1",
            "metadata": {
                **{"title": TITLE, "abstract": ABSTRACT, "year": 2024, "doi": DOI},
                "authors": [{"first": "Ann", "last": "Bee"}, {"first": "Carl", "last": "Dee"}],
            },
        }
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_one_paper_is_the_same_from_every_export(read: Reader, name: str) -> None:
    page = read(FORMS[name], name)
    (one,) = page.records
    assert (one.title, one.abstract, one.doi) == (TITLE, ABSTRACT, DOI), page.receipt
    assert one.authors in (("Ann Bee", "Carl Dee"), ("A. Bee", "C. Dee"))
    assert (one.author_count, (one.date or "")[:4]) == (2, "2024")
    assert not page.skipped


def test_a_list_of_dblp_has_authors_and_no_abstracts(read: Reader) -> None:
    info = {"title": TITLE, "authors": {"author": [{"text": "Ann Bee"}, {"text": "Carl Dee"}]}, "venue": "CoRR"}
    (one,) = read(json.dumps({"result": {"hits": {"hit": [{"@id": "1", "info": {**info, "year": "2024"}}]}}})).records
    assert (one.title, one.authors, one.abstract, one.venue) == (TITLE, ("Ann Bee", "Carl Dee"), "", None)


def test_a_table_in_markdown_has_neither_its_rule_nor_its_marks(read: Reader) -> None:
    page = read(
        "# My papers\n\n| Title | Authors | Year | Abstract |\n|:------|---------|------|----------|\n"
        f"| **{TITLE}** | Ann Bee, Carl Dee | 2024 | {ABSTRACT} |\n"
        f"| [Another Title](https://arxiv.org/abs/2508.11111) | Gia Hu | 2025 | {ABSTRACT} |\n",
        "list.md",
    )
    first, second = page.records
    assert (first.title, first.abstract, first.authors) == (TITLE, ABSTRACT, ("Ann Bee", "Carl Dee"))
    assert (second.title, second.arxiv_id) == ("Another Title", "2508.11111")


def test_a_sentence_that_lists_titles_and_abstracts_is_no_header(read: Reader) -> None:
    page = read(f"Title, authors, year and abstract of all papers\n\n{TITLE}\n\n{ABSTRACT}\n", "x.txt")
    assert page.format == "listing-text"
    assert all(record.title == TITLE for record in page.records)


@pytest.mark.parametrize(
    "text",
    ['"paper","text body"\n"A b","We do it and it works, as it should do always and everywhere."\n', "a;b\n1;2\n3;4\n"],
)
def test_a_table_that_names_no_title_is_told_so(read: Reader, text: str) -> None:
    page = read(text, "export.csv")
    assert not page.records
    assert "names no column" in page.receipt


def test_xml_of_another_kind_gives_no_paper(read: Reader) -> None:
    page = read(
        f'<?xml version="1.0"?>\n<mods>\n<title>{TITLE}</title>\n\n<note>{ABSTRACT * 4}</note>\n</mods>', "x.xml"
    )
    assert not page.records
    assert "No paper was found" in page.receipt


def test_web_of_science_s_plain_text_is_read(read: Reader) -> None:
    page = read(
        "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Brown, A\n   Cole, B\nAF Brown, Ann\n   Cole, Bob\n"
        "TI Bells in Deep\n   Networks\nSO JOURNAL OF BELLS\nAB We hang bells in deep networks and hear them ring,\n"
        "   which tells of drift.\nPY 2018\nDI 10.5555/bells\nUT WOS:000000000000001\nER\n\nEF\n",
        "savedrecs.txt",
    )
    (record,) = page.records
    assert (record.title, record.authors) == ("Bells in Deep Networks", ("Ann Brown", "Bob Cole"))
    assert record.abstract == "We hang bells in deep networks and hear them ring, which tells of drift."
    assert (record.date, record.doi, record.venue) == ("2018", "10.5555/bells", "JOURNAL OF BELLS")
    assert (page.format, page.skipped, page.warnings) == ("web-of-science", (), ())
