import json
import re
from dataclasses import replace

import bibtexparser
from hypothesis import given
from hypothesis import strategies as st

from rag.nouns import Paper
from rag.present.export import ExportFormat, export

TIDE = Paper(
    "2508.01001",
    "TideBench: 5% & More",
    "We ask $10^{4}$ questions.\nModels fail.",
    date="2025-08-22",
    authors=("Amara Okafor", "Ludwig van der Berg", "Sato, Yuki"),
    author_count=5,
    url="https://example.org/papers/2508.01001",
    arxiv_id="2508.01001",
)
BARE = Paper("seeds-77ab09", "Seeds of Agreement", "A line.", abstract_is_summary=True)


def test_bibtex_by_hand():
    assert export([TIDE], ExportFormat.BIBTEX) == (
        "@misc{okafor2025tidebench,\n"
        "  title = {{TideBench: 5\\% \\& More}},\n"
        "  author = {Amara Okafor and Ludwig van der Berg and Sato, Yuki and others},\n"
        "  year = {2025},\n"
        "  month = {08},\n"
        "  day = {22},\n"
        "  eprint = {2508.01001},\n"
        "  archiveprefix = {arXiv},\n"
        "  url = {https://example.org/papers/2508.01001},\n"
        "  abstract = {We ask $10^{4}$ questions. Models fail.},\n"
        "  note = {Of 5 authors only 3 are known by name.},\n"
        "}\n"
    )


def test_ris_by_hand():
    assert export([TIDE], ExportFormat.RIS).split("\r\n") == [
        "TY  - UNPB",
        "TI  - TideBench: 5% & More",
        "AU  - Okafor, Amara",
        "AU  - van der Berg, Ludwig",
        "AU  - Sato, Yuki",
        "PY  - 2025",
        "DA  - 2025/08/22",
        "AB  - We ask $10^{4}$ questions. Models fail.",
        "UR  - https://example.org/papers/2508.01001",
        "AN  - arXiv:2508.01001",
        "N1  - Of 5 authors only 3 are known by name.",
        "ER  - ",
        "",
        "",
    ]


def test_csl_json_by_hand():
    (item,) = json.loads(export([TIDE], ExportFormat.CSL_JSON))
    assert item["id"] == "okafor2025tidebench"
    assert item["author"][1] == {"family": "van der Berg", "given": "Ludwig"}
    assert item["issued"] == {"date-parts": [[2025, 8, 22]]}
    assert item["number"] == "arXiv:2508.01001"


LACKS = "Not known to this library: authors, date, link, abstract."


def test_what_is_not_known_is_left_out_and_said():
    assert (
        export([BARE], ExportFormat.BIBTEX)
        == f"@misc{{seeds,\n  title = {{{{Seeds of Agreement}}}},\n  note = {{{LACKS}}},\n}}\n"
    )
    assert json.loads(export([BARE], ExportFormat.CSL_JSON)) == [
        {"id": "seeds", "type": "article", "title": "Seeds of Agreement", "note": LACKS}
    ]
    assert f"N1  - {LACKS}\r\n" in export([BARE], ExportFormat.RIS)
    assert "AB  -" not in export([BARE], ExportFormat.RIS)


def test_a_whole_entry_has_no_note():
    whole = replace(TIDE, author_count=3)
    assert all(
        "Not known" not in export([whole], kind) and "note" not in export([whole], kind) for kind in ExportFormat
    )


def test_an_arxiv_id_is_a_link():
    assert "url = {https://arxiv.org/abs/2508.01001}" in export([replace(TIDE, url=None)], ExportFormat.BIBTEX)


def test_a_date_is_as_exact_as_it_is_known():
    month = Paper("a", "Month", "", date="2025-09")
    assert json.loads(export([month], ExportFormat.CSL_JSON))[0]["issued"] == {"date-parts": [[2025, 9]]}
    assert "DA  - 2025/09\r\n" in export([month], ExportFormat.RIS)


def test_an_inferred_year_is_said_to_be_inferred():
    assert "Year inferred" in export([Paper("a", "T", "", date="2025-09-01", date_inferred=True)], ExportFormat.BIBTEX)


def test_two_papers_never_share_a_key():
    keys = re.findall(r"@misc\{([^,]+),", export([TIDE, TIDE, TIDE], ExportFormat.BIBTEX))
    assert keys == ["okafor2025tidebench", "okafor2025tidebench-2", "okafor2025tidebench-3"]


def test_only_web_addresses_are_exported():
    paper = Paper("a", "T", "", url="javascript:alert(1)")
    assert all("javascript" not in export([paper], kind) for kind in ExportFormat)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("{}\\$%&\n"), max_size=60)


@given(TEXT, TEXT, st.lists(TEXT, max_size=3))
def test_no_text_breaks_out_of_its_field(title, abstract, authors):
    papers = [Paper("a", title, abstract, authors=tuple(authors)), BARE]
    assert [line[:6] for line in export(papers, ExportFormat.RIS).split("\r\n")].count("ER  - ") == 2
    assert len(json.loads(export(papers, ExportFormat.CSL_JSON))) == 2
    bibtex = export(papers, ExportFormat.BIBTEX)
    assert bibtex.count("{") == bibtex.count("}")
    assert bibtex.startswith("@misc{")
    assert bibtex.rstrip().endswith("link, abstract.},\n}")


def test_above_each_reference_of_a_text_stands_its_number_and_its_key() -> None:
    papers = [Paper("a", "Tides of a Sea", "We measure."), Paper("b", "Tides of a Lake", "We count.")]
    text = export(papers, ExportFormat.BIBTEX, numbered=True)
    keys = [entry.key for entry in bibtexparser.parse_string(text).entries]
    assert [line for line in text.splitlines() if line.startswith("%")] == [
        f"% [{number}] is {key}" for number, key in enumerate(keys, 1)
    ]
    assert "%" not in export(papers, ExportFormat.BIBTEX)
    for kind in (ExportFormat.RIS, ExportFormat.CSL_JSON):
        assert export(papers, kind, numbered=True) == export(papers, kind)
