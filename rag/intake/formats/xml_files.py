"""XML: arXiv's Atom in its 2020 and 2026 layout, feeds (RSS), OAI records, PubMed's, EndNote's, Zotero's RDF.

Entities are not resolved and nothing is fetched. Not handled: feeds whose entries are not papers look like papers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from rag.base.text.addresses import arxiv_id, doi
from rag.base.text.cleaning import clean, clean_line
from rag.intake.content import Content
from rag.intake.entries import Entry, Found, Note, passed_over
from rag.intake.formats.fields import record_from
from rag.intake.formats.medline import record_from_xml

# ----------------------------------------------------------------------------------------------------
# Records of the Open Archives protocol (arXiv's own, its raw form, Dublin Core) and Zotero's RDF.
#
# Each is an element in, the fields that `fields` knows out. Not handled: other metadata formats.

Fields = dict[str, Any]
_NO_PAPERS = ("Journal", "Memo", "Attachment", "Collection", "Series")
"""What papers point at in Zotero's RDF."""


def from_oai(record: Any) -> Fields | None:
    """Return the fields of a `record` element; None for one that is deleted or of another kind."""
    for kind, read in (("arXiv", _arxiv), ("arXivRaw", _raw), ("dc", _dublin_core)):
        if (told := record.find(f"{{*}}metadata/{{*}}{kind}")) is not None:
            return read(told)
    return None


def from_rdf(node: Any) -> Fields | None:
    """Return the fields of one element of Zotero's RDF; None for one that is no paper."""
    title, people = _text(node, "title"), node.find("{*}authors")
    kind = node.tag.rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""
    if not title or kind in _NO_PAPERS:
        return None
    if people is None and not _text(node, "abstract"):
        return None
    persons = [] if people is None else list(people.iter("{*}Person"))
    link = next((uri for uri in (node.get(name) for name in node.attrib) if uri and uri.startswith("http")), None)
    identifiers = [one.text or "" for one in node.iterfind("{*}identifier")]
    doi = next((text.removeprefix("DOI ") for text in identifiers if text.startswith("DOI ")), None)
    named = [(_text(person, "givenName"), _text(person, "surname")) for person in persons]
    return {
        "title": title,
        "abstract": _text(node, "abstract"),
        "authors": [f"{given} {family}" if given else {"literal": family} for given, family in named],
        "date": _text(node, "date"),
        "doi": doi,
        "url": link,
    }


def from_endnote(record: Any) -> Fields | None:
    """Return the fields of a `record` element of EndNote; None for one of another kind."""
    if record.find("titles/title") is None:
        return None
    at = {
        **{"title": "titles/title", "venue": "titles/secondary-title", "abstract": "abstract", "date": "dates/year"},
        **{"doi": "electronic-resource-num", "url": "urls/related-urls/url"},
    }
    people = ["".join(one.itertext()) for one in record.iterfind("contributors/authors/author")]
    told = {name: "".join(found.itertext()) for name, path in at.items() if (found := record.find(path)) is not None}
    return {**told, "authors": people}


def _arxiv(told: Any) -> Fields:
    authors = list(told.iterfind("{*}authors/{*}author"))
    named = [(_text(one, "forenames"), _text(one, "keyname"), _text(one, "suffix")) for one in authors]
    return {
        **_shared(told),
        "authors": [" ".join(filter(None, name)) if name[0] else {"literal": name[1]} for name in named],
        "date": _text(told, "created"),
    }


def _raw(told: Any) -> Fields:
    first = next(iter(told.iterfind("{*}version/{*}date")), None)
    return {**_shared(told), "authors": _text(told, "authors"), "date": "" if first is None else first.text}


def _shared(told: Any) -> Fields:
    comments = _text(told, "comments")
    return {
        "title": _text(told, "title"),
        "abstract": _text(told, "abstract"),
        "id": _text(told, "id"),
        "doi": _text(told, "doi"),
        "categories": _text(told, "categories"),
        "withdrawn": comments if re.search(r"\bwithdrawn\b", comments, re.I) else None,
    }


def _dublin_core(told: Any) -> Fields:
    identifiers = [one.text or "" for one in told.iterfind("{*}identifier")]
    dates = sorted(one.text or "" for one in told.iterfind("{*}date"))
    return {
        "title": _text(told, "title"),
        "abstract": max((one.text or "" for one in told.iterfind("{*}description")), key=len, default=""),
        "authors": [one.text or "" for one in told.iterfind("{*}creator")],
        "date": next((date for date in dates if date), None),
        "doi": next((one.removeprefix("doi:") for one in identifiers if one.startswith(("doi:", "10."))), None),
        "url": next((one for one in identifiers if one.startswith("http")), None),
    }


# ----------------------------------------------------------------------------------------------------

_ANNOUNCED = re.compile(
    r"\s*arXiv:\S+\s+Announce Type:.*?Abstract:\s*"
    r"|\A.{0,400}?\bABSTRACT\s+(?=.*\bPMID:)|\s*PMID:\s*\d+\s*\|\s*DOI:\S*\s*\Z",
    re.S,
)
"""What the feeds of arXiv and PubMed put around an abstract."""

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
    told = from_oai(entry) or from_endnote(entry)
    if told is None:
        return passed_over(entry.sourceline, " ".join(entry.itertext()), "a deleted record, or one of another format")
    return Found(record_from(told), entry.sourceline)


def _entry(entry: Any) -> Entry:
    link = _text(entry, "id") or _text(entry, "link") or _text(entry, "guid")
    title, raw = _text(entry, "title"), _text(entry, "summary", "description")
    if "api/errors" in link:
        return passed_over(entry.sourceline, f"{title}: {raw}", "arXiv answered with an error in place of a paper")
    if _ANNOUNCED.search(told := clean(raw)):
        raw = _ANNOUNCED.sub("", told)
    names = [name.text or "" for name in entry.iterfind("{*}author/{*}name")]
    names = names or [name.text or "" for name in entry.iterfind("{*}creator")]
    comment = clean_line(_text(entry, "comment"))
    fields = {
        "title": title,
        "abstract": raw,
        "arxiv": arxiv_id(link),
        "date": _text(entry, "published", "pubDate", "updated", "date"),
        "authors": names if len(names) > 1 else "".join(names),
        "url": link,
        "categories": _categories(entry),
        "doi": _text(entry, "doi") or next(filter(doi, (one.text for one in entry.iterfind("{*}identifier"))), ""),
        "journal_ref": _text(entry, "journal_ref"),
        "withdrawn": comment if _WITHDRAWN.search(comment) else None,
    }
    return Found(record_from(fields), entry.sourceline)


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
