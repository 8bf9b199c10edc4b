"""XML: arXiv's Atom in its 2020 and 2026 layout, feeds (RSS), OAI records, PubMed's, EndNote's, Zotero's RDF.

Entities are not resolved and nothing is fetched. Not handled:
metadata formats of OAI but arXiv's own and Dublin Core; abstracts in a second language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from rag.base.text.addresses import arxiv_id, doi
from rag.base.text.cleaning import clean, clean_line
from rag.intake.content import Content
from rag.intake.formats import Entry, FoundRecord, Note, passed_over
from rag.intake.formats.fields import record_from
from rag.intake.paper_classifier import weighed

_PATHS = {
    "title": ("title", "titles/title", ".//ArticleTitle", ".//BookTitle"),
    "abstract": ("abstract", "summary", "description"),
    "doi": (
        *("doi", "electronic-resource-num"),
        *("PubmedData/ArticleIdList/ArticleId[@IdType='doi']", ".//ELocationID[@EIdType='doi']"),
    ),
    "url": ("id", "link", "guid", "urls/related-urls/url"),
    "pmid": (".//PMID",),
    "venue": ("journal_ref", "titles/secondary-title", ".//Journal/Title"),
    "categories": ("categories",),
    "comment": ("comment", "comments"),
}
"""Where a field stands in a record of any kind; the first place that holds a text is taken."""
_PEOPLE = (
    *("author", "creator", "authors/author", "authors/Seq/li/Person"),
    *("contributors/authors/author", ".//Article/AuthorList/Author", "authors"),
)
_DATES = ("published", "pubDate", "created", "version/date", "updated", "date", "dates/year", ".//PubDate")
_ELEMENTS = ("entry", "item", "record", "PubmedArticle")
_NO_PAPERS = ("Journal", "Memo", "Attachment", "Collection", "Series")
"""What papers point at in Zotero's RDF."""
_ANNOUNCED = re.compile(
    r"\s*arXiv:\S+\s+Announce Type:.*?Abstract:\s*"
    r"|\A.{0,400}?\bABSTRACT\s+(?=.*\bPMID:)|\s*PMID:\s*\d+\s*\|\s*DOI:\S*\s*\Z",
    re.S,
)
"""What the feeds of arXiv and PubMed put around an abstract."""
_WITHDRAWN = re.compile(r"\A\W*withdrawn\b|\b(?:paper|article|submission|been|is|was) (?:been )?withdrawn\b", re.I)


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
    for node in root.iter(etree.Element):
        node.tag = etree.QName(node).localname
    entries = list(root.iter(*_ELEMENTS))
    whole = sum(data.count(f"</{name}>".encode()) + data.count(f":{name}>".encode()) // 2 for name in _ELEMENTS)
    cut = entries.pop() if len(entries) > whole else None
    yield from map(_read, entries)
    if cut is not None:
        yield passed_over(cut.sourceline, _text(cut, "title"), "the file ends inside it")
    elif not entries:
        yield from map(_read, filter(_is_of_zotero, root.iterchildren(etree.Element)))
    if parser.error_log:
        first = parser.error_log[0]
        where = f"at line {first.line} ({first.message})"
        yield Note(f"The XML is damaged or cut off {where}: the rest was read as it stands.")


def _is_of_zotero(node: Any) -> bool:
    is_told = node.find("authors") is not None or node.find("abstract") is not None
    return is_told and node.find("title") is not None and node.tag not in _NO_PAPERS


def _read(entry: Any) -> Entry:
    """Return what one element tells."""
    told = entry.find("metadata/*")
    fields = _fields(entry if told is None else told)
    if entry.tag == "record" and not fields["title"]:
        return passed_over(entry.sourceline, " ".join(entry.itertext()), "a deleted record, or one of another format")
    if "api/errors" in fields["url"]:
        text = f"{fields['title']}: {fields['abstract']}"
        return passed_over(entry.sourceline, text, "arXiv answered with an error in place of a paper")
    found = FoundRecord(record_from(fields), entry.sourceline)
    return weighed(found) if entry.tag in ("entry", "item") else found


def _fields(node: Any) -> dict[str, Any]:
    """Return a record's fields under the names that `record_from` knows."""
    told: dict[str, Any] = {name: _text(node, *paths) for name, paths in _PATHS.items()}
    dates = (one for path in _DATES for one in node.iterfind(path))
    identifiers = [*node.attrib.values(), *(_joined(one) for one in node.iterfind("identifier"))]
    terms = [one.get("term") or one.text for name in ("primary_category", "category") for one in node.iterfind(name)]
    changes = [change.get("RefType") for change in node.iterfind(".//CommentsCorrections")]
    comment = clean_line(told.pop("comment"))
    return {
        **told,
        "abstract": _abstract(node) or told["abstract"],
        "authors": _authors(node),
        "date": next(filter(None, (" ".join(one.itertext()).strip() for one in dates)), ""),
        "arxiv": arxiv_id(told["url"]),
        "doi": told["doi"] or next(filter(doi, identifiers), ""),
        "url": told["url"] or next((one for one in identifiers if one.startswith("http")), ""),
        "categories": told["categories"] or tuple(dict.fromkeys(filter(None, terms))),
        "withdrawn": comment if _WITHDRAWN.search(comment) else None,
        "retracted": [*(_joined(kind) for kind in node.iterfind(".//PublicationType"))]
        + ["retracted publication"] * ("RetractionIn" in changes),
    }


def _abstract(node: Any) -> str:
    """Return an abstract that stands in labelled parts, among other descriptions, or within a feed's own words."""
    parts = [(part.get("Label"), _joined(part)) for part in node.iterfind(".//Abstract/AbstractText")]
    if parts:
        return " ".join(f"{label}: {text}" if label else text for label, text in parts)
    raw = max((_joined(one) for one in node.iterfind("description")), key=len, default="")
    told = clean(raw)
    return _ANNOUNCED.sub("", told) if _ANNOUNCED.search(told) else raw


def _authors(node: Any) -> Any:
    """Return the authors; where one element stands for all, its text."""
    names = [_person(one) for one in next(filter(None, map(node.findall, _PEOPLE)), [])]
    return names[0] if len(names) == 1 and isinstance(names[0], str) else names


def _person(node: Any) -> Any:
    given, family = _text(node, "forenames", "givenName", "ForeName"), _text(node, "keyname", "surname", "LastName")
    if given:
        return " ".join(filter(None, (given, family, _text(node, "suffix"))))
    alone = family or _text(node, "CollectiveName")
    return {"literal": alone} if alone else _text(node, "name") or _joined(node)


def _text(node: Any, *paths: str) -> str:
    """Return the text of the first element at one of these places that has any."""
    return next((text for path in paths for child in node.iterfind(path) if (text := _joined(child))), "")


def _joined(node: Any) -> str:
    return "".join(node.itertext()).strip()
