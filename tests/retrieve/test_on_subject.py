"""What a paper must hold to be on a subject."""

from __future__ import annotations

import pytest

from rag.base.text.titles import holds
from rag.retrieve.on_subject import needed


@pytest.mark.parametrize(
    ("topic", "names"),
    [
        ("results with GPT-4 or LLaMA", ("GPT-4", "LLaMA")),
        ("World Values Survey", ("World Values Survey",)),
        ("REM's representations", ("REM",)),
        ("dimensions of Hofstede's", ("Hofstede",)),
        ("training-free alignment", ("training-free",)),
        ("reward hacking", ()),
    ],
)
def test_names_and_compounds_of_a_subject_must_be_there(topic: str, names: tuple[str, ...]) -> None:
    assert needed(topic).names == names


@pytest.mark.parametrize(
    ("phrase", "text", "held"),
    [
        ("World Values Survey", "the World Value Survey of 2022", True),
        ("LLMs", "An LLM reads.", True),
        ("GANs", "A GAN paints.", True),
        ("training-free", "It is training free.", True),
        ("bias", "Biases of models", True),
        ("news", "A new method", False),
        ("PAS", "The tests pass.", False),
    ],
)
def test_a_phrase_is_held_with_each_word_in_the_singular_or_the_plural(phrase: str, text: str, held: bool) -> None:
    assert holds(text, phrase) is held
