from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.audit.numbers import missing_numbers, numbers


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It holds 250K pairs", "It holds 250,000 pairs."),
        ("It holds 250,000 pairs", "It holds 250k pairs."),
        ("7B parameters", "a 7-billion parameter model"),
        ("7 billion parameters", "Llama-2-7B"),
        ("1.5 million", "1,500,000 images"),
        ("2 million", "two million images"),
        ("a 3x gain", "three times faster"),
        ("twenty-five tasks", "25 tasks"),
        ("25 tasks", "twenty-five tasks"),
        ("three datasets", "on 3 datasets"),
        ("205 items", "two hundred and five items"),
        ("89% of them", "0.89 of them"),
        ("89.10%", "89.1%"),
        ("60-70%", "from 60% to 70%"),
        ("between 60 and 70", "60–70"),
        ("On 22 August 2025", "Date: 2025-08-22."),
        ("un 3,5% más", "3.5% more"),
        ("1.234 Bilder", "1,234 images"),
        ("25万张图片", "250,000 images"),
        ("GPT-4 and Llama-3.1-8B and top-5 F1", "nothing of the kind"),
        ("It has (1) speed and (2) size", "It has speed and size"),
        ("One of them is good", "They are good"),
        ("It is 2x as fast", "It doubles the speed"),
        ("half of 12", "half of a dozen"),
        ("50% of them", "half of them"),
        ("the 3rd place", "the third place"),
        ("10^5 steps", "10^{5} steps"),
        ("7,453,853 pairs", "7453853 pairs"),
        ("7453853 pairs", "7,453,853 pairs"),
        ("1.5 of 7,453,853 and 7,453,843: 10 more", "1.5 of 7,453,853 and 7,453,843"),
        ("in {-1,0,1}", "one of -1, 0, and 1"),
        ("of sizes 64,128,256", "of sizes 64, 128 and 256"),
        ("1.2,3.4,5", "values 1.2,3.4,5"),
        ("Python 3.10.1 of 17.05.2024", "of 17.05.2024, in Python 3.10.1"),
    ],
)
def test_the_same_number_in_another_dress_is_found(claim: str, evidence: str):
    assert missing_numbers(claim, evidence) == ()


@pytest.mark.parametrize(
    ("claim", "evidence", "missing"),
    [
        ("It reaches 81%", "It reaches 80%.", ("81%",)),
        ("250K pairs", "25,000 pairs", ("250k",)),
        ("three datasets", "five datasets", ("three",)),
        ("3 of 40 in 2024", "3 of 41 in 2023", ("40", "2024")),
        ("1,234 images", "1,243 images", ("1,234",)),
        ("a 7B model", "a 70B model", ("7b",)),
        ("3.5 points", "35 points", ("3.5",)),
        ("5x", "50", ("5",)),
        ("7,453,853 pairs", "7,453,858 pairs", ("7,453,853",)),
        ("1,000,000 images", "1.0 of 10 images", ("1,000,000",)),
        ("in {-1,0,1}", "either 0 or 2", ("1,0,1",)),
        (f"{10**29 + 1} atoms", f"{10**29} atoms", (str(10**29 + 1),)),
    ],
)
def test_another_number_is_missing(claim: str, evidence: str, missing: tuple[str, ...]):
    assert missing_numbers(claim, evidence) == missing


def test_a_claim_may_count_the_papers_it_cites():
    assert missing_numbers("Two papers study it", "We study it", counted=2) == ()
    assert missing_numbers("Two papers study it", "We study it", counted=3) == ("two",)


@given(st.integers(2, 10**15))
def test_a_number_is_found_in_its_own_text_however_it_is_grouped(value: int):
    assert missing_numbers(f"It has {value} parts.", f"There are {value:,} parts.") == ()
    assert missing_numbers(f"It has {value:,} parts.", f"There are {value} parts.") == ()


@given(st.integers(2, 10**6), st.integers(2, 10**6))
def test_two_integers_are_told_apart(first: int, second: int):
    assert bool(missing_numbers(f"It has {first} parts.", f"It has {second} parts.")) == (first != second)


@pytest.mark.parametrize("text", ["F1,0.85 is the best.", "B0,0.1 and v2,3.5", "GPT-4,0.9"])
def test_a_number_behind_the_digit_of_a_name_stands_in_its_own_text(text: str):
    assert missing_numbers(text, text) == ()


LIKE_NUMBERS = st.text(st.sampled_from("0123456789,.,.+-%^e ٣²½/:kmb"), max_size=80)
"""What digits, separators, scales and other scripts can be put together to."""


@given(st.lists(LIKE_NUMBERS | st.sampled_from(["one", "million", "twenty", "-1,0,1", "9" * 30]), max_size=8))
def test_whatever_is_written_like_a_number_is_read_and_stands_in_its_own_text(parts: list[str]):
    text = " ".join(parts)
    list(numbers(text))
    assert missing_numbers(text, text) == ()
    missing_numbers(text, "7,453,853 of -1,0,1")


@given(st.text(max_size=300))
def test_every_text_supports_its_own_numbers(text: str):
    list(numbers(text))
    assert missing_numbers(text, text) == ()


EVIDENCE = "The best model achieves 81.8% accuracy, lagging behind the 95.6% of humans on 12 tasks and 5 languages."


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ("81.8% against 95.6%, 13.8 points behind", ()),
        ("13.8 points behind 95.6%", ("13.8",)),
        ("81.8% against 95.6%, 13.9 points behind", ("13.9",)),
        ("12 tasks, 5 languages, 7 models", ("7",)),
    ],
)
def test_a_difference_is_found_where_both_its_numbers_stand_beside_it(claim: str, missing: tuple[str, ...]):
    assert missing_numbers(claim, EVIDENCE) == missing
