"""Kept answers as one document: one numbering, one list of references, the same in Markdown and in Word."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import docx
from docx.document import Document

from rag.library import Library
from rag.nouns import Support
from rag.present import address, collected, collection_to_docx, collection_to_markdown
from tests.page.papers import DRIFT, EVIL, RATERS, TIDE, paper
from tests.page.scripted import LINES, TABLE, scripted_answer

ONE = scripted_answer("What about raters?", LINES[3:4])
TWO = scripted_answer("How does alignment differ?", LINES, table=TABLE)
DOCUMENT = collected([(ONE, "For the thesis.\nChapter *2*"), (TWO, "")])


def word(file: bytes) -> Document:
    """Return a DOCX file as a word processor reads it; every part must be well-formed."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
    return docx.Document(io.BytesIO(file))


def words(file: bytes) -> list[str]:
    """Return the paragraphs of a document, those of its tables last."""
    document = word(file)
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return [p.text for place in (document, *cells) for p in place.paragraphs]


def bullets(file: bytes) -> int:
    """Return how many paragraphs are points of a list."""
    return sum(p.style is not None and p.style.name == "List Bullet" for p in word(file).paragraphs)


def test_papers_are_numbered_by_first_use_in_the_document() -> None:
    assert [(r.number, r.paper) for r in DOCUMENT.references] == [(1, RATERS), (2, TIDE), (3, DRIFT)]
    (first, _), (second, _) = DOCUMENT.answers
    assert second.table is not None
    assert re.findall(r"\[\d+\]", first.text) == ["[1]"]
    assert re.findall(r"\[\d+\]", second.text) == ["[2]", "[2]", "[3]", "[1]"]
    assert str(second.table.rows[0][1]).endswith("[2]")


def test_a_reference_holds_each_cited_sentence_once() -> None:
    quotes = [sentence.quote for sentence in DOCUMENT.references[0].sentences]
    assert len(quotes) == len(set(quotes)) == 2
    assert quotes[1] == RATERS.sentence(2)


def test_a_bracket_that_cites_nothing_stays_as_it_is() -> None:
    answer = scripted_answer("How?", (("The interval [7] is wide", Support.SUPPORTED, ((TIDE, 3),)),))
    assert collected([(ONE, ""), (answer, "")]).answers[1][0].text == "The interval [7] is wide [2]."


def test_a_number_in_brackets_that_a_paper_wrote_is_quoted_as_it_is() -> None:
    noted = paper("noted", "Notes on [1]", "It was shown in [1] before.")
    answer = scripted_answer(
        "How?", (("*Notes on [1]*: “It was shown in [1] before.”", Support.SUPPORTED, ((noted, 1),)),)
    )
    assert (
        collected([(ONE, ""), (answer, "")]).answers[1][0].text == "*Notes on [1]*: “It was shown in [1] before.” [2]."
    )


def test_markdown_holds_question_note_answer_and_references() -> None:
    text = collection_to_markdown(DOCUMENT)
    assert text.index("## What about raters?") < text.index("> Chapter \\*2\\*") < text.index("## How does alignment")
    assert text.index("## References") < text.index("1. Sofia Lindqvist (2025-09). [Whose Values?")
    assert "- number not found: Fine-tuning moves preferences too" in text


def test_titles_are_in_italics_and_not_between_asterisks(sample: Library) -> None:
    answer = sample.ask("What is NormAd?")
    document = collected([(answer, "")])
    assert answer.text.startswith("*NormAd: A Benchmark")
    assert "\n*NormAd: A Benchmark" in collection_to_markdown(document)
    whole = collection_to_docx(document)
    assert not any("*NormAd" in line for line in words(whole))
    italics = [run.text for p in word(whole).paragraphs for run in p.runs if run.italic]
    assert any(text.startswith("NormAd: A Benchmark") for text in italics)


def test_what_is_known_about_a_subject_is_a_list_under_each_heading(sample: Library) -> None:
    answer = sample.ask("What is known about value alignment?")
    assert answer.synthesis is not None
    count = len(list(answer.synthesis.statements()))
    document = collected([(answer, "")])
    text = collection_to_markdown(document).partition("## References")[0]
    assert len(re.findall(r"^- “", text, re.M)) == count
    assert re.search(r"^What was found: .* papers\):\n\n- “", text, re.M)
    assert bullets(collection_to_docx(document)) == count


def test_a_comparison_is_its_table_and_a_list_has_bullets_bold_and_italics(sample: Library) -> None:
    answer = sample.ask("Compare NormAd and CulturalBench")
    document = collected([(answer, "")])
    assert "What it is" not in collection_to_markdown(document)
    assert words(collection_to_docx(document)).count("Aspect") == 1
    document = collected([(replace(answer, reader="a model"), "")])
    assert "\n\n**What it is**\n\n- *NormAd*: “" in collection_to_markdown(document)
    whole = collection_to_docx(document)
    assert bullets(whole)
    assert not any("*" in line or "•" in line for line in words(whole))
    assert "What it is" in [run.text for p in word(whole).paragraphs for run in p.runs if run.bold]


def test_word_holds_the_same_and_its_markers_lead_to_references() -> None:
    whole = collection_to_docx(DOCUMENT)
    told = words(whole)
    assert told[:4] == ["Kept answers", "What about raters?", "For the thesis.", "Chapter *2*"]
    assert any(line.startswith("[2] Amara Okafor") for line in told)
    assert "not in the abstract" in told
    links = [link.address for p in word(whole).paragraphs for link in p.hyperlinks if link.address]
    assert links == [address(reference.paper).url for reference in DOCUMENT.references]
    document = word(whole).element.xml
    assert set(re.findall(r'w:anchor="(\w+)"', document)) == set(re.findall(r'w:name="(reference\d)"', document))


def test_hostile_text_stays_text_in_word() -> None:
    evil = scripted_answer("<w:p/> \x00\x0b\ud800 & \"'", (("]]> <b>", Support.SUPPORTED, ((EVIL, 1),)),))
    told = words(collection_to_docx(collected([(evil, "<w:t>\x01")])))
    assert [line.split() for line in told[1:3]] == [["<w:p/>", "&", "\"'"], ["<w:t>"]]
    assert collection_to_docx(collected([])) != b""


def test_latex_reads_as_on_the_page_in_word_and_what_is_none_stays() -> None:
    lines = ((r"About ~100 of {x} -- all", Support.SUPPORTED, ((TIDE, 1),)), (r"81.8\% of ~90", Support.UNCITED, ()))
    told = words(collection_to_docx(collected([(scripted_answer("Why ~100?", lines), "")])))
    assert told[1:3] == ["Why ~100?", "About ~100 of {x} -- all [1]. 81.8% of ~90."]
