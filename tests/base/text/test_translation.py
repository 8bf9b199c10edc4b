"""Questions in other languages, put into English word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.base.text.languages import in_english


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("¿Cómo se entrenan los modelos de lenguaje?", {"training", "language"}),
        ("Wie lernt ein Roboter aus Videos?", {"learn", "robot", "video"}),
        ("Comment entraîner un modèle avec peu de données ?", {"training", "data"}),
        ("哪些论文研究强化学习?", {"reinforcement", "learning"}),
        ("Welche Trainingsdaten werden verwendet?", {"training", "data"}),
        ("Welche Benchmarks messen kulturelle Werte?", {"benchmark", "measure", "cultural", "values"}),
        ("Que mesure KorNAT ?", {"measure", "kornat"}),
        ("sesgo cultural en modelos", {"cultural", "model"}),
    ],
)
def test_terms_come_out_in_english(question: str, held: set[str]) -> None:
    words = {word.rstrip("s") for word in in_english(question).casefold().split()}
    stems = {word[:5] for word in words}
    assert {word[:5] for word in held} <= stems


@pytest.mark.parametrize(
    "question",
    [
        "How many papers are on robots?",
        "DPO vs PPO",
        "diffusion on graphs",
        "attention compression distillation",
        "Is die casting in it?",
        "asdf qwer",
        "",
        "価値観に関する論文は?",
    ],
)
def test_what_is_english_or_in_no_table_stays_as_it_is(question: str) -> None:
    assert in_english(question) == question


def test_names_and_numbers_stay() -> None:
    said = in_english("¿Cuánto mejora GPT-4 en GSM8K con 16 ejemplos?").split()
    assert {"GPT-4", "GSM8K", "16"} <= set(said)


@given(st.text(max_size=80))
def test_any_text_has_an_english(text: str) -> None:
    assert isinstance(in_english(f"¿{text}"), str)


def test_points_of_the_compass_are_one_word_as_in_abstracts() -> None:
    assert in_english("Which benchmarks cover South-East Asia and the north west?") == (
        "Which benchmarks cover SouthEast Asia and the northwest?"
    )
    assert in_english("South and East Asia") == "South and East Asia"


def test_a_name_stays_as_it_is_however_near_a_word_it_is() -> None:
    assert "NormAd" in in_english("¿Qué es NormAd y cuántos países cubre?")
