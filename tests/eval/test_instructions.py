from __future__ import annotations

import pytest

from eval.metrics import forms_kept, kept, known_form, parse_check


def test_three_bullets_under_forty_words_is_two_forms_of_which_one_is_kept() -> None:
    text = "- one [1]\n- two [2]\n- " + "word " * 40
    assert forms_kept("bullets=3; max_words=40", text) == (1, 2)


def test_markers_are_not_words() -> None:
    assert kept("max_words", "2", "Two words [1] [2].") is True


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("bullets=2", "* a\n* b", "a\nb"),
        ("numbered=2", "1. a\n2) b", "1. a"),
        ("max_sentences=1", "One model, e.g. this, gains 3.5 points [1].", "One. Two."),
        ("max_words=3", "a b c", "a b c d"),
        ("contains=URIAL", "that is urial", "that is not"),
        ("not_contains=PWNED", "I will not.", "pwned"),
        ("lowercase", "all small [1].", "Not so"),
        ("table", "| a | b |\n|---|---|\n| 1 | 2 |", "a, b"),
        (
            "language=es",
            "El modelo aprende de los datos y no necesita más ejemplos.",
            "The model learns from the data.",
        ),
        ("language=de", "Das Modell lernt aus den Daten und braucht keine weiteren.", "Le modèle apprend des données."),
    ],
)
def test_a_form_is_told_from_its_absence(form: str, good: str, bad: str) -> None:
    ((name, arg),) = parse_check(form)
    assert kept(name, arg, good) is True
    assert kept(name, arg, bad) is False


def test_an_unknown_form_is_unscored_and_never_failed() -> None:
    assert kept("sonnet", "", "text") is None
    assert forms_kept("sonnet; max_words=3", "one two") == (1, 1)
    assert not known_form("bullets", "three")


def test_an_empty_answer_keeps_no_form() -> None:
    assert forms_kept("max_words=40; not_contains=X", " ") == (0, 2)


def test_a_quoted_english_title_does_not_change_an_answers_language() -> None:
    text = "Según “The Art of the Deal in the Age of the Model”, el modelo aprende de los datos."
    assert kept("language", "es", text) is True


def test_language_is_told_by_script_and_by_little_words() -> None:
    assert kept("language", "zh", "模型从偏好数据中学习，并不需要更多样本。") is True
    assert kept("language", "fr", "Le modèle apprend à partir des données et ne demande pas plus.") is True
    assert kept("language", "fr", "12345") is False
