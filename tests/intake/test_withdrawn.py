"""Papers that were withdrawn or retracted: marked, found by what they said, and told as such wherever they stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.intake.formats.withdrawals import with_withdrawal
from rag.library import Library
from rag.nouns import Paper, Record
from rag.present import answer_to_markdown, answer_to_text
from rag.present.export import ExportFormat, export

NOTICE = "This paper has been withdrawn by the authors due to an error in Section 3."
LAST = "We count perch in a small alpine lake. They return in May, when the water has ten degrees."


def write(path: Path, abstract: str, **more: str) -> Path:
    path.write_text(json.dumps({"id": "fish", "title": "Fish of a Lake", "abstract": abstract, **more}) + "\n")
    return path


def fish(library: Library) -> Paper:
    paper = library.paper("fish")
    assert paper is not None
    return paper


def test_a_withdrawn_paper_keeps_its_last_abstract_and_is_found_by_it(empty: Library, tmp_path: Path) -> None:
    page = tmp_path / "lakes.jsonl"
    empty.add(write(page, LAST))
    assert empty.add(write(page, NOTICE)).updated == 1
    assert (fish(empty).abstract, fish(empty).withdrawn) == (LAST, NOTICE)
    assert empty.add(page).unchanged == 1
    answer = empty.ask("How many degrees has the water when perch return?")
    assert [citation.paper.paper_id for citation in answer.citations] == ["fish"]
    quote = answer.citations[0].sentences[0]
    assert quote.start is not None
    assert fish(empty).abstract[quote.start : quote.end] == quote.quote
    assert any(NOTICE in warning for warning in answer.warnings)
    assert "withdrawn" in answer_to_text(answer)
    assert "withdrawn" in answer_to_markdown(answer)
    assert answer.to_dict()["citations"][0]["withdrawn"] == NOTICE


def test_a_notice_on_one_page_leaves_the_abstract_of_another(empty: Library, tmp_path: Path) -> None:
    empty.add([write(tmp_path / "new.jsonl", NOTICE), write(tmp_path / "old.jsonl", LAST)])
    assert (fish(empty).abstract, fish(empty).withdrawn) == (LAST, NOTICE)
    assert not fish(empty).conflicts


def test_a_notice_alone_is_shown_as_what_is_known(empty: Library, tmp_path: Path) -> None:
    empty.add(write(tmp_path / "new.jsonl", NOTICE))
    assert (fish(empty).abstract, fish(empty).withdrawn) == (NOTICE, NOTICE)


@pytest.mark.parametrize("kind", list(ExportFormat))
def test_an_export_says_that_a_paper_was_withdrawn(kind: ExportFormat) -> None:
    assert "Withdrawn: Retracted." in export([Paper("a", "T", "An abstract.", withdrawn="Retracted.")], kind)


def test_the_metadata_line_says_so_first() -> None:
    assert Paper("a", "T", "", withdrawn=NOTICE).metadata_line().startswith(f"Withdrawn: {NOTICE} Date: not known")


@pytest.mark.parametrize(
    "text",
    [
        NOTICE,
        "This article has been retracted.",
        "The paper is withdrawn because of a mistake in Lemma 2.",
        "Withdrawn by the author.",
        "Withdrawn.",
        "The authors have withdrawn this paper, as its main result is not new.",
        "This submission has been removed by arXiv administrators because of a dispute over its authors.",
        "[Retracted article.] The data could not be found.",
        "Paper withdrawn: superseded by 2501.00001.",
        "This manuscript has been temporarily withdrawn for revision.",
    ],
)
def test_notices_are_known(text: str) -> None:
    record = with_withdrawal(Record("A Title", text))
    assert (record.abstract, record.withdrawn) == ("", text)


@pytest.mark.parametrize(
    "text",
    [
        LAST,
        "Retracted articles go on being cited. We count how often, and by whom, over ten years.",
        "The drug was withdrawn in 2004. We ask what its label said before.",
        "We study why papers have been withdrawn from arXiv.",
    ],
)
def test_papers_about_withdrawals_are_not_withdrawn(text: str) -> None:
    assert with_withdrawal(Record("Retracted papers in medicine", text)).withdrawn is None


@pytest.mark.parametrize(
    "title", ["RETRACTED: Values of wards", "RETRACTED ARTICLE: Values of wards", "[Retracted] Values of wards"]
)
def test_a_mark_before_the_title_is_no_part_of_it(title: str) -> None:
    record = with_withdrawal(Record(title, LAST))
    assert (record.title, record.abstract, record.withdrawn) == ("Values of wards", LAST, "Retracted.")
