from __future__ import annotations

import pytest

from rag.base.text.languages import differ, language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The owls of the wood are seen by us.", "en"),
        ("Los búhos del bosque no son los mismos.", "es"),
        ("Les hiboux de la forêt sont dans les arbres.", "fr"),
        ("Die Eulen und der Wald sind nicht für uns.", "de"),
        ("猫头鹰在夜间捕鼠", "east asian"),
        ("フクロウは夜に狩りをする", "east asian"),
        ("Совы охотятся ночью", "cyrillic"),
        ("GPT-4 beats Llama", None),
        ("", None),
    ],
)
def test_a_language_is_told_by_script_and_function_words(text: str, expected: str | None):
    assert language(text) == expected


def test_the_unknown_differs_from_nothing():
    assert not differ("GPT-4 beats Llama", "The owls of the wood are seen by us.")
