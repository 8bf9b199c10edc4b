"""A reply that says the same over and over is told from one that is merely long."""

from __future__ import annotations

import pytest

from rag.models.chat.replies import without_repetition

POINTERS = " ".join(f"[P2.{number}]" for number in range(4, 60))


@pytest.mark.parametrize(
    ("reply", "once"),
    [
        (f"Owls are quiet. {POINTERS}", "Owls are quiet. [P2.4]"),
        ("Bats [P1.2]. " + "They hunt at night [P1.3]. " * 12, "Bats [P1.2]. They hunt at night [P1.3]."),
        ("Owls are quiet. " + "la " * 100, "Owls are quiet. la"),
        (
            "Owls.\n" + "- Owls hunt mice in the dark of the night.\n" * 9,
            "Owls.\n- Owls hunt mice in the dark of the night.",
        ),
    ],
)
def test_what_is_repeated_is_said_once(reply: str, once: str) -> None:
    assert without_repetition(reply) == once


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Owls hunt mice at night [P1.1]. They rest by day [P1.2]. Bats fly less in heavy rain [P2.1] [P2.2].",
        "| a | b |\n|" + "---|" * 60,
        "{" + ", ".join(f'"P{number}": {number % 3}' for number in range(60)) + "}",
        "\n".join(f"- Paper {number} measures {7 * number} owls [P{number}.1]." for number in range(1, 30)),
        "one two " * 3,
    ],
)
def test_what_is_merely_long_is_left(reply: str) -> None:
    assert without_repetition(reply) is None
