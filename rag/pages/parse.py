"""One parser a format: content in, entries out. A parser's own library is imported when its format is met."""

from __future__ import annotations

from collections.abc import Iterator

from rag.nouns import Format
from rag.pages.content import Content
from rag.pages.detect import is_json_lines
from rag.pages.entries import Entry


def parse(content: Content, format: Format, name: str) -> Iterator[Entry]:
    """Return what `content`, which is of `format` and called `name`, holds."""
    if format in (Format.JSONL, Format.DAILY_JSON):
        from rag.pages.daily import parse_json
        from rag.pages.jsonl import parse_jsonl

        return parse_jsonl(content) if is_json_lines(content.head(), name) else parse_json(content)
    if format in (Format.ATOM, Format.OAI, Format.PUBMED, Format.RDF):
        from rag.pages.xml_files import parse_xml

        return parse_xml(content)
    if format is Format.NBIB:
        from rag.pages.medline import parse_nbib

        return parse_nbib(content)
    if format is Format.HTML:
        from rag.pages.html import parse_html

        return parse_html(content)
    if format in (Format.BIBTEX, Format.RIS):
        from rag.pages.bibliographies import parse_bibtex, parse_ris

        return parse_bibtex(content) if format is Format.BIBTEX else parse_ris(content)
    if format is Format.CSV:
        from rag.pages.tables import parse_csv

        return parse_csv(content)
    if format is Format.IDS:
        from rag.pages.wanted import parse_ids

        return parse_ids(content)
    from rag.pages.listing import parse_listing

    return parse_listing(content.text())
