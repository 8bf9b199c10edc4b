"""The overview of the library: everything in it is escaped, and it stands in the library's tab."""

from __future__ import annotations

import json
from pathlib import Path

from rag.library import Library
from rag.page.overview_html import overview_html


def test_the_overview_tells_subjects_months_pages_and_what_came_last(sample: Library) -> None:
    digest = sample.digest()
    html = overview_html(digest)
    assert html.count("<circle") == len(digest.map)
    assert html.count('class="island"') == len(digest.topics)
    pages, months = {page for page, _ in digest.by_page}, {month for month, _ in digest.by_month}
    assert pages == {"alignment", "cultural-alignment", "value-alignment"}
    assert len(months) > 12
    assert [told for told in (*pages, *months) if told not in html] == []
    assert f"New with the last page: {len(digest.latest)}" in html


def test_a_title_with_markup_is_text_in_the_overview(empty: Library, tmp_path: Path) -> None:
    page = tmp_path / "evil.jsonl"
    line = {"title": "<script>alert(1)</script> owls", "abstract": "<b>Owls</b> hunt at night. They see."}
    page.write_text(json.dumps(line) + "\n", encoding="utf-8")
    empty.add(page)
    html = overview_html(empty.digest())
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_the_overview_of_an_empty_library_is_a_line(empty: Library) -> None:
    assert overview_html(empty.digest()) == '<p class="none">Nothing here yet.</p>'
