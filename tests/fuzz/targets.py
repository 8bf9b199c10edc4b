"""What is fuzzed: each target takes any bytes, and whatever it raises is a fault."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from rag.audit import audit
from rag.cite import resolve
from rag.intake import sources
from rag.intake.formats.listing import parse_listing
from rag.models.chat.replies import read_object
from rag.read.prompts import show
from rag.read.verdict import read_verdict
from tests.cite.papers import SHOWN, draft, passage

_PLACE = Path(tempfile.gettempdir()) / "abstract-qa-fuzz"


def pages(data: bytes) -> None:
    """Read a page, in whatever format it seems to be."""
    _PLACE.mkdir(exist_ok=True)
    (_PLACE / "page").write_bytes(data)
    for source in sources(_PLACE / "page"):
        for sighting in source.read().sightings:
            (sighting.record.title + sighting.record.abstract).encode()


def listing(data: bytes) -> None:
    """Read a saved listing page."""
    list(parse_listing(data.decode("utf-8", "replace")))


def pointers(data: bytes) -> None:
    """Resolve and audit a draft, and its beginning: citations name sentences that exist."""
    text = data.decode("utf-8", "replace")
    resolve(draft(text[: len(text) // 2]), final=False)
    whole = audit(resolve(draft(text), final=True))
    for claim in whole.claims:
        assert whole.text[claim.start : claim.end] == claim.text
        assert {cite.number for cite in claim.cites} <= {citation.number for citation in whole.citations}


def objects(data: bytes) -> None:
    """Read a model's JSON and its verdict."""
    text = data.decode("utf-8", "replace")
    read_object(text)
    read_verdict(text, final=len(text) % 2 == 0)


def budget(data: bytes) -> None:
    """Show any text within a budget."""
    text, most = data.decode("utf-8", "replace"), len(data) * 7 % 400 + 60
    evidence = show((passage("p", text[:40] or "t", text), *SHOWN), most)
    assert evidence.passages
    assert evidence.tokens <= most or len(evidence.passages) == 1


TARGETS: dict[str, Callable[[bytes], None]] = {
    "pages": pages, "listing": listing, "pointers": pointers, "objects": objects, "budget": budget,
}  # fmt: skip
SEEDS = (
    b"Owls [P1.1] hunt [P2.1, P2.2] mice (see P3.1). \xe3\x80\x90P2.4\xe3\x80\x91 [1][2] https://a.example",
    b'{"title": "A", "abstract": "B."}\n[{"paper": {"id": "2401.00001"}}]',
    b"<html><a href='x'>T</a><p>a</p></html><feed><entry><title>a</title></entry></feed>",
    b'@misc{a, title={b}}\nTY  - JOUR\nTI  - a\nER  - \ntitle,abstract\n"a",b\n',
    b"VERDICT: answers\n<think>a</think>\n```\n| a | b |\n|---|---|\n",
    b"A Title\n\nWe do a thing that is long enough.\n\n12 authors\nMay 3\n",
)
