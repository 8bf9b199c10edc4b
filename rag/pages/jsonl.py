"""JSON lines: one object a line, each read by itself, so that a bad line costs no other and no file is too long."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rag.pages.content import LONGEST_LINE, Content
from rag.pages.daily import flattened
from rag.pages.entries import Entry, Found, passed_over
from rag.pages.fields import has_title_field, record_from


def parse_jsonl(content: Content) -> Iterator[Entry]:
    """Yield a record for every line that holds one, and a line of the receipt for every other."""
    for number, line in content.lines():
        if line is None:
            yield passed_over(number, "", f"a line of more than {LONGEST_LINE >> 20} MB")
        elif line.strip():
            yield _entry(number, line)


def _entry(number: int, line: str) -> Entry:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        return passed_over(number, line, f"not JSON: {str(error)[:80]}")
    if not isinstance(data, dict):
        return passed_over(number, line, 'not an object such as {"title": …, "abstract": …}')
    data = flattened(data)
    if not has_title_field(data):
        return passed_over(number, line, 'no "title" in it')
    return Found(record_from(data), number)
