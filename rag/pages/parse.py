"""One parser a format: content in, entries out."""

from __future__ import annotations

from collections.abc import Iterator

from rag.nouns import Format
from rag.pages.content import Content
from rag.pages.entries import Entry
from rag.pages.jsonl import parse_jsonl
from rag.pages.listing import parse_listing


def parse(content: Content, format: Format) -> Iterator[Entry]:
    """Yield what `content`, which is of `format`, holds."""
    if format is Format.JSONL:
        yield from parse_jsonl(content)
    else:
        yield from parse_listing(content.text())
