"""Records of the Open Archives protocol (arXiv's own, its raw form, Dublin Core) and Zotero's RDF.

Each is an element in, the fields that `fields` knows out. Not handled: other metadata formats.
"""

from __future__ import annotations

import re
from typing import Any

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


def _text(node: Any, name: str) -> str:
    """Return the text of the first child of that name."""
    found = node.find(f"{{*}}{name}")
    return "" if found is None else " ".join("".join(found.itertext()).split())
