"""What is exported comes back: through this library's own reader, and by the rules that Zotero and JabRef read by.

BibTeX's names are judged by bibtexparser, which follows BibTeX's own rules; a name of RIS without a comma, and a
`literal` of CSL, is one that no reader splits. Zotero and JabRef themselves were not at hand.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

from rag.nouns import Paper, Record
from rag.present.export import SUFFIXES, ExportFormat, export
from tests.intake.conftest import read_all

GROUP = Paper(
    "group",
    "Open Data & 100% of Values: A $k$-means Study",
    "We ask about $x_{i}$ in 5% of cases & more. It costs nothing.",
    date="2024-05-01",
    authors=("Ann Bee", "The OpenData Consortium", "Ludwig van der Berg", "Pedro Sánchez-Cordón", "Gemma Team"),
    author_count=5,
    url="https://example.org/values_1",
    doi="10.1000/xyz_1(2)",
    corporate=("The OpenData Consortium",),
)
NAMELESS = Paper("weird", "蛋白质", "", date="2024", authors=("王小明",))


def back(text: str, kind: ExportFormat, folder: Path) -> list[Record]:
    place = folder / f"export{SUFFIXES[kind]}"
    place.write_bytes(text.encode())
    (read,) = read_all(place)
    return read.records


@pytest.mark.parametrize("kind", list(ExportFormat))
def test_what_is_exported_is_read_back(kind: ExportFormat, tmp_path: Path) -> None:
    (one,) = back(export([GROUP], kind), kind, tmp_path)
    assert (one.title, one.abstract) == (GROUP.title, GROUP.abstract)
    assert one.authors == GROUP.authors
    assert set(one.corporate) == {"The OpenData Consortium", "Gemma Team"}
    assert (one.doi, one.date, one.url) == (GROUP.doi, GROUP.date, GROUP.url)
    assert one.author_count == 5


def test_an_organisation_is_one_name_by_bibtex_s_rules() -> None:
    (entry,) = parse_string(export([GROUP], ExportFormat.BIBTEX)).entries
    names = split_multiple_persons_names(entry["author"])
    assert names[1] == "{The OpenData Consortium}"
    parts = [parse_single_name_into_parts(name) for name in names]
    assert [(part.first, part.von, part.last) for part in parts[:3]] == [
        (["Ann"], [], ["Bee"]),
        ([], [], ["{The OpenData Consortium}"]),
        (["Ludwig"], ["van", "der"], ["Berg"]),
    ]
    assert entry["doi"] == GROUP.doi


def test_an_organisation_is_one_name_in_ris_and_csl() -> None:
    assert "AU  - The OpenData Consortium\r\n" in export([GROUP], ExportFormat.RIS)
    assert f"DO  - {GROUP.doi}\r\n" in export([GROUP], ExportFormat.RIS)
    (item,) = json.loads(export([GROUP], ExportFormat.CSL_JSON))
    assert item["author"][1] == {"literal": "The OpenData Consortium"}
    assert item["author"][2] == {"family": "van der Berg", "given": "Ludwig"}
    assert item["DOI"] == GROUP.doi


def test_authors_that_are_only_counted_stay_others(tmp_path: Path) -> None:
    paper = Paper("a", "A Title", "We do.", authors=("Ann Bee",), author_count=9)
    (one,) = back(export([paper], ExportFormat.BIBTEX), ExportFormat.BIBTEX, tmp_path)
    assert (one.authors, one.author_count) == (("Ann Bee",), None)


@pytest.mark.parametrize("kind", [ExportFormat.BIBTEX, ExportFormat.CSL_JSON])
def test_keys_are_ascii_and_never_twice(kind: ExportFormat) -> None:
    text = export([NAMELESS, NAMELESS, GROUP, GROUP, Paper("ü", "", "")], kind)
    keys = re.findall(r"@misc\{([^,]+),", text) if kind is ExportFormat.BIBTEX else [i["id"] for i in json.loads(text)]
    assert len(keys) == len(set(keys)) == 5
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys), keys
