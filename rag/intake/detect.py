"""Which format a file has, and the parser of each: told by its first bytes, and by its name where these fit several."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rag.base.text.addresses import arxiv_id
from rag.base.text.cleaning import decode, encoding_of
from rag.intake.content import Content
from rag.intake.formats import Entry
from rag.intake.formats.tables import header_line
from rag.nouns import Format

_PACKINGS = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"(\xb5/\xfd": "zstandard", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR"}
_FOREIGN = (
    (b"%PDF", "a PDF: save the page that lists the papers as text or HTML instead"),
    *((magic, "an image: copy the page's text instead") for magic in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")),
    (b"\xd0\xcf\x11\xe0", "an old Office document: save it as plain text"),
    (b"{\\rtf", "a rich-text document: save it as plain text"),
    *((magic, f"packed with {kind}: unpack it first") for magic, kind in _PACKINGS.items()),
    (b"PK\x03\x04", "a zip file inside another: unpack it first"),
    (b"\x1f\x8b", "packed with gzip more than twice: unpack it first"),
    (b"SQLite format 3", "a database: export it as CSV or JSON lines"),
)
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|div|main|section|article|table)\b", re.I | re.S
)
_XML = re.compile(r"<(?:\w+:)?(feed|rss|rdf|oai-pmh|listrecords|getrecord|pubmedarticle|records)(?:set)?\b", re.I)
_ROOTS = {
    "pubmedarticle": Format.PUBMED,
    "records": Format.ENDNOTE,
    **dict.fromkeys(("oai-pmh", "listrecords", "getrecord"), Format.OAI),
}
"""The formats of XML by their first telling element; of others it is a feed."""
_BIBTEX = re.compile(r"^[ \t]*@[a-z]{4,20}\s*[{(]", re.I | re.M)
_TAGGED = (
    (Format.NBIB, re.compile(r"\APMID- ?\d+\s*$", re.M)),
    (Format.RIS, re.compile(r"^TY  ?- ?\w{2,6}\s*$", re.M)),
    (Format.WEB_OF_SCIENCE, re.compile(r"\A(?:FN .*\n)?(?:VR .*\n)?PT [A-Z]\s*$", re.M)),
    (Format.REFER, re.compile(r"^%0 [A-Z][\w ]{3,40}\s*\n%", re.M)),
)
_DAILY_ITEM = re.compile(r"""\\*["']paper\\*["']\s*:\s*\{|"submittedOnDailyAt"|"dailyPapers\"""")
_JSON = re.compile(r"""\[\s*(?:[\[{"\]]|$)|\{\s*(?:["'{}]|$)|"\s*(?:\\n\s*)?(?:\[|\{|\\")""")


def why_not_text(head: bytes) -> str | None:
    """Return what a file is and what to do, where its first bytes show that it is no text; else None."""
    if not head:
        return "empty: nothing to read"
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            return what
    if head[257:262] == b"ustar":
        return "a tar archive: unpack it first"
    control = sum(byte < 9 or (13 < byte < 32 and byte != 27) for byte in head[:8192])
    if encoding_of(head)[0] is None and control > 0.02 * len(head[:8192]):
        return "binary data, not text: bring a saved page, JSON, Atom, BibTeX, RIS or CSV"
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return "empty but for white space: nothing to read"
    return None


def format_of(head: bytes, name: str) -> Format:
    """Return the format of the text that begins with `head`, of a file called `name`."""
    text = decode(head)[0].lstrip("\ufeff")
    start = text.lstrip()
    if _JSON.match(start):
        is_daily = _DAILY_ITEM.search(start) is not None
        return Format.DAILY_JSON if is_daily else Format.JSONL if is_json_lines(head, name) else Format.JSON
    is_html = "<html" in text[:4096].lower()
    if start[:1] == "<" and not is_html and (root := _XML.search(text[:4096])):
        is_zotero = root[1].casefold() == "rdf" and "zotero.org" in text[:4096]
        return Format.RDF if is_zotero else _ROOTS.get(root[1].casefold(), Format.ATOM)
    if start[:1] == "<" and (is_html or _HTML.match(text)):
        return Format.HTML
    if start.startswith("<?xml"):
        return Format.ATOM  # whose reader says that it holds no paper
    if start.startswith("MIME-Version:") or "multipart/related" in text[:2048]:
        return Format.HTML
    if tagged := next((format for format, first in _TAGGED if first.search(start[:8192])), None):
        return tagged
    if _BIBTEX.search(text):
        return Format.BIBTEX
    if _is_ids(start):
        return Format.IDS
    return Format.LISTING if header_line(start.split("\n", 4), name) is None else Format.CSV


def is_json_lines(head: bytes, name: str) -> bool:
    """Tell whether JSON comes as one object a line, rather than as a single document."""
    start = decode(head)[0].lstrip("\ufeff \r\n\t")
    lines = [line.strip() for line in start.split("\n")[:20]]
    if start[:1] != "{" or name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return start[:1] == "{"
    is_one = len(list(filter(None, lines))) == 1 and name.lower().endswith(".json")
    return not is_one and any(map(_is_object, lines))


def _is_object(line: str) -> bool:
    if not (line.startswith("{") and line.endswith("}")):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_ids(start: str) -> bool:
    """Whether the first lines are arXiv ids or links of papers, one a line, but for some that are mistyped.

    Where these are many, none of them may be more than a word: it could be a title.
    """
    lines = [line.strip() for line in start.split("\n")[:-1][:200] or [start]]
    lines = [line for line in lines if line and not line.startswith("#")][:50]
    told = [line.partition(" #")[0].rstrip() for line in lines]
    wanted = [line for line in told if " " not in line and arxiv_id(line)]
    enough = len(wanted) > len(lines) / 2 or (bool(wanted) and not any(" " in line for line in told))
    return enough and all(len(line) < 200 for line in lines)


def parse(content: Content, format: Format, name: str) -> Iterator[Entry]:
    """Return what `content`, which is of `format` and called `name`, holds; a parser is imported when it is needed."""
    from rag.intake.formats import json_files, tables

    match format:
        case Format.JSONL | Format.JSON | Format.DAILY_JSON:
            is_lines = is_json_lines(content.head(), name)
            return json_files.parse_jsonl(content) if is_lines else json_files.parse_json(content)
        case Format.ATOM | Format.OAI | Format.PUBMED | Format.RDF | Format.ENDNOTE:
            from rag.intake.formats.xml_files import parse_xml

            return parse_xml(content)
        case Format.RIS | Format.NBIB | Format.REFER | Format.WEB_OF_SCIENCE:
            from rag.intake.formats.tagged import parse_tagged

            return parse_tagged(content, format)
        case Format.HTML:
            from rag.intake.formats.html import parse_html

            return parse_html(content)
        case Format.BIBTEX:
            from rag.intake.formats.bibliographies import parse_bibtex

            return parse_bibtex(content)
        case Format.CSV | Format.IDS:
            return tables.parse_csv(content, name) if format is Format.CSV else tables.parse_ids(content)
    from rag.intake.formats.listing import parse_listing

    return parse_listing(content.text())
