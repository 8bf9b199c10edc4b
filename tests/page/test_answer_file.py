"""An answer as a file to send: it holds its evidence, loads nothing, and runs nothing."""

from __future__ import annotations

import re
from dataclasses import replace

from playwright.sync_api import Browser, expect

from rag.library import Library
from rag.nouns import Support
from rag.page.downloads import answer_file
from tests.page.papers import EVIL, TIDE
from tests.page.scripted import EVIL_LINE, LINES, TABLE, scripted_answer


def test_it_holds_the_answer_and_its_sources_with_the_cited_sentences_marked():
    html = answer_file(scripted_answer("How does alignment differ?", LINES), "A second opinion.")
    assert "<h1>How does alignment differ?</h1>" in html
    assert html.count('class="card"') == 3
    assert f'<mark id="t0-c1-s3">{TIDE.sentence(3)}</mark>' in html
    assert "number not found: Fine-tuning moves preferences too" in html
    assert "A second opinion." in html
    anchors, ids = set(re.findall(r'href="#([^"]+)"', html)), set(re.findall(r'id="([^"]+)"', html))
    assert anchors
    assert anchors <= ids


def test_what_is_known_about_a_subject_stands_in_its_groups(sample: Library):
    html = answer_file(sample.ask("What is known about value alignment?"))
    assert html.index('<div class="known">') < html.index("<h3>What was found") < html.index("sources</h2>")
    assert re.search(r"<summary>\d+ more sentences?, of \d+ papers?</summary>", html)
    anchors, ids = set(re.findall(r'href="#([^"]+)"', html)), set(re.findall(r'id="([^"]+)"', html))
    assert anchors <= ids
    assert "data-" not in html


def test_it_loads_and_runs_nothing():
    html = answer_file(scripted_answer("Compare", LINES, table=TABLE))
    assert not re.search(r"<(script|img|link|iframe|button|input)\b|\bsrc=|@import|url\(|data-do|\son\w+=", html)
    assert "default-src 'none'" in html


def test_hostile_text_stays_text():
    answer = scripted_answer(EVIL_LINE, ((EVIL_LINE, Support.SUPPORTED, ((EVIL, 1), (EVIL, 2))),))
    html = answer_file(replace(answer, warnings=(EVIL_LINE,), reader=EVIL_LINE), EVIL_LINE)
    assert not re.search(r"<(script|img|b)\b", html)
    assert 'href="javascript' not in html


def test_the_words_of_a_comparison_are_whole_and_its_foot_says_who_answered(browser: Browser, sample: Library):
    page = browser.new_page(viewport={"width": 700, "height": 900})
    page.set_content(answer_file(sample.ask("Compare NormAd and CulturalBench")))
    rows = page.get_by_role("rowheader")
    expect(rows.filter(has_text="availability")).to_be_visible()
    lines = "one => { const r = document.createRange(); r.selectNodeContents(one); return r.getClientRects().length; }"
    assert rows.filter(has_text="availability").evaluate(lines) == 1
    expect(page.locator("footer")).to_contain_text("Quoted by code, no model; 127 abstracts looked at")
    page.close()
