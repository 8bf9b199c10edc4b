from rag.nouns import FileReceipt, Previewed, Receipt, Skipped
from rag.page.add_html import progress_html, receipt_html


def test_a_preview_by_hand():
    file = FileReceipt(
        "/tmp/x/day.txt", "listing-text", 2, (Skipped(3, "<b>Ad</b>", "no title"),), ("one twice",), {"date": 2}
    )
    assert receipt_html(Receipt(2, 1, 0, 1, (file,)), stored=False) == (
        '<div class="receipt" role="status"><p class="sum"><strong>2 papers found:</strong> 1 new, 1 unchanged. '
        "Nothing is stored yet.</p><section><p><strong>day.txt</strong> "
        '<span class="about">listing-text · 2 records · 2 without date</span></p><ul><li>one twice</li></ul>'
        "<details><summary>Passed over: 1</summary><ul><li>Line 3: no title. "
        '<span class="about">&lt;b&gt;Ad&lt;/b&gt;</span></li></ul></details></section></div>'
    )


def test_no_paper_is_said_plainly():
    assert "No paper was found." in receipt_html(Receipt(0, 0, 0, 0), stored=False)


def test_what_is_unsure_is_offered_in_one_message():
    file = FileReceipt("a.txt", "listing-text", 0, papers=(Previewed(1, "Fish", "They swim.", is_sure=False),))
    told = receipt_html(Receipt(0, 0, 0, 0, (file,)), stored=False)
    assert "Tick below what is a paper." in told
    assert "No paper was found" not in told


def test_progress_has_a_bar_where_the_end_is_known():
    assert '<progress max="9" value="3"' in progress_html("embedding", 3, 9)
    assert "Reading 500 …" in progress_html("reading", 500, 0)
