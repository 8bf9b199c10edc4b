"""Saved HTML: the data that a page embeds, else its citation tags, else its visible text.

Not handled: pages whose content only a script would draw and that embed nothing.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from rag.nouns import Skipped
from rag.pages.content import Content
from rag.pages.daily import papers_in
from rag.pages.doubles import without_doubles
from rag.pages.entries import Entry, Found, Note
from rag.pages.fields import record_from
from rag.pages.listing import parse_listing
from rag.pages.visible import visible_text
from rag.text.hygiene import decode

MOST_TAGS = 500_000
"""Tags of a page that is read; a saved page of 100 papers has about 10,000."""
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_JSON_SCRIPTS = ("application/json", "application/ld+json")


def parse_html(content: Content) -> Iterator[Entry]:
    """Yield the papers of a saved page."""
    text = _unpacked(content)
    if text.count("<") > MOST_TAGS:
        yield Note(f"It has more than {MOST_TAGS} tags, and is no listing page: save the page that lists the papers.")
        return
    tree = _tree(text)
    if tree is None:
        yield Note("The HTML holds no element: save the page again.")
        return
    found: list[Entry] = []
    others: list[Entry] = []
    for entry in _embedded(tree):
        (found if isinstance(entry, Found) else others).append(entry)
    if not found:
        found = _citation(tree)
    if not found:
        yield from parse_listing(visible_text(tree))
        return
    records, doubled = without_doubles(entry for entry in found if isinstance(entry, Found))
    yield from records
    yield from (entry for entry in others if isinstance(entry, Skipped))
    yield from doubled


def _unpacked(content: Content) -> str:
    """Return the page; where a browser saved it as one MIME file (.mht), its first HTML part."""
    if content.head(4096).lstrip()[:1] != b"<" and b"multipart/related" in content.head(4096):
        message = email.message_from_bytes(content.whole(), policy=email.policy.default)
        for part in message.walk():
            if part.get_content_type() == "text/html":
                payload = part.get_payload(decode=True)
                return decode(payload)[0] if isinstance(payload, bytes) else ""
        return ""
    return content.text()


def _tree(text: str) -> Any:
    """Return the parsed page, or None where there is nothing to parse."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, recover=True, no_network=True, remove_comments=True)
    try:
        return etree.fromstring(_DECLARATION.sub("", text).replace("\x00", "").encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _embedded(tree: Any) -> Iterator[Entry]:
    """Yield the papers of the JSON in a page's attributes and scripts."""
    texts = [node.get("data-props") for node in tree.iter(etree.Element) if node.get("data-props")]
    texts += [node.text for node in tree.iter("script") if node.get("type") in _JSON_SCRIPTS and node.text]
    for text in texts:
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        yield from papers_in(data)


def _citation(tree: Any) -> list[Entry]:
    """Return the one paper that a page's `citation_…` tags describe, as publishers and arXiv write them."""
    data: dict[str, Any] = {"authors": []}
    for node in tree.iter("meta"):
        name, value = (node.get("name") or node.get("property") or "").casefold(), node.get("content") or ""
        if name == "citation_author":
            data["authors"].append(" ".join(reversed(value.split(", ", 1))))
        elif name.startswith("citation_"):
            data.setdefault(name.removeprefix("citation_"), value)
        elif name in ("og:description", "description", "dc.description"):
            data.setdefault("summary", value)
    if "title" not in data:
        return []
    data["url"] = data.get("abstract_html_url") or data.get("pdf_url")
    data["date"] = data.get("date") or data.get("publication_date") or data.get("online_date")
    return [Found(record_from(data))]
