"""JSON and JSON lines: the daily-papers API, OpenAlex, Semantic Scholar, Crossref, OpenReview, Zotero, any export.

Papers are looked for at any depth; objects kept as text (of JSON or of Python, once or twice quoted) are unpacked. Of a
document that breaks off, the whole objects before the break are read; of lines, each by itself. Abstracts of OpenAlex
are inverted indexes.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from rag.intake.content import LONGEST_LINE, Content
from rag.intake.formats import Entry, FoundRecord, Note, passed_over
from rag.intake.formats.fields import found_in, has_title_field, tells_a_paper
from rag.nouns import Skipped

Item = Mapping[str, Any]
LONGEST_INDEX = 20_000
"""Words of an inverted index that are put in order; the longest abstracts have 10,000 characters."""
_MOST_FAILURES = 20
"""Times that a broken document is tried anew, so that reading it stays linear."""
_LONGEST_LITERAL = 1 << 20
NEEDED = "a record needs “title” and “abstract”, and may have “id”, “authors”, “date”, “url”, “venue”."


def flattened(item: Item) -> Item:
    """Return an object of a service as one flat object; any other object as it is."""
    paper = item.get("paper")
    if isinstance(paper, Mapping):
        outer = {key: value for key, value in item.items() if key not in ("paper", "summary", "id", "upvotes")}
        return _linked({**outer, **paper}, "https://huggingface.co/papers/", "id")
    if "title" in (content := _mapping(item.get("content"))):
        return _linked({**item, **content}, "https://openreview.net/forum?id=", "forum")
    if "authorships" in item or "abstract_inverted_index" in item:
        return _openalex(item)
    flat = {**item, **_mapping(item.get("externalIds"))}
    if isinstance(item.get("title"), list) and (subtitle := _list(item.get("subtitle"))):
        flat["title"] = f"{' '.join(map(str, item['title']))}: {subtitle[0]}"
    for name in ("author", "creators"):
        if name in item:
            flat[name] = [one for one in map(_person, _list(item[name])) if one is not None] or item[name]
    changes = [_mapping(one).get("type") for one in _list(item.get("updated-by"))]
    return {**flat, "retracted": True} if "retraction" in changes or "withdrawal" in changes else flat


def _linked(item: Item, page: str, key: str) -> Item:
    return {"url": f"{page}{item[key]}", **item} if isinstance(item.get(key), str) else item


def _openalex(item: Item) -> Item:
    places = [_mapping(one) for one in (item.get("primary_location"), *_list(item.get("locations")))]
    links = [link for place in places if isinstance(link := place.get("landing_page_url"), str)]
    return {
        **item,
        "abstract": _in_order(item.get("abstract_inverted_index")),
        "authors": [*_list(item.get("authorships")), *["et al."] * bool(item.get("is_authors_truncated"))],
        "arxiv": next((link for link in links if "arxiv.org" in link), None),
        "url": next(iter(links), None) or item.get("doi") or item.get("id"),
        "venue": places[0].get("source"),
    }


def _in_order(index: Any) -> str:
    """Return the text of an inverted index `{word: [places]}`."""
    at = {place: word for word, told in _mapping(index).items() for place in _list(told) if isinstance(place, int)}
    return " ".join(str(at[place]) for place in sorted(at)[:LONGEST_INDEX])


def _person(person: Any) -> Any:
    """Return an author, an organisation, which has one name alone, as CSL writes it; None for an editor."""
    told = _mapping(person)
    if told.get("creatorType", "author") not in ("author", "presenter", "programmer", "contributor"):
        return None
    return {"literal": told["name"]} if isinstance(told.get("name"), str) else person


def _mapping(value: Any) -> Item:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def parse_json(content: Content) -> Iterator[Entry]:
    """Yield the papers of a JSON document."""
    text = content.text()
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield from _salvaged(text, error)
        return
    nothing = Note(f"No paper was found in this JSON, {_shape(data)}: {NEEDED}")
    entries = papers_in(data)
    yield from chain([next(entries, nothing)], entries)


def _shape(data: Any) -> str:
    """Return what a document is, in words: its first names, or what its list holds."""
    if isinstance(data, list):
        return f"a list of {len(data)}{f', the first of them {_shape(data[0])}' if data else ''}"
    if not isinstance(data, dict):
        return f"no object but {data!r:.40}"
    return f"an object with {', '.join(f'“{name[:40]}”' for name in list(data)[:5]) or 'nothing in it'}"


def papers_in(data: Any) -> Iterator[FoundRecord | Skipped]:
    """Yield the papers that stand anywhere in `data`, in order."""
    left = [data]
    while left:
        node = left.pop()
        if isinstance(node, Mapping):
            item = flattened(node)
            if tells_a_paper(item):
                yield found_in(item)
            else:
                left.extend(reversed(list(node.values())))
        elif isinstance(node, (list, tuple)):
            left.extend(reversed(node))
        elif isinstance(node, str) and node.lstrip()[:1] in ("{", "[", '"'):
            try:
                left.append(_unpacked(node))
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                yield passed_over(None, node, "an object kept as text that breaks off or is damaged")


def _unpacked(text: str) -> Any:
    """Return what a text holds as JSON or as a Python literal; an empty list where it is just a text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        if text.lstrip()[:1] == '"' or len(text) > _LONGEST_LITERAL or "'paper'" not in text[:200]:
            return []
    with warnings.catch_warnings(action="ignore"):
        return ast.literal_eval(text.strip())


def _salvaged(text: str, error: Exception) -> Iterator[Entry]:
    """Yield the papers of the objects that are whole in a broken document."""
    decoder = json.JSONDecoder()
    position, failures, found = 0, 0, 0
    while failures < _MOST_FAILURES and (position := text.find("{", position)) >= 0:
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            failures, position, item = failures + 1, position + 1, None
        for entry in papers_in(item):
            found += isinstance(entry, FoundRecord)
            yield entry
    place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "a place nested too deep"
    yield Note(f"The JSON breaks off or is damaged at {place} ({found} whole papers were read): save the file again.")


def parse_jsonl(content: Content) -> Iterator[Entry]:
    """Yield a record for every line that holds one, and a line of the receipt for every other."""
    found = False
    for number, line in content.lines():
        if line is None:
            yield passed_over(number, "", f"a line of more than {LONGEST_LINE >> 20} MB")
        elif line.strip():
            for entry in _entries(number, line):
                found = found or isinstance(entry, FoundRecord)
                yield entry
    if not found:
        yield Note(f"No paper was found in these lines of JSON: {NEEDED}")


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
        found = [found_in(item, number)]
    yield from found or [passed_over(number, line, 'no "title" in it')]
