from hypothesis import given
from hypothesis import strategies as st

from rag.base.text.titles import _normalise, is_generic, normalise_title, slug


def test_case_punctuation_and_white_space_are_folded() -> None:
    assert normalise_title("  What’s NEW?\n A State-of-the-Art  survey. ") == "whats new a state of the art survey"


def test_latex_mark_up_and_unicode_are_one_title() -> None:
    assert normalise_title(r"$\text{G}^2$RPO: Granular") == normalise_title("G2RPO - granular") == "g2rpo granular"
    assert normalise_title(r"M\"uller \& the $\beta$-VAE") == normalise_title("Müller and the β-VAE")
    assert normalise_title(r"$4\times4$ ﬁnite") == normalise_title("4×4 finite")


def test_signs_that_tell_names_apart_stay() -> None:
    assert len({normalise_title(name) for name in ("C", "C++", "C#")}) == 3


def test_titles_that_name_nothing_are_generic() -> None:
    for title in ("", " … ", "Abstract", "INTRODUCTION:", "Untitled 3", "paper", "N/A", "12", "X"):
        assert is_generic(title), title
    for title in ("Attention", "BERT", "Paper planes fly", "人工智能", "GPT-4"):
        assert not is_generic(title), title


def test_a_slug_is_short_ascii_and_cut_between_words() -> None:
    assert slug("Müller’s β-VAE: an Über-long title of many words that goes on") == (
        "mullers-beta-vae-an-uber-long-title-of-many"
    )
    assert slug("人工智能") == "paper"


@given(st.text())
def test_a_key_is_its_own_key(title: str) -> None:
    assert normalise_title(normalise_title(title)) == normalise_title(title)


@given(st.text(st.characters(max_codepoint=127, exclude_characters="&\\")))
def test_the_quick_way_gives_the_same_key(title: str) -> None:
    assert normalise_title(title) == _normalise(title)


@given(st.text(), st.integers(8, 60))
def test_a_slug_never_needs_quoting(title: str, length: int) -> None:
    short = slug(title, length)
    assert 0 < len(short) <= length
    assert all(char in "abcdefghijklmnopqrstuvwxyz0123456789-" for char in short)
