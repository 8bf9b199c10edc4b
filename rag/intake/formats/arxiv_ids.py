"""arXiv ids or links, one a line: papers that a person wants and whose titles and abstracts are fetched later."""

from __future__ import annotations

from collections.abc import Iterator

from rag.base.text.addresses import arxiv_id, canonical_url
from rag.intake.content import Content
from rag.intake.entries import Entry, Found, Note, passed_over
from rag.nouns import Record


def parse_ids(content: Content) -> Iterator[Entry]:
    """Yield a record without title and abstract for every id; what follows `#` is a remark."""
    found = 0
    for number, line in content.lines():
        text = (line or "").strip().partition(" #")[0].rstrip()
        if not text or text.startswith("#"):
            continue
        identifier = arxiv_id(text) if len(text) < 500 else None
        if identifier is None:
            yield passed_over(number, text, "neither an arXiv id nor a link to a paper")
            continue
        found += 1
        url = canonical_url(text) or f"https://arxiv.org/abs/{identifier}"
        yield Found(Record(title="", own_id=identifier, arxiv_id=identifier, url=url), number)
    kept = "1 arXiv id is" if found == 1 else f"{found:,} arXiv ids are"
    yield Note(f"{kept} kept as wanted: `abstract-qa enrich` fetches titles and abstracts.")
