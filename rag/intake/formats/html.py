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
from urllib.parse import urljoin

from lxml import etree

from rag.base.text.cleaning import decode
from rag.intake.content import Content
from rag.intake.formats import Entry, FoundRecord, Note
from rag.intake.formats.fields import record_from
from rag.intake.formats.json_files import papers_in
from rag.intake.formats.listing import parse_listing, without_doubles
from rag.nouns import Skipped

MOST_TAGS = 500_000
"""Tags of a page that is read; a saved page of 100 papers has about 10,000."""
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_JSON_SCRIPTS = ("application/json", "application/ld+json")
_HIDDEN = frozenset({"script", "style", "noscript", "svg", "template", "head", "iframe", "select", "textarea"})
_INLINE = frozenset(
    """a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark math mi mn mo mrow msub msup q s samp small
    span strong sub sup tt u var wbr""".split()  # noqa: SIM905
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SITE = "https://huggingface.co"


def visible_text(tree: Any) -> str:
    """Return what a reader of the page sees; headings start with `###`, and the link of a heading stands below it."""
    pieces: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, node in walk:
        edge = "" if node.tag in _INLINE or node.tag in _HIDDEN else "\n\n"
        if event == "start" and node.tag in _HIDDEN:
            walk.skip_subtree()
        elif event == "start":
            pieces += ["\n\n### " if node.tag in _HEADINGS else edge, _collapsed(node.text)]
        else:
            links = (child.get("href") for child in node.iter("a")) if node.tag in _HEADINGS else ()
            link = next(filter(None, links), None)
            pieces += [f"\n\n{urljoin(_SITE, link)}" if link else "", edge, _collapsed(node.tail)]
    return "".join(pieces)


def _collapsed(text: str | None) -> str:
    """Line ends mean nothing in HTML; a space at either end does."""
    if not text:
        return ""
    body = " ".join(text.split())
    return (" " if text[:1].isspace() else "") + body + (" " if body and text[-1:].isspace() else "")


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
    embedded = list(_embedded(tree))
    if found := [one for one in embedded if isinstance(one, FoundRecord) and one.is_sure] or _citation(tree):
        records, doubled = without_doubles(found)
        yield from records
        yield from (*(one for one in embedded if isinstance(one, Skipped)), *doubled)
    else:
        yield from parse_listing(visible_text(tree), tree.findtext(".//title") or "")


def _unpacked(content: Content) -> str:
    """Return the page; where a browser saved it as one MIME file (.mht), its first HTML part."""
    if content.head(4096).lstrip()[:1] == b"<" or b"multipart/related" not in content.head(4096):
        return content.text()
    message = email.message_from_bytes(content.whole(), policy=email.policy.default)
    pages = (part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html")
    page = next(pages, b"")
    return decode(page)[0] if isinstance(page, bytes) else ""


def _tree(text: str) -> Any:
    """Return the parsed page, or None where there is nothing to parse."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, recover=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(_DECLARATION.sub("", text).replace("\x00", "").encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _embedded(tree: Any) -> Iterator[FoundRecord | Skipped]:
    """Yield the papers of the JSON in a page's attributes and scripts."""
    texts = [node.get("data-props") for node in tree.iter(etree.Element)]
    texts += [node.text for node in tree.iter("script") if node.get("type") in _JSON_SCRIPTS]
    for text in filter(None, texts):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        yield from papers_in(data)


def _citation(tree: Any) -> list[FoundRecord]:
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
    return [FoundRecord(record_from(data))]
