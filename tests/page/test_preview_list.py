"""What a preview on the page lets a person do, without a browser: the list, and what is stored of it."""

from __future__ import annotations

from rag.nouns import FileReceipt, Previewed, Receipt
from rag.page.add_html import MOST_SHOWN, Preview

ONE = Previewed(1, "First", "An abstract. " * 30, line=3)
TWO = Previewed(2, "Second", "")
DOUBT = Previewed(3, "Menu", "About this site.", is_sure=False)
LISTED = Preview.of(Receipt(2, 2, 0, 0, (FileReceipt("a.txt", "listing-text", 2, papers=(ONE, TWO, DOUBT)),)))


def test_every_title_stands_with_the_first_words_of_its_abstract() -> None:
    lines = [line for line, _ in LISTED.choices()]
    assert lines[0].startswith("1. First: An abstract. An abstract.")
    assert lines[0].endswith("…")
    assert lines[1:] == ["2. Second: (no abstract)", "3. (not sure to be a paper) Menu: About this site."]


def test_what_is_sure_is_ticked_and_what_is_not_waits_for_a_yes() -> None:
    assert LISTED.sure() == [1, 2]
    assert LISTED.selection([1, 2]).left_out == {3}
    assert LISTED.selection([1, 2, 3]).left_out == set()
    assert LISTED.selection([]).left_out == {1, 2, 3}


def test_a_mended_paper_is_shown_and_stored_as_mended() -> None:
    mended = LISTED.mend(2, "Second, mended", "A text.").mend(2, "Second, mended again", "A text.")
    assert mended.text(2) == ("Second, mended again", "A text.")
    assert mended.choices()[1] == ("2. Second, mended again: A text.", 2)
    assert mended.selection([1, 2]).mended == ((2, "Second, mended again", "A text."),)


def test_papers_beyond_the_list_are_added_unless_unsure() -> None:
    many = tuple(Previewed(n, f"T{n}", "", is_sure=n % 2 == 0) for n in range(1, MOST_SHOWN + 11))
    left_out = Preview(many).selection([]).left_out
    assert MOST_SHOWN + 1 in left_out
    assert MOST_SHOWN + 2 not in left_out
