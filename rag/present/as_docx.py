"""A collection of answers as a Word document, by python-docx, the only module that knows it.

Headings, lists and quotes have the built-in styles, so that a person's own template gives them their look. Markers lead
to their reference. Not handled: pictures, mathematics.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from rag.base.text.cleaning import without_controls
from rag.base.text.latex import searchable
from rag.nouns import Answer, Citation
from rag.present.blocks import Piece, inline_pieces, markup_blocks, papers_words, prose
from rag.present.collection import TITLE, AnswerCollection
from rag.present.references import address, byline, marked_sentences, quotation, title

_MARKER = re.compile(r"(\[\d{1,3}\])")
_STYLES = {"ul": "List Bullet", "h": "Heading 2"}
_OWN_STYLES = {"Bibliography": (24, -24), "Cited sentence": (42, 0)}
"""Styles that the built-in ones lack: how far a paragraph is indented, and its first line beside that, in points."""


def collection_to_docx(collection: AnswerCollection) -> bytes:
    """Return the document as the bytes of a DOCX file."""
    document, known = Document(), {reference.number for reference in collection.references}
    document.core_properties.author = document.core_properties.comments = ""
    for name, (left, first) in _OWN_STYLES.items():
        style = document.styles.add_style(name, 1).paragraph_format
        style.left_indent, style.first_line_indent = Pt(left), Pt(first)
    _run(document.add_paragraph(style="Title"), TITLE)
    for answer, note in collection.answers:
        _section(document, answer, note, known)
    if collection.references:
        _run(document.add_paragraph(style="Heading 1"), "References")
    for reference in collection.references:
        _reference(document, reference)
    with io.BytesIO() as file:
        document.save(file)
        return file.getvalue()


def _section(document: Word, answer: Answer, note: str, known: set[int]) -> None:
    literal, table = papers_words(answer), answer.table
    _run(document.add_paragraph(style="Heading 1"), " ".join(answer.question.split()))
    for line in filter(str.strip, note.split("\n")):
        _run(document.add_paragraph(style="Quote"), line)
    for kind, told in markup_blocks(prose(answer), literal):
        for sign, said in told:
            _write(document.add_paragraph(f"{sign} " if kind == "ol" else "", _STYLES.get(kind)), said, known)
    if table:
        grid = document.add_table(0, len(table.columns), "Table Grid")
        for row in (table.columns, *table.rows):
            for value, cell in zip(row, grid.add_row().cells, strict=False):
                _write(cell.paragraphs[0], [("", "–" if value is None else str(value))], known)
    for mark, doubt in marked_sentences(answer):
        paragraph = document.add_paragraph(style="Cited sentence")
        _write(paragraph, [("strong", "To check: "), ("", f"{mark}: "), *inline_pieces(doubt, literal)], known)


def _reference(document: Word, reference: Citation) -> None:
    paragraph, number = document.add_paragraph(style="Bibliography"), str(reference.number)
    mark = {qn("w:id"): number, qn("w:name"): f"reference{number}"}
    paragraph._p.extend([OxmlElement("w:bookmarkStart", mark), OxmlElement("w:bookmarkEnd", {qn("w:id"): number})])
    by = byline(reference.paper)
    _run(paragraph, f"[{number}] {by}{'. ' * bool(by)}")
    link = paragraph.part.relate_to(address(reference.paper).url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    run = _link(_run(paragraph, title(reference.paper)), "r:id", link)
    run.font.color.rgb, run.font.underline = RGBColor(0x0F, 0x5C, 0x66), True
    for sentence in reference.sentences:
        _run(document.add_paragraph(style="Cited sentence"), quotation(sentence))


def _write(paragraph: Paragraph, said: Sequence[Piece], known: set[int]) -> None:
    """Add a line's pieces; each marker of a known reference leads to it."""
    for tag, words in said:
        for part in filter(None, [words] if tag else _MARKER.split(words)):
            run = _run(paragraph, part)
            run.bold, run.italic = tag == "strong" or None, tag == "em" or None
            if tag == "code":
                run.font.name = "Courier New"
            if not tag and _MARKER.fullmatch(part) and int(part[1:-1]) in known:
                _link(run, "w:anchor", f"reference{part[1:-1]}")


def _run(paragraph: Paragraph, text: str) -> Run:
    return paragraph.add_run(without_controls(searchable(text)))  # no XML may hold them


def _link(run: Run, name: str, target: str) -> Run:
    """Make a link of a run, which python-docx reads and does not write."""
    link = OxmlElement("w:hyperlink", {qn(name): target})
    run._r.addprevious(link)
    link.append(run._r)
    return run
