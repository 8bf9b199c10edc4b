"""JSON documents: the daily-papers API's answers in every shape that they were saved in, and any list of papers.

Papers are looked for at any depth; objects kept as text (of JSON or of Python, once or twice quoted) are unpacked.
Of a document that breaks off, the whole objects before the break are read.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from rag.pages.content import Content
from rag.pages.entries import Entry, Found, Note, passed_over
from rag.pages.fields import has_title_field, record_from
from rag.pages.services import plain

_MOST_FAILURES = 20
"""Times that a broken document is tried anew, so that reading it stays linear."""
_LONGEST_LITERAL = 1 << 20
_BODY = ("abstract", "summary", "text", "ai_summary", "authors", "author", "abstractNote", "creators", "publishedAt")


def parse_json(content: Content) -> Iterator[Entry]:
    """Yield the papers of a JSON document."""
    text = content.text()
    try:
        yield from papers_in(json.loads(text))
    except (ValueError, RecursionError) as error:
        yield from _salvaged(text, error)


def papers_in(data: Any) -> Iterator[Entry]:
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
            if has_title_field(item) and any(item.get(name) for name in _BODY):
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
