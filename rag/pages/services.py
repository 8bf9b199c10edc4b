"""Objects of the great bibliographic services under the field names that `fields` knows.

OpenAlex (whose abstracts are inverted indexes), Semantic Scholar, Crossref, OpenReview and Zotero, each told by the
fields that it alone has; any other object stays as it is. Where a paper has a DOI, that is its id, so that what several
services tell of it is one paper.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import chain
from typing import Any

Item = Mapping[str, Any]
_HEADING = re.compile(r"\s*<jats:title>\s*(?:abstract|summary)\s*</jats:title>", re.I)
LONGEST_INDEX = 20_000
"""Words of an inverted index that are put in order; the longest abstracts have 10,000 characters."""


def plain(item: Item) -> Item:
    """Return an object of a service as one flat object; any other object as it is."""
    if isinstance(item.get("content"), Mapping) and "title" in item["content"]:
        return _openreview(item)
    if "abstract_inverted_index" in item or ("authorships" in item and "title" in item):
        return _openalex(item)
    if isinstance(item.get("externalIds"), Mapping) or ("paperId" in item and "title" in item):
        return _semantic_scholar(item)
    if isinstance(item.get("title"), list) and "DOI" in item:
        return _crossref(item)
    if isinstance(item.get("creators"), list):
        return {**item, "creators": [_named(one) for one in item["creators"] if _is_author(one)]}
    return item


def _openalex(item: Item) -> Item:
    places = [item.get("primary_location"), item.get("best_oa_location"), *_list(item.get("locations"))]
    links = [place.get("landing_page_url") for place in places if isinstance(place, Mapping)]
    authors = [_mapping(one) for one in _list(item.get("authorships"))]
    return {
        "title": item.get("title") or item.get("display_name"),
        "abstract": _in_order(item.get("abstract_inverted_index")),
        "authors": [_mapping(one.get("author")).get("display_name") or one.get("raw_author_name") for one in authors]
        + ["et al."] * bool(item.get("is_authors_truncated")),
        "date": item.get("publication_date") or item.get("publication_year"),
        "doi": item.get("doi"),
        "id": item.get("doi") or item.get("id"),
        "arxiv": next((link for link in links if isinstance(link, str) and "arxiv.org" in link), None),
        "url": next((link for link in links if link), None) or item.get("doi") or item.get("id"),
        "venue": _mapping(_mapping(item.get("primary_location")).get("source")).get("display_name"),
        "retracted": item.get("is_retracted"),
    }


def _in_order(index: Any) -> str:
    """Return the text of an inverted index `{word: [places]}`."""
    if not isinstance(index, Mapping):
        return ""
    at = {place: word for word, places in index.items() for place in _list(places) if isinstance(place, int)}
    return " ".join(str(at[place]) for place in sorted(at)[:LONGEST_INDEX])


def _semantic_scholar(item: Item) -> Item:
    ids = _mapping(item.get("externalIds"))
    told = {name: value for name, value in item.items() if name not in ("externalIds", "tldr", "paperId")}
    return {
        **told,
        "date": item.get("publicationDate") or item.get("year"),
        "tldr": _mapping(item.get("tldr")).get("text"),
        "arxiv": ids.get("ArXiv"),
        "doi": ids.get("DOI"),
        "id": ids.get("ArXiv") or ids.get("DOI") or item.get("paperId"),
    }


def _crossref(item: Item) -> Item:
    changes = [_mapping(one).get("type") for one in _list(item.get("updated-by"))]
    retracted = "retraction" in changes or "withdrawal" in changes
    issued = next(
        (item[name] for name in ("issued", "published", "published-online", "created") if item.get(name)), None
    )
    told = {name: item.get(name) for name in ("abstract", "author", "DOI", "URL")}
    title = ": ".join(str(part) for part in chain(_list(item.get("title"))[:1], _list(item.get("subtitle"))[:1]))
    if isinstance(told["abstract"], str):
        told["abstract"] = _HEADING.sub("", told["abstract"])
    told["author"] = [_named(one) for one in _list(item.get("author"))]
    return {
        **told,
        "title": title,
        "issued": issued,
        "id": item["DOI"],
        "retracted": retracted and "updated-by" in item,
    }


def _openreview(item: Item) -> Item:
    told = {
        name: value.get("value") if isinstance(value, Mapping) else value for name, value in item["content"].items()
    }
    since = next(
        (item[name] for name in ("pdate", "odate", "cdate", "tcdate") if isinstance(item.get(name), int)), None
    )
    forum = item.get("forum") or item.get("id")
    return {
        "title": told.get("title"),
        "abstract": told.get("abstract"),
        "tldr": told.get("TLDR") or told.get("TL;DR"),
        "authors": told.get("authors"),
        "date": datetime.fromtimestamp(since / 1000, UTC).date().isoformat() if since and 0 < since < 1e14 else None,
        "id": forum,
        "url": f"https://openreview.net/forum?id={forum}" if forum else None,
    }


def _is_author(creator: Any) -> bool:
    return _mapping(creator).get("creatorType", "author") in ("author", "presenter", "programmer", "contributor")


def _named(person: Any) -> Any:
    """Return an organisation, which has one name alone, as CSL writes it."""
    one = _mapping(person)
    return {"literal": one["name"]} if isinstance(one.get("name"), str) else person


def _mapping(value: Any) -> Item:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
