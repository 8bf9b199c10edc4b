"""LaTeX in running text: what it is shown as and found by, while what is stored stays as it was written."""

import pytest

from rag.base.text.latex import has_commands, searchable
from rag.nouns import Paper
from rag.page.latex import to_html


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"Fr\'echet and \^O \u{A}n", "Fréchet and Ô Ăn"),
        (r"\textbf{R}etrieval \underline{O}ver", "Retrieval Over"),
        (r"5\% of V\&L, Fr\_core", "5% of V&L, Fr_core"),
        (r"called \sys for short", r"called \sys for short"),
        (r"in C:\new\folder", r"in C:\new\folder"),
        (r"$\alpha$-divergence only", r"$\alpha$-divergence only"),
        ("set {a, b} -- and ``this''", "set {a, b} -- and ``this''"),
        (r"\ldots and more", "… and more"),
        (r"\emph{not closed", "not closed"),
    ],
)
def test_a_text_is_found_by_the_words_that_its_latex_means(written: str, shown: str) -> None:
    assert searchable(written) == shown


def test_formulas_alone_are_no_commands() -> None:
    assert not has_commands(r"We set $\alpha_{i}$ and \(\beta\) to one.")
    assert has_commands(r"We set $\alpha_{i}$ \emph{once}.")


def test_the_page_shows_text_commands_as_text_and_escapes_what_is_left() -> None:
    assert to_html(r"Fr\'echet <b> \emph{x} $\alpha$") == ('Fréchet &lt;b&gt; <em>x</em> <span class="math">α</span>')


def test_a_sentence_is_quoted_as_it_is_stored() -> None:
    abstract = r"We use the Fr\'echet distance. It is 5\% less."
    paper = Paper("a", "T", abstract, sentences=((0, 30), (31, len(abstract))))
    assert paper.sentence(1) == r"We use the Fr\'echet distance."
