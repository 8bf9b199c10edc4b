import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.page.latex import to_html


def shown(text: str) -> str:
    """Return what a person reads: the HTML without its tags."""
    return re.sub(r"<[^>]+>", "", to_html(text))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("$10^{4}$ dialogues", '<span class="math">10<sup>4</sup></span> dialogues'),
        (r"$\alpha_i \leq 3$", '<span class="math">α<sub>i</sub> ≤ 3</span>'),
        (r"\(\frac{1}{2}\)", '<span class="math">1⁄2</span>'),
        (r"$\mathbb{R}^d$", '<span class="math">R<sup>d</sup></span>'),
        (r"$\text{F}_1 = 90\%$", '<span class="math">F<sub>1</sub> = 90%</span>'),
        (r"\textit{in vivo} and 5\%", "<em>in vivo</em> and 5%"),
    ],
)
def test_what_abstracts_hold_by_hand(text: str, html: str):
    assert to_html(text) == html


@pytest.mark.parametrize("text", ["$5 and $10", "costs $5", "a $ b $ c", "US$ 3 to US$ 4"])
def test_money_is_no_formula(text: str):
    assert to_html(text) == text


@pytest.mark.parametrize("text", [r"$\unknown{x}$", "$x^$", "${x$", "$x}$"])
def test_what_is_not_understood_is_shown_as_written(text: str):
    assert to_html(text) == f'<code class="math">{text}</code>'


@given(st.text(st.sampled_from("ab<>&\"'$\\^_{} alphfrct()1%"), max_size=60))
def test_nothing_but_our_own_tags_comes_out(text: str):
    html = to_html(text)
    tags = re.findall(r"<[^>]*>", html)
    assert set(tags) <= {
        '<span class="math">', "</span>", '<code class="math">', "</code>", "<sup>", "</sup>", "<sub>", "</sub>",
        "<em>", "</em>", "<strong>", "</strong>", "<span>",
    }  # fmt: skip
    assert "<" not in re.sub(r"<[^>]*>", "", html)
    assert html.count("<s") + html.count("<c") + html.count("<e") == len([t for t in tags if t[1] != "/"])


@given(st.text(st.characters(exclude_characters="$\\"), max_size=80))
def test_text_without_latex_stays_as_it_is(text: str):
    from html import unescape

    assert unescape(to_html(text)) == text
