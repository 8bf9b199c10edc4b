"""JSON documents and JSON lines: the daily-papers API's answers, and those of the great bibliographic services."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from rag.intake.content import LONGEST_LINE, Content
from rag.intake.entries import Entry, Found, Note, passed_over
from rag.intake.formats.fields import has_title_field, record_from, tells_a_paper
from rag.nouns import Skipped

# ----------------------------------------------------------------------------------------------------
# Objects of the great bibliographic services under the field names that `fields` knows.
#
# OpenAlex (whose abstracts are inverted indexes), Semantic Scholar, Crossref, OpenReview, Europe PMC and Zotero, each
# told by the fields that it alone has; any other object stays as it is. Where a paper has a DOI, that is its id, so
# that what several services tell of it is one paper.

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
    told = {name: item.get(name) for name in ("abstract", "author", "DOI", "URL", "container-title")}
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


# ----------------------------------------------------------------------------------------------------
# JSON documents: the daily-papers API's answers in every shape that they were saved in, and any list of papers.
#
# Papers are looked for at any depth; objects kept as text (of JSON or of Python, once or twice quoted) are unpacked.
# Of a document that breaks off, the whole objects before the break are read.

_MOST_FAILURES = 20
"""Times that a broken document is tried anew, so that reading it stays linear."""
_LONGEST_LITERAL = 1 << 20


def parse_json(content: Content) -> Iterator[Entry]:
    """Yield the papers of a JSON document."""
    text = content.text()
    try:
        yield from papers_in(json.loads(text))
    except (ValueError, RecursionError) as error:
        yield from _salvaged(text, error)


def papers_in(data: Any) -> Iterator[Found | Skipped]:
    """Yield the papers that stand anywhere in `data`, in order."""
    left = [data]
    while left:
        node = left.pop()
        if isinstance(node, str):
            unpacked = _unpacked(node)
            if isinstance(unpacked, Note):
                yield passed_over(None, node, unpacked.text)
            else:
                left.append(unpacked)
        elif isinstance(node, Mapping):
            item = flattened(node)
            if tells_a_paper(item):
                yield Found(record_from(item))
            else:
                left.extend(value for value in reversed(list(node.values())) if _may_hold(value))
        elif isinstance(node, (list, tuple)):
            left.extend(value for value in reversed(node) if _may_hold(value))


def flattened(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an item of the daily-papers API, or of another service, as one flat object; any other as it is."""
    paper = item.get("paper")
    if not isinstance(paper, Mapping):
        return plain(item)
    outer = {key: value for key, value in item.items() if key not in ("paper", "summary", "id", "upvotes")}
    flat = {**outer, **paper}
    if isinstance(paper.get("id"), str) and "url" not in flat:
        flat["url"] = f"https://huggingface.co/papers/{paper['id']}"
    return flat


def _may_hold(value: Any) -> bool:
    """Containers may hold papers, and so may a text that looks like one of them."""
    return isinstance(value, (list, tuple, Mapping)) or (
        isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"')
    )


def _unpacked(text: str) -> Any:
    """Return what a text holds as JSON or as a Python literal; an empty list where it is just a text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if text.lstrip()[:1] not in ("{", "[") or len(text) > _LONGEST_LITERAL or "'paper'" not in text[:200]:
        return []
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return Note("an object kept as text that breaks off or is damaged")


def _salvaged(text: str, error: Exception) -> Iterator[Entry]:
    """Yield the papers of the objects that are whole in a broken document."""
    decoder = json.JSONDecoder()
    position, failures, found = 0, 0, 0
    while failures < _MOST_FAILURES and (position := text.find("{", position)) >= 0:
        try:
            item, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            failures, end = failures + 1, position + 1
            item = None
        for entry in papers_in(item) if item is not None else ():
            found += isinstance(entry, Found)
            yield entry
        position = end
    place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "a place nested too deep"
    yield Note(f"The JSON breaks off or is damaged at {place} ({found} whole papers were read): save the file again.")


# ----------------------------------------------------------------------------------------------------
# JSON lines: one object a line, each read by itself, so that a bad line costs no other and no file is too long.


def parse_jsonl(content: Content) -> Iterator[Entry]:
    """Yield a record for every line that holds one, and a line of the receipt for every other."""
    for number, line in content.lines():
        if line is None:
            yield passed_over(number, "", f"a line of more than {LONGEST_LINE >> 20} MB")
        elif line.strip():
            yield from _entries(number, line)


def _entries(number: int, line: str) -> Iterator[Entry]:
    """Yield the paper that a line is, else those that stand deeper in it."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        yield passed_over(number, line, f"not JSON: {str(error)[:80]}")
        return
    if not isinstance(data, dict):
        yield passed_over(number, line, 'not an object such as {"title": …, "abstract": …}')
        return
    found = [replace(entry, line=number) for entry in papers_in(data)]
    if not found and has_title_field(item := flattened(data)):
        found = [Found(record_from(item), number)]
    yield from found or [passed_over(number, line, 'no "title" in it')]
