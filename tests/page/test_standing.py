"""The standing questions on the page: what is new, word for word, and nothing in it is mark-up."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from rag.kept import Finding, Standing
from rag.library import Library
from rag.nouns import CitedSentence
from rag.page.server import start
from rag.page.standing_panel import standing_html
from tests.page.conftest import Opener, free_port, to_library

EVIL = "<script>alert(1)</script> owls"


def test_what_is_new_is_shown_and_escaped() -> None:
    sentence = CitedSentence(1, 0, 9, EVIL)
    seen = Finding("a", "Seen before", "https://example.org/a", (sentence,), "2026-08-21T10:00:00+00:00", seen=True)
    bad = Finding("b", EVIL, "javascript:alert(1)", (sentence,), "2026-08-21T10:00:00+00:00")
    html = standing_html([Standing(1, EVIL, 0, (seen, bad)), Standing(2, "Why?", 0)])
    assert "Seen before" not in html
    assert "<script>" not in html
    assert "javascript:" not in html
    assert "1 new" in html
    assert "2. Why? · 0 new" in html
    assert "No question is kept yet" in standing_html([])


def test_a_question_is_kept_seen_and_forgotten(opened: Opener, empty: Library, tmp_path: Path) -> None:
    blocks, address = start(empty, port=free_port())
    try:
        page = opened(at=address)
        to_library(page)
        page.get_by_role("button", name="Standing questions").click()
        panel = page.locator("#standing")
        expect(panel).to_contain_text("No question is kept yet")
        page.get_by_label("Keep a question").fill("How high are the tides of a small sea?")
        keep = page.get_by_role("button", name="Keep", exact=True)
        box, button = page.get_by_label("Keep a question").bounding_box(), keep.bounding_box()
        assert box
        assert button
        assert abs(box["y"] + box["height"] - button["y"] - button["height"]) < 3
        keep.click()
        expect(panel).to_contain_text("1. How high are the tides of a small sea? · 0 new")
        file = tmp_path / "tides.jsonl"
        file.write_text('{"title": "Tides of a Sea", "abstract": "The tides of a small sea are 3.2 metres high."}\n')
        empty.add(file)
        page.get_by_role("button", name="Keep", exact=True).click()
        expect(panel).to_contain_text("The question is empty")
        page.get_by_label("Keep a question").fill("how high are the tides of a small sea?")
        page.get_by_label("Keep a question").press("Enter")
        expect(panel).to_contain_text("“The tides of a small sea are 3.2 metres high.”")
        page.get_by_role("button", name="Mark all as seen").click()
        expect(panel).to_contain_text("0 new")
        page.get_by_role("button", name="Forget How high are the tides of a small sea?").click()
        expect(panel).to_contain_text("No question is kept yet")
    finally:
        blocks.close(verbose=False)
