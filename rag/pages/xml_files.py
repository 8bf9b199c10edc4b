"""XML: the arXiv API's Atom in its 2020 and 2026 layout, arXiv's RSS, its OAI records, PubMed's XML, Zotero's RDF.

Entities are not resolved and nothing is fetched. Not handled: feeds whose entries are not papers look like papers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from rag.nouns import Record
from rag.pages.content import Content
from rag.pages.dates import iso_date
from rag.pages.entries import Entry, Found, Note, passed_over
from rag.pages.fields import record_from, venue
from rag.pages.medline import record_from_xml
from rag.pages.oai import from_oai, from_rdf
from rag.text.addresses import arxiv_id, canonical_url, doi
from rag.text.hygiene import clean, clean_line, original_if_changed

_ANNOUNCED = re.compile(r"\s*arXiv:\S+\s+Announce Type:.*?Abstract:\s*", re.S)


_WITHDRAWN = re.compile(r"\b(?:paper|article|submission|been|is|was) (?:been )?withdrawn\b", re.I)
_ELEMENTS = ("entry", "item", "record", "PubmedArticle")


def parse_xml(content: Content) -> Iterator[Entry]:
    """Yield the papers of a file; one that the file's end cuts in two is passed over."""
    data = content.whole()
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        yield Note("The file cannot be read as XML: save it again.")
        return
    entries = list(root.iter(*(f"{{*}}{name}" for name in _ELEMENTS)))
    whole = sum(data.count(f"</{name}>".encode()) + data.count(f":{name}>".encode()) // 2 for name in _ELEMENTS)
    for place, entry in enumerate(entries):
        is_cut = place == len(entries) - 1 and len(entries) > whole
        yield (
            passed_over(entry.sourceline, _text(entry, "title"), "the file ends inside it") if is_cut else _read(entry)
        )
    if not entries:
        yield from (Found(record_from(told), node.sourceline) for node in root if (told := from_rdf(node)))
    if parser.error_log:
        first = parser.error_log[0]
        yield Note(
            f"The XML is damaged or cut off at line {first.line} ({first.message}): the rest was read as it stands."
        )


def _read(entry: Any) -> Entry:
    """Return what one element tells, by its name."""
    kind = entry.tag.rsplit("}", 1)[-1]
    if kind == "PubmedArticle":
        return Found(record_from(record_from_xml(entry)), entry.sourceline)
    if kind != "record":
        return _entry(entry)
    told = from_oai(entry)
    if told is None:
        return passed_over(entry.sourceline, " ".join(entry.itertext()), "a deleted record, or one of another format")
    return Found(record_from(told), entry.sourceline)


def _entry(entry: Any) -> Entry:
    link = _text(entry, "id") or _text(entry, "link") or _text(entry, "guid")
    title, raw = _text(entry, "title"), _ANNOUNCED.sub("", _text(entry, "summary", "description"))
    if "api/errors" in link:
        return passed_over(entry.sourceline, f"{title}: {raw}", "arXiv answered with an error in place of a paper")
    abstract, comment = clean(raw), clean_line(_text(entry, "comment"))
    identifier = arxiv_id(link)
    authors = [name.text or "" for name in entry.iterfind("{*}author/{*}name")]
    authors = authors or re.split(r"\s*,\s*", _text(entry, "creator"))
    written = _text(entry, "published", "pubDate", "updated") or None
    record = Record(
        title=clean_line(title),
        abstract=abstract,
        own_id=identifier,
        arxiv_id=identifier,
        date=iso_date(written) if written else None,
        date_text=written,
        authors=tuple(name for name in map(clean_line, authors) if name),
        author_count=len([name for name in authors if name.strip()]) or None,
        url=canonical_url(link),
        categories=_categories(entry),
        original=original_if_changed(raw, abstract),
        doi=doi(_text(entry, "doi")),
        venue=venue(_text(entry, "journal_ref")),
        withdrawn=comment if _WITHDRAWN.search(comment) else None,
    )
    return Found(record, entry.sourceline)


def _text(entry: Any, *names: str) -> str:
    """Return the text of the first child that has one of these names and any text."""
    for name in names:
        for child in entry.iterfind(f"{{*}}{name}"):
            if text := "".join(child.itertext()).strip():
                return text
    return ""


def _categories(entry: Any) -> tuple[str, ...]:
    """Return the subject classes, the primary one first, each once."""
    primary = [child.get("term") for child in entry.iterfind("{*}primary_category")]
    others = [child.get("term") or child.text for child in entry.iterfind("{*}category")]
    return tuple(dict.fromkeys(term for term in (*primary, *others) if term))
