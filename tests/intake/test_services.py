"""What services answer and save: PubMed, OpenAlex, Semantic Scholar, Crossref, OpenReview, OAI, Zotero.

Real answers were not at hand: each is built from the service's documentation, the `.nbib` after real files, Zotero's
RDF and CSL JSON after what Zotero writes.
"""

import json
from collections.abc import Callable

import pytest

from rag.nouns import Record
from tests.intake.conftest import Read

Reader = Callable[..., Read]

NBIB = """PMID- 38012345
OWN - NLM
STAT- MEDLINE
IS  - 1476-4687 (Electronic)
DP  - 2023 Nov 27
TI  - Aligning language models with clinical values: a multi-centre
      evaluation.
LID - 10.1038/s41586-023-00001-1 [doi]
AB  - BACKGROUND: Language models are used in clinics. METHODS: We asked 120 clinicians
      in four hospitals. RESULTS: Agreement was 73%.
FAU - Sánchez-Cordón, Pedro J
AU  - Sánchez-Cordón PJ
FAU - van der Berg, Ludwig
AU  - van der Berg L
CN  - The OpenData Consortium
PT  - Journal Article
SO  - Nature. 2023 Nov;623(7987):1-9.

PMID- 38012346
STAT- Publisher
DP  - 2024 Jan-Feb
TI  - Second record.
AU  - Doe J
PT  - Retracted Publication
"""
PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" "https://dtd.nlm.nih.gov/x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">38012345</PMID><Article>
<Journal><Title>Nature</Title><JournalIssue><PubDate><Year>2023</Year><Month>Nov</Month><Day>27</Day></PubDate>
</JournalIssue></Journal><ArticleTitle>Aligning <i>language</i> models with clinical values: a multi-centre evaluation.
</ArticleTitle><ELocationID EIdType="doi">10.1038/s41586-023-00001-1</ELocationID><Abstract>
<AbstractText Label="BACKGROUND">Language models are used in clinics.</AbstractText>
<AbstractText Label="METHODS">We asked 120 clinicians in four hospitals.</AbstractText>
<AbstractText Label="RESULTS">Agreement was 73%.</AbstractText></Abstract><AuthorList CompleteYN="Y">
<Author><LastName>Sánchez-Cordón</LastName><ForeName>Pedro J</ForeName></Author>
<Author><LastName>van der Berg</LastName><ForeName>Ludwig</ForeName></Author>
<Author><CollectiveName>The OpenData Consortium</CollectiveName></Author></AuthorList></Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1038/s41586-023-00001-1</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>"""


@pytest.mark.parametrize(
    ("text", "name", "format"),
    [(NBIB, "pubmed.nbib", "nbib"), (NBIB, "pasted.txt", "nbib"), (PUBMED, "p.xml", "pubmed-xml")],
)
def test_what_pubmed_saves_is_read(read: Reader, text: str, name: str, format: str) -> None:
    page = read(text, name)
    assert page.format == format
    one = page.records[0]
    assert one.title == "Aligning language models with clinical values: a multi-centre evaluation."
    assert one.abstract.startswith(
        "BACKGROUND: Language models are used in clinics. METHODS: We asked 120 clinicians in"
    )
    assert one.abstract.endswith("four hospitals. RESULTS: Agreement was 73%.")
    assert one.authors == ("Pedro J Sánchez-Cordón", "Ludwig van der Berg", "The OpenData Consortium")
    assert one.corporate == ("The OpenData Consortium",)
    assert (one.date, one.doi, one.own_id) == ("2023-11-27", "10.1038/s41586-023-00001-1", "10.1038/s41586-023-00001-1")
    assert one.url == "https://pubmed.ncbi.nlm.nih.gov/38012345/"


def test_a_record_of_pubmed_without_a_doi_has_its_number_and_a_retracted_one_is_marked(read: Reader) -> None:
    two = read(NBIB, "pubmed.nbib").records[1]
    assert (two.own_id, two.date, two.authors, two.withdrawn) == ("pmid:38012346", "2024-01", ("J Doe",), "Retracted.")


OPENALEX = {
    "meta": {"count": 1, "page": 1, "per_page": 25},
    "results": [
        {
            "id": "https://openalex.org/W2741809807",
            "doi": "https://doi.org/10.7717/peerj.4375",
            "title": "The state of OA",
            "display_name": "The state of OA",
            "publication_year": 2018,
            "publication_date": "2018-02-13",
            "primary_location": {
                "landing_page_url": "https://doi.org/10.7717/peerj.4375",
                "source": {"display_name": "PeerJ"},
            },
            "authorships": [{"author": {"display_name": "Heather Piwowar"}, "raw_author_name": "H. Piwowar"}],
            "abstract_inverted_index": {"Despite": [0], "growing": [1], "interest": [2, 5], "in": [3], "OA.": [4]},
            "is_retracted": False,
            "topics": [{"display_name": "scientometrics and bibliometrics research"}],
        }
    ],
}
SEMANTIC = {
    "total": 1,
    "offset": 0,
    "data": [
        {
            "paperId": "649def34f8be52c8b66281af98ae884c09aef38b",
            "externalIds": {"ArXiv": "1805.02262", "DOI": "10.18653/v1/n18-3011", "CorpusId": 19170988},
            "url": "https://www.semanticscholar.org/paper/649def34f8be52c8b66281af98ae884c09aef38b",
            "title": "Construction of the Literature Graph",
            "abstract": "We describe a deployed scalable system.",
            "year": 2018,
            "publicationDate": "2018-05-06",
            "tldr": {"model": "tldr@v2.0.0", "text": "A system is described."},
            "authors": [{"authorId": "1741101", "name": "Oren Etzioni"}],
        }
    ],
}
CROSSREF = {
    "status": "ok",
    "message-type": "work-list",
    "message": {
        "total-results": 1,
        "items": [
            {
                "DOI": "10.1038/S41586-023-00001-1",
                "URL": "http://dx.doi.org/10.1038/s41586-023-00001-1",
                "title": ["Aligning models"],
                "subtitle": ["A study"],
                "container-title": ["Nature"],
                "abstract": "<jats:title>Abstract</jats:title><jats:p>We align models.</jats:p>",
                "author": [
                    {"given": "Ann", "family": "Bee", "sequence": "first"},
                    {"name": "The OpenData Consortium", "sequence": "additional"},
                ],
                "issued": {"date-parts": [[2023, 11, 27]]},
                "updated-by": [{"type": "retraction", "DOI": "10.1038/x"}],
            }
        ],
    },
}
OPENREVIEW = {
    "notes": [
        {
            "id": "aBc123",
            "forum": "aBc123",
            "cdate": 1727481600000,
            "content": {
                "title": {"value": "Measuring Values"},
                "authors": {"value": ["Ann Bee", "Carl Dee"]},
                "abstract": {"value": "We measure values."},
                "TLDR": {"value": "Values, measured."},
                "venue": {"value": "ICLR 2025 Oral"},
            },
        },
        {
            "id": "old1",
            "forum": "old1",
            "content": {"title": "Older", "authors": ["Eve Foo"], "abstract": "Of it."},
        },
    ],
    "count": 2,
}
CSL = [
    {
        "id": "bee2024",
        "type": "article-journal",
        "title": "Values in CSL",
        "abstract": "We keep values.",
        "DOI": "10.1000/xyz",
        "author": [{"family": "Bee", "given": "Ann"}, {"literal": "The OpenData Consortium"}],
        "issued": {"date-parts": [["2024", 5]]},
    }
]
ZOTERO = [
    {
        "key": "ABCD2345",
        "version": 1,
        "library": {"type": "user", "id": 1},
        "data": {
            "key": "ABCD2345",
            "itemType": "preprint",
            "title": "Values in Zotero",
            "creators": [
                {"creatorType": "author", "firstName": "Ann", "lastName": "Bee"},
                {"creatorType": "editor", "firstName": "Not", "lastName": "This"},
                {"creatorType": "author", "name": "The OpenData Consortium"},
            ],
            "abstractNote": "We keep values in order.",
            "date": "2024-05-01",
            "DOI": "10.1000/zot",
            "url": "",
        },
    }
]


def only(read: Reader, document: object, **json_options: int) -> Record:
    page = read(json.dumps(document, **json_options), "answer.json")  # type: ignore[arg-type]
    assert len(page.records) == 1, page.receipt
    return page.records[0]


@pytest.mark.parametrize("indent", [0, 2])
def test_openalex_s_inverted_abstract_is_put_in_order(read: Reader, indent: int) -> None:
    one = only(read, OPENALEX, indent=indent)
    assert one.abstract == "Despite growing interest in OA. interest"
    assert (one.title, one.authors, one.date) == ("The state of OA", ("Heather Piwowar",), "2018-02-13")
    assert (one.own_id, one.doi, one.url) == ("10.7717/peerj.4375",) * 2 + ("https://doi.org/10.7717/peerj.4375",)
    assert one.withdrawn is None


def test_semantic_scholar_s_papers_have_their_ids(read: Reader) -> None:
    one = only(read, SEMANTIC)
    assert (one.arxiv_id, one.doi, one.date) == ("1805.02262", "10.18653/v1/n18-3011", "2018-05-06")
    assert (one.abstract, one.abstract_is_summary) == ("We describe a deployed scalable system.", False)
    bare = only(read, {"data": [{**SEMANTIC["data"][0], "abstract": None}]})  # type: ignore[index]
    assert (bare.abstract, bare.abstract_is_summary) == ("A system is described.", True)


def test_crossref_s_items_have_titles_in_lists_and_are_marked_when_retracted(read: Reader) -> None:
    one = only(read, CROSSREF)
    assert (one.title, one.abstract) == ("Aligning models: A study", "We align models.")
    assert (one.authors, one.corporate) == (("Ann Bee", "The OpenData Consortium"), ("The OpenData Consortium",))
    assert (one.date, one.doi, one.withdrawn) == ("2023-11-27", "10.1038/s41586-023-00001-1", "Retracted.")


def test_openreview_s_notes_are_read_in_both_versions(read: Reader) -> None:
    first, second = read(json.dumps(OPENREVIEW), "notes.json").records
    assert (first.title, first.authors, first.date) == ("Measuring Values", ("Ann Bee", "Carl Dee"), "2024-09-28")
    assert (first.abstract, first.url) == ("We measure values.", "https://openreview.net/forum?id=aBc123")
    assert (second.title, second.authors) == ("Older", ("Eve Foo",))


@pytest.mark.parametrize(("document", "doi"), [(CSL, "10.1000/xyz"), (ZOTERO, "10.1000/zot")])
def test_csl_json_and_zotero_s_own_are_read(read: Reader, document: object, doi: str) -> None:
    one = only(read, document)
    assert (one.authors, one.corporate) == (("Ann Bee", "The OpenData Consortium"), ("The OpenData Consortium",))
    assert (one.doi, one.url, (one.date or "")[:7]) == (doi, f"https://doi.org/{doi}", "2024-05")
    assert one.abstract.startswith("We keep values")


OAI = """<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
<responseDate>2025-08-22T00:00:00Z</responseDate><ListRecords><record><header>
<identifier>oai:arXiv.org:2508.12345</identifier><datestamp>2025-08-22</datestamp><setSpec>cs</setSpec></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2508.12345</id><created>2025-08-20</created><updated>2025-08-22</updated>
<authors><author><keyname>Bee</keyname><forenames>Ann</forenames></author><author><keyname>The OpenData Consortium
</keyname></author></authors><title>Measuring Values</title>
<categories>cs.CL cs.AI</categories><comments>12 pages</comments>
<abstract>  We measure values
in models.
</abstract></arXiv></metadata></record><record><header status="deleted">
<identifier>oai:arXiv.org:2508.99999</identifier></header></record><record><header><identifier>oai:x:1</identifier></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Dublin</dc:title><dc:creator>Dee, Carl</dc:creator>
<dc:description>We describe Dublin at length.</dc:description>
<dc:description>Comment: 3 pages</dc:description><dc:date>2025-08-21</dc:date>
<dc:identifier>http://arxiv.org/abs/2508.00002</dc:identifier></oai_dc:dc></metadata></record><record><metadata>
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>0704.0001</id><submitter>P N</submitter><version version="v1">
<date>Mon, 2 Apr 2007 19:18:42 GMT</date></version><title>Diphotons</title><authors>C. Bal\\'azs, E. L. Berger</authors>
<categories>hep-ph</categories><comments>Withdrawn by the authors: an error in eq. 3</comments><abstract>A fully
differential calculation.</abstract></arXivRaw></metadata></record></ListRecords></OAI-PMH>"""


def test_records_of_the_open_archives_are_read_in_their_three_forms(read: Reader) -> None:
    page = read(OAI, "oai.xml")
    assert page.format == "oai"
    first, dublin, raw = page.records
    assert (first.arxiv_id, first.date, first.abstract) == ("2508.12345", "2025-08-20", "We measure values in models.")
    assert (first.authors, first.corporate) == (("Ann Bee", "The OpenData Consortium"), ("The OpenData Consortium",))
    assert first.categories == ("cs.CL", "cs.AI")
    assert (dublin.title, dublin.authors, dublin.arxiv_id) == ("Dublin", ("Carl Dee",), "2508.00002")
    assert dublin.abstract == "We describe Dublin at length."
    assert (raw.date, raw.withdrawn) == ("2007-04-02", "Withdrawn by the authors: an error in eq. 3")
    assert "deleted record" in page.receipt


def test_zotero_s_rdf_is_read_without_its_journals(read: Reader) -> None:
    page = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:z="http://www.zotero.org/namespaces/export#" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/">'
        '<bib:Article rdf:about="https://example.org/1"><z:itemType>journalArticle</z:itemType><bib:authors><rdf:Seq>'
        "<rdf:li><foaf:Person><foaf:surname>Bee</foaf:surname><foaf:givenName>Ann</foaf:givenName></foaf:Person></rdf:li>"
        "<rdf:li><foaf:Person><foaf:surname>The OpenData Consortium</foaf:surname></foaf:Person></rdf:li></rdf:Seq>"
        "</bib:authors><dc:title>Values in RDF</dc:title><dcterms:abstract>We keep values.</dcterms:abstract>"
        "<dc:date>2024-05-01</dc:date><dc:identifier>DOI 10.1000/rdf</dc:identifier></bib:Article>"
        '<bib:Journal rdf:about="urn:issn:1"><dc:title>A Journal</dc:title></bib:Journal></rdf:RDF>',
        "zotero.rdf",
    )
    (one,) = page.records
    assert page.format == "zotero-rdf"
    assert (one.title, one.doi, one.url) == ("Values in RDF", "10.1000/rdf", "https://example.org/1")
    assert (one.authors, one.corporate) == (("Ann Bee", "The OpenData Consortium"), ("The OpenData Consortium",))
