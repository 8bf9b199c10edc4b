"""A collection of answers as a Word document: the least of Office Open XML that word processors open.

A DOCX file is a ZIP archive of XML parts (ECMA-376); these are written here, with headings of the built-in names, so
that a person's own template gives them their look. Markers lead to their reference. Not handled: pictures, mathematics.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from rag.base.text.latex import searchable
from rag.present.blocks import Piece, blocks, pieces
from rag.present.collection import TITLE, Collection, Reference, Section
from rag.present.references import address, title

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold."""
_MARKER = re.compile(r"(\[\d{1,3}\])")
_LOOKS = {"ul": "ListBullet", "h": "Heading2"}
_TAGS = {"em": "<w:i/>", "strong": "<w:b/>", "code": '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/>'}
_BULLETS = (
    f'<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="•"/><w:pPr><w:ind w:left="360" w:hanging="180"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
"""The signs of a list, which its paragraphs have by their style."""
_STYLES = Path(__file__).with_name("styles.xml")
"""The paragraph styles, by the names that word processors give them."""


def collection_to_docx(collection: Collection) -> bytes:
    """Return the document as the bytes of a DOCX file."""
    links: list[str] = []
    known = {reference.number for reference in collection.references}
    body = [_paragraph("Title", _run(TITLE))]
    for section in collection.sections:
        body += _section(section, known)
    if collection.references:
        body.append(_paragraph("Heading1", _run("References")))
    for reference in collection.references:
        body += _reference(reference, links)
    document = f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{"".join(body)}<w:sectPr/></w:body></w:document>'
    return _archive(document, links)


def _section(section: Section, known: set[int]) -> Iterator[str]:
    yield _paragraph("Heading1", _run(" ".join(section.question.split())))
    for line in filter(str.strip, section.note.split("\n")):
        yield _paragraph("Quote", _run(line))
    for kind, told in blocks(section.text, section.literal):
        for sign, said in told:
            number = _run(f"{sign} ") if kind == "ol" else ""
            yield _paragraph(_LOOKS.get(kind, "Normal"), number + _styled(said, known))
    if section.rows:
        yield _table(section.rows, known)
    for doubt in section.doubts:
        yield _paragraph("Cited", _run("To check: ", "<w:b/>") + _styled(pieces(doubt, section.literal), known))


def _reference(reference: Reference, links: list[str]) -> Iterator[str]:
    place, number = address(reference.paper), reference.number
    links.append(place.url)
    name = _run(title(reference.paper), '<w:color w:val="0F5C66"/><w:u w:val="single"/>')
    linked = f'<w:hyperlink r:id="link{len(links)}">{name}</w:hyperlink>'
    said = f"[{number}] {reference.byline}{'. ' * bool(reference.byline)}"
    mark = f'<w:bookmarkStart w:id="{number}" w:name="reference{number}"/><w:bookmarkEnd w:id="{number}"/>'
    yield _paragraph("Bibliography", mark + _run(said) + linked)
    for quote in reference.quotes:
        yield _paragraph("Cited", _run(quote))


def _table(rows: Sequence[Sequence[str]], known: set[int]) -> str:
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="BBBBBB"/>' for side in ("top", "bottom", "insideH"))
    grid = "<w:gridCol/>" * max(map(len, rows))
    told = (
        "".join(f"<w:tc><w:tcPr/>{_paragraph('Normal', _marked(cell, known))}</w:tc>" for cell in row) for row in rows
    )
    body = "".join(f"<w:tr>{row}</w:tr>" for row in told)
    return (
        f"<w:tbl><w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
        + _paragraph("Normal", "")
    )


def _styled(said: Sequence[Piece], known: set[int]) -> str:
    """Return runs of a line's pieces."""
    return "".join(_run(words, _TAGS[tag]) if tag else _marked(words, known) for tag, words in said)


def _marked(text: str, known: set[int]) -> str:
    """Return runs of text in which each marker of a known reference leads to it."""
    parts = []
    for piece in filter(None, _MARKER.split(text)):
        is_marker = _MARKER.fullmatch(piece) and int(piece[1:-1]) in known
        run = _run(piece)
        parts.append(f'<w:hyperlink w:anchor="reference{piece[1:-1]}">{run}</w:hyperlink>' if is_marker else run)
    return "".join(parts)


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _run(text: str, look: str = "") -> str:
    clean = escape(_ILLEGAL.sub("", searchable(text)))
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{clean}</w:t></w:r>'


def _archive(document: str, links: Sequence[str]) -> bytes:
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/word/numbering.xml" ContentType="{_TYPE}.numbering+xml"/></Types>',
        "_rels/.rels": _relations([("document", f"{_R}/officeDocument", "word/document.xml", "")]),
        "word/document.xml": document,
        "word/numbering.xml": _BULLETS,
        "word/_rels/document.xml.rels": _relations([
            ("styles", f"{_R}/styles", "styles.xml", ""),
            ("numbering", f"{_R}/numbering", "numbering.xml", ""),
            *((f"link{n}", f"{_R}/hyperlink", url, "External") for n, url in enumerate(links, 1)),
        ]),
    }  # fmt: skip
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in parts.items():
                archive.writestr(zipfile.ZipInfo(name), _HEAD + text)
            archive.writestr(zipfile.ZipInfo("word/styles.xml"), _STYLES.read_bytes())
        return file.getvalue()


def _relations(relations: Sequence[tuple[str, str, str, str]]) -> str:
    told = "".join(
        f"<Relationship Id={quoteattr(name)} Type={quoteattr(kind)} Target={quoteattr(target)}"
        f"{' TargetMode=' + quoteattr(mode) if mode else ''}/>"
        for name, kind, target, mode in relations
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'
