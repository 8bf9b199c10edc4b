import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.base.text.sentences import split_sentences
from tests.timing import grows_linearly


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def test_two_sentences_are_two_spans() -> None:
    assert split_sentences(" One. Two! ") == ((1, 5), (6, 10))


@pytest.mark.parametrize(
    "sentence",
    [
        "Smith et al. (2020) and Doe et al. [3] agree.",
        "Some, e.g. the first, i.e. 3.5 vs. 4.1 of Fig. 2, approx. 7 in Sec. 4, stay.",
        "J. K. Doe of the U.S. team met Dr. Who.",
        "It has (1) speed; (2) size, and (iii) taste.",
        "Code is at https://example.org/a.b?c=d. ",
        "Let $f(x) = a. B$ hold.",
        "It fell (as Model 2. It was cut) at once.",
        "We ask: do models lie? and how?",
        "1. First of all.",
        "On scikit-learn v1.2 it gains 3.5% w.r.t. the baseline.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert sentences(sentence) == [sentence.strip()]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It was shown by Smith et al. We extend it.", 2),
        ("We use GPT-4, BERT, etc. However, they fail.", 2),
        ("It is fast. (i) We train. (ii) We test.", 3),
        ("We pay $5. They pay $6.", 2),
        ("Is it so? Yes! It is.", 3),
        ('They said "no." Then they left.', 2),
        ("It holds.We prove it.", 2),
        ("We train. mBERT wins. iPhones too.", 3),
        ("the flow is slow . the shock is not .", 2),
        ("It grows with the CofA. The rest is in 2019. No one knows.", 3),
        ("一句话。两句话。", 2),
        ("No end\n\nAnother paragraph", 2),
        ("See the project page. https://example.org", 2),
    ],
)
def test_sentences_are_told_apart(text: str, count: int) -> None:
    assert len(sentences(text)) == count, sentences(text)


@given(st.text(alphabet="aA1 .!?()[]$\"'\n。e.g"))
def test_spans_cover_all_that_is_not_white_space(text: str) -> None:
    spans = split_sentences(text)
    position = 0
    for start, end in spans:
        assert not text[position:start].strip()
        assert start < end
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@pytest.mark.parametrize("junk", ["(", "a. ", ". ", "$a", ".", "e.g. ", "1. ", "'' ", "\n \n", '" ', "(a. b) ", "A.B."])
def test_time_grows_with_length_and_not_with_its_square(junk: str) -> None:
    assert grows_linearly(lambda times: split_sentences(junk * times), 8_000)
