"""BibTeX and RIS as people's reference managers write them, whose fields hold LaTeX, lists of names and odd dates.

The ACL Anthology's entry is made up after its own format; no real file was at hand.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rag.base.text.latex import plain
from rag.library import Library
from rag.nouns import Record
from rag.present.export import ExportFormat, export
from tests.intake.conftest import Read

Reader = Callable[..., Read]


def ris(read: Reader, *lines: str) -> Record:
    page = read("\n".join(["TY  - JOUR", "TI  - A Title", *lines, "ER  - ", ""]), "x.ris")
    assert len(page.records) == 1, page.receipt
    return page.records[0]


def bibtex(read: Reader, fields: str) -> Record:
    page = read(f"@article{{key,\n{fields}\n}}\n", "x.bib")
    assert len(page.records) == 1, page.receipt
    return page.records[0]


def test_several_names_on_one_line_of_ris_are_several_authors(read: Reader) -> None:
    one = ris(read, "AU  - Sánchez-Cordón, P.; Montoya, M.", "AU  - Bee, Ann")
    assert one.authors == ("P. Sánchez-Cordón", "M. Montoya", "Ann Bee")
    assert one.author_count == 3


def test_a_second_abstract_line_of_ris_is_its_second_paragraph(read: Reader) -> None:
    assert (
        ris(read, "AB  - The first part.", "AB  - The second part.").abstract == "The first part.\n\nThe second part."
    )
    assert ris(read, "AB  - The same.", "N2  - The same.").abstract == "The same."


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2015/october", "2015-10"), ("2015/10//", "2015-10"), ("2015///", "2015"), ("2015/10/03", "2015-10-03"),
        ("October 2015", "2015-10"), ("2015 Oct 3", "2015-10-03"), ("2015-Oct", "2015-10"), ("2015 Nov-Dec", "2015-11"),
        ("2015 Winter", "2015"), ("3 October 2015", "2015-10-03"), ("2015", "2015"), ("2015/october/3", "2015-10-03"),
    ],
)  # fmt: skip
def test_dates_are_as_exact_as_they_are_written(read: Reader, written: str, date: str) -> None:
    assert ris(read, f"PY  - {written}").date == date


def test_a_doi_is_a_link(read: Reader) -> None:
    for one in (ris(read, "DO  - 10.1000/XYZ"), bibtex(read, "title={A Title}, doi={https://doi.org/10.1000/xyz}")):
        assert (one.doi, one.url) == ("10.1000/xyz", "https://doi.org/10.1000/xyz")
    assert bibtex(read, "title={T t}, doi={10.48550/arXiv.2508.12345}").arxiv_id == "2508.12345"


def test_names_in_braces_are_organisations(read: Reader) -> None:
    one = bibtex(
        read, "title={A Title}, author={{The OpenData and Values Consortium} and van der Berg, Ludwig and Bee, Jr, Ann}"
    )
    assert one.authors == ("The OpenData and Values Consortium", "Ludwig van der Berg", "Ann Bee, Jr")
    assert one.corporate == ("The OpenData and Values Consortium",)


def test_others_are_told(read: Reader) -> None:
    page = read("@article{key, title={A Title}, author={Bee, Ann and others}}\n", "x.bib")
    assert (page.records[0].authors, page.records[0].author_count) == (("Ann Bee",), None)
    assert page.missing["all its authors' names"] == 1


def test_an_entry_of_the_acl_anthology_is_read(read: Reader) -> None:
    page = read(
        '@inproceedings{bee-etal-2024-values,\n    title = "{V}alues of {LLM}s",\n    author = "Bee, Ann  and\n'
        '      S{\\\'a}nchez-Cord{\\\'o}n, Pedro",\n    editor = "Ku, Lun-Wei",\n    booktitle = "Proceedings",\n'
        '    month = aug,\n    year = "2024",\n    url = "https://aclanthology.org/2024.acl-long.1/",\n'
        '    doi = "10.18653/v1/2024.acl-long.1",\n'
        "    abstract = \"We find {``}values{''} in 5{\\%} of cases{---}and \\textit{more} \\textasciitilde$k$.\"\n}\n",
        "anthology.bib",
    )
    (one,) = page.records
    assert (one.title, one.date) == ("Values of LLMs", "2024-08")
    assert one.authors == ("Ann Bee", "Pedro Sánchez-Cordón")
    assert one.abstract == "We find “values” in 5% of cases—and more ~$k$."
    assert one.original is not None
    assert "\\textit{more}" in one.original


def test_two_entries_with_one_key_are_two_papers(read: Reader) -> None:
    page = read("@article{a, title={One Title}}\n@article{a, title={Another Title}}\n", "x.bib")
    assert page.titles == ["One Title", "Another Title"]


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        ("{$k$}-means", "$k$-means"),
        (r"\emph{} \textit{{that}}", " that"),
        (r"5\textasciitilde6, \$5", "5~6, $5"),
        (r"M{\"u}ller \& {\O}rsted", "Müller & Ørsted"),
        (r"\c{c}a et l{\`a}", "ça et là"),
        (r"{\it old} {\bf style}", "old style"),
        (r"\href{https://x.org}{the site}", "the site"),
        ("5% of {cases} & more", "5% of cases & more"),
        (r"$\alpha_{i}$ \textbf{stays}", r"$\alpha_{i}$ stays"),
        (r"a {brace", "a brace"),
        (r"\LaTeX{} and \ldots", "LaTeX and …"),
        ("no signs at all, $5", "no signs at all, $5"),
    ],
)
def test_latex_is_read_as_the_text_it_means(latex: str, shown: str) -> None:
    assert plain(latex) == shown


@pytest.mark.parametrize(
    ("told", "venue"),
    [
        ("title = {A Title},\n journal = {Journal of {Bees}}", "Journal of Bees"),
        ("title = {A Title},\n booktitle = {Proceedings of Hives}", "Proceedings of Hives"),
        ("title = {A Title},\n journal = {arXiv preprint arXiv:2401.00001}", None),
        ("title = {A Title}", None),
    ],
)
def test_the_journal_or_the_conference_is_the_venue(read: Reader, told: str, venue: str | None) -> None:
    assert bibtex(read, told).venue == venue


def test_the_journal_of_ris_is_the_venue(read: Reader) -> None:
    assert ris(read, "JO  - Journal of Bees").venue == "Journal of Bees"
    assert ris(read, "T2  - Proceedings of Hives").venue == "Proceedings of Hives"


def test_a_list_of_authors_that_breaks_off_has_no_number(tmp_path: Path) -> None:
    file = tmp_path / "x.bib"
    file.write_text(
        '@article{a, title={Lanterns of the Harbour}, author = "Lee, Ann and others", abstract={We study things.}}',
        encoding="utf-8",
    )
    with closing(Library.open(tmp_path / "library")) as library:
        library.add(file)
        (paper,) = library.catalogue
        assert (paper.authors, paper.author_count) == (("Ann Lee",), None)
        assert "Authors: Ann Lee and others" in paper.metadata_line()
        assert (
            library.ask("Who wrote Lanterns of the Harbour?").text
            == "*Lanterns of the Harbour* is by Ann Lee and others [1]."
        )
        assert "author = {Ann Lee and others}" in export([paper], ExportFormat.BIBTEX)
