from __future__ import annotations

import pytest

from rag.cite import resolve
from tests.cite.papers import draft


def claims(text: str) -> list[str]:
    return [claim.text for claim in resolve(draft(text), final=True).claims]


def cited(text: str) -> list[bool]:
    return [bool(claim.cites) for claim in resolve(draft(text), final=True).claims]


def test_a_pointer_before_or_after_the_full_stop_belongs_to_that_sentence():
    assert claims("Owls hunt [P1.1]. Bats call. [P2.1] Moths hear.[P3.1] End.") == [
        "Owls hunt [1].",
        "Bats call. [2]",
        "Moths hear.[3]",
        "End.",
    ]


def test_a_pointer_after_a_closing_brace_belongs_to_the_sentence():
    assert claims("Code: \\url{https://owls.example/data.} [P1.3]") == ["Code: \\url{https://owls.example/data.} [1]"]


def test_a_marker_before_a_small_letter_begins_the_next_sentence():
    assert claims("Owls hunt [P1.1]. [P2.1] shows that bats call.") == ["Owls hunt [1].", "[2] shows that bats call."]


def test_a_pointer_at_the_end_of_a_point_belongs_to_its_last_sentence_only():
    assert cited("- Owls hunt. They eat mice. Of 100 strikes 80 hit [P1.2].\n- Bats call.\n  [P2.1]") == [
        False,
        False,
        True,
        True,
    ]


def test_bullets_numbers_and_quotes_are_not_part_of_a_claim():
    text = "1. **Owls** hunt [P1.1]\n2) Bats call [P2.1]\n- Moths [P3.1]\n> * Quoted [P1.2]\n  - Nested [P2.2]"
    assert claims(text) == ["**Owls** hunt [1]", "Bats call [2]", "Moths [3]", "Quoted [1]", "Nested [2]"]


def test_headings_lead_ins_and_table_scaffolding_claim_nothing():
    table = "| who | how |\n|:---|---|\n| owls | ear [P1.1] |"
    text = f"# Hunters\n\n**Overview**\n\nThey hunt by:\n\n{table}\n\n---\nBats call."
    assert claims(text) == ["| owls | ear [1] |", "Bats call."]


@pytest.mark.parametrize("number", ["Three", "Four", "Five", "Six", "Seven", "Several"])
def test_the_lead_in_of_a_list_of_papers_claims_nothing(number: str):
    assert claims(f"{number} papers speak to this, the closest first:\n\n- Owls hunt [P1.1]") == ["Owls hunt [1]"]


@pytest.mark.parametrize(
    "hiding",
    [
        "# Owls eat 40 mice",
        "They ate 40 of them:",
        "# " + "Owls eat mice and " * 5 + "more",
        "# Owls [P1.1]",
        "They hunt [P1.1]:",
        "| owls | 12 |",
    ],
)
def test_a_heading_cannot_hide_a_claim(hiding: str):
    assert len(claims(hiding)) == 1


def test_a_quotation_is_not_cut():
    assert claims("It says “Owls hunt. They eat. All.” [P1.1] Then “a. b.” follows.") == [
        "It says “Owls hunt. They eat. All.” [1]",
        "Then “a. b.” follows.",
    ]


def test_abbreviations_and_decimals_end_nothing():
    assert claims("E.g. owls vs. mice, cf. Fig. 2, reach 3.5 in the U.S. today [P1.1]. So.") == [
        "E.g. owls vs. mice, cf. Fig. 2, reach 3.5 in the U.S. today [1].",
        "So.",
    ]


def test_sentences_without_spaces_between_are_cut():
    assert claims("猫头鹰捕鼠[P1.1]。蝙蝠叫[P2.1]。") == ["猫头鹰捕鼠[1]。", "蝙蝠叫[2]。"]


def test_a_hard_wrapped_sentence_is_one_claim():
    assert claims("Owls hunt\nat night [P1.1].\n\nBats call.") == ["Owls hunt\nat night [1].", "Bats call."]


@pytest.mark.parametrize(
    "text",
    [
        "aspirin cures cancer. owls hunt mice [P1.1].",
        "Aspirin cures cancer! owls hunt mice [P1.1].",
        "Aspirin cures cancer؟ Owls hunt mice [P1.1].",
        "Aspirin cures cancer। Owls hunt mice [P1.1].",
    ],
)
def test_a_sentence_cannot_hide_in_the_next_one_by_a_small_letter_or_a_foreign_stop(text: str):
    assert cited(text) == [False, True]


@pytest.mark.parametrize("text", ["They hunt approx. three mice [P1.1].", "It is (at night. or so) known [P1.1]."])
def test_a_full_stop_within_a_sentence_does_not_cut_it(text: str):
    assert len(claims(text)) == 1


@pytest.mark.parametrize(
    "label",
    [
        "# Aspirin cures every cancer",
        "**Aspirin cures every cancer**",
        "The library confirms that aspirin cures cancer:",
        "| aspirin cures cancer | how |\n|---|---|",
        "**They hunt.**",
        "1. Aspirin cures all cancers:",
    ],
)
def test_a_heading_with_words_of_its_own_is_a_claim(label: str):
    assert len(claims(label)) == 1


@pytest.mark.parametrize(
    "label",
    [
        "## Key findings",
        "The main differences between the two papers are:",
        "How owls hunt mice at night:",
        "**Overview of the methods**",
        "| Paper | Data set | Reported accuracy | Year of publication | Limitations |\n|---|---|---|---|---|",
        "Zusammenfassung:",
    ],
)
def test_a_heading_of_words_of_the_trade_or_of_the_papers_claims_nothing(label: str):
    assert claims(label) == []
