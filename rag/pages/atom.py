"""Feeds: the arXiv API's Atom in its 2020 and 2026 layout, and arXiv's RSS.

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
from rag.text.addresses import arxiv_id, canonical_url
from rag.text.hygiene import clean, clean_line, original_if_changed

_ANNOUNCED = re.compile(r"\s*arXiv:\S+\s+Announce Type:.*?Abstract:\s*", re.S)


def parse_atom(content: Content) -> Iterator[Entry]:
    """Yield the papers of a feed; one that the file's end cuts in two is passed over."""
    data = content.whole()
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        yield Note("The feed cannot be read as XML: save it again.")
        return
    entries = list(root.iter("{*}entry", "{*}item"))
    whole = data.count(b"entry>") // 2 + data.count(b"item>") // 2
    for place, entry in enumerate(entries):
        is_cut = place == len(entries) - 1 and len(entries) > whole
        yield (
            passed_over(entry.sourceline, _text(entry, "title"), "the file ends inside it") if is_cut else _entry(entry)
        )
    if parser.error_log:
        first = parser.error_log[0]
        yield Note(
            f"The XML is damaged or cut off at line {first.line} ({first.message}): the rest was read as it stands."
        )


def _entry(entry: Any) -> Entry:
    link = _text(entry, "id") or _text(entry, "link") or _text(entry, "guid")
    title, raw = _text(entry, "title"), _ANNOUNCED.sub("", _text(entry, "summary", "description"))
    if "api/errors" in link:
        return passed_over(entry.sourceline, f"{title}: {raw}", "arXiv answered with an error in place of a paper")
    abstract = clean(raw)
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
