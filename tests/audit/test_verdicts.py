from __future__ import annotations

from dataclasses import replace

import pytest

from rag.audit import audit
from rag.cite import Resolved, resolve
from rag.nouns import Cite, Draft, Support
from tests.cite.papers import draft, passage


def audited(text: str) -> Resolved:
    return audit(resolve(draft(text), final=True))


def verdicts(text: str) -> list[Support]:
    return [claim.support for claim in audited(text).claims]


def test_words_of_the_cited_sentence_support_a_claim():
    (claim,) = audited("At night owls hunt mice [P1.1].").claims
    assert (claim.support, claim.score) == (Support.SUPPORTED, 1.0)


def test_a_wrong_source_finds_no_support():
    (claim,) = audited("At night owls hunt mice [P2.2].").claims
    assert (claim.support, claim.score) == (Support.NO_SUPPORT_FOUND, 0.0)


def test_a_swapped_number_is_not_found():
    assert verdicts("Of 100 strikes 81 hit [P1.2].") == [Support.NUMBER_NOT_FOUND]


def test_a_number_in_the_next_sentence_counts_and_one_further_away_does_not():
    assert verdicts("Bats call, for 50 kHz [P2.2].") == [Support.SUPPORTED]
    assert verdicts("Three bats call for 50 kHz [P2.4].") == [Support.NUMBER_NOT_FOUND]


def test_a_number_of_the_metadata_line_counts():
    assert verdicts("In 2024 owls hunt mice at night [P1.1].") == [Support.SUPPORTED]


def test_digits_of_markers_are_not_the_claims():
    assert verdicts("Owls hunt [P1.1]. Bats call [P2.1]. Moths hear bats from afar [P3.1].") == [Support.SUPPORTED] * 3


def test_a_sentence_without_a_pointer_is_uncited():
    assert verdicts("Owls hunt mice at night. They do [P9.9].") == [Support.UNCITED, Support.NOT_CHECKED]


def test_questions_and_sentences_without_content_are_not_checked():
    assert verdicts("Do owls hunt mice? Yes.") == [Support.NOT_CHECKED] * 2


def test_what_is_said_of_the_abstracts_is_uncited():
    assert verdicts("The abstracts do not say how owls sleep.") == [Support.UNCITED]


def test_a_false_quotation_finds_no_support_and_warns():
    answer = audited("They say “owls hunt mice at noon” [P1.1].")
    assert [claim.support for claim in answer.claims] == [Support.NO_SUPPORT_FOUND]
    assert answer.warnings == ("Quotation not found word for word: “owls hunt mice at noon”",)


@pytest.mark.parametrize(
    "quotation",
    ["Owls hunt mice at night.", "owls hunt … at night", "hunt\nmice at", "Owls hunt by ear", "hunt mice at night,"],
)
def test_a_true_quotation_is_found(quotation: str):
    answer = audited(f"Owls, they say, “{quotation}” [P1.1].")
    assert not answer.warnings
    assert answer.claims[0].support is Support.SUPPORTED


def test_a_term_in_quotation_marks_is_no_quotation():
    assert not audited("So “night mice” are hunted by owls [P1.1].").warnings


def test_another_language_is_not_checked_but_its_numbers_are():
    spanish = "Los búhos cazan los ratones por la noche con {} golpes [P1.2]."
    assert verdicts(spanish.format(80)) == [Support.NOT_CHECKED]
    assert verdicts(spanish.format(81)) == [Support.NUMBER_NOT_FOUND]
    assert verdicts("猫头鹰在夜间捕捉老鼠[P1.1]。") == [Support.NOT_CHECKED]


def test_a_claim_in_the_language_of_its_abstract_is_checked():
    shown = (passage("s", "Búhos", "Los búhos cazan los ratones por la noche con el oído y no con los ojos."),)
    answer = audit(resolve(Draft("Los búhos cazan por la noche con el oído [P1.1].", shown, "m"), final=True))
    assert answer.claims[0].support is Support.SUPPORTED


def test_numbers_alone_can_be_supported():
    assert verdicts("80 of 100 [P1.2].") == [Support.SUPPORTED]


def test_several_sources_are_taken_together():
    assert verdicts("Owls hunt mice while moths hear bats from afar [P1.1][P3.1].") == [Support.SUPPORTED]


def test_a_sentence_on_which_the_check_fails_is_not_checked_and_the_others_are():
    resolved = resolve(draft("Owls hunt mice at night [P1.1]. Bats call at 60 kHz [P2.1]."), final=True)
    broken = replace(resolved.claims[0], cites=(Cite(1, 99),))
    answer = audit(replace(resolved, claims=(broken, resolved.claims[1])))
    assert [claim.support for claim in answer.claims] == [Support.NOT_CHECKED, Support.NUMBER_NOT_FOUND]
    (warning,) = answer.warnings
    assert warning.startswith("Not checked: “Owls hunt mice at night [1].”; the check failed on it (IndexError(")


def test_the_audit_changes_nothing_else():
    resolved = resolve(draft("Owls hunt [P1.1]. Bats [P9.1]."), final=True)
    answer = audit(resolved)
    assert (answer.text, answer.citations, answer.markers) == (resolved.text, resolved.citations, resolved.markers)
    assert [(c.text, c.start, c.end, c.cites) for c in answer.claims] == [
        (c.text, c.start, c.end, c.cites) for c in resolved.claims
    ]
    assert all(claim.support is Support.NOT_CHECKED for claim in resolved.claims)


def test_a_true_quotation_with_words_of_the_trade_is_supported_and_one_with_a_claim_beside_it_is_not():
    assert verdicts("Its record reads: “Date: 2024-05-17.” [P1.0]") == [Support.SUPPORTED]
    assert verdicts("Moonmilk feeds weary poachers everywhere: “Date: 2024-05-17.” [P1.0]") == [
        Support.NO_SUPPORT_FOUND
    ]
    assert verdicts("Its record reads: “moonmilk”. [P1.0]") == [Support.NO_SUPPORT_FOUND]


@pytest.mark.parametrize("rider", [", and moonmilk cures weary poachers", " (so moonmilk cures weary poachers)"])
def test_a_falsehood_that_rides_on_a_true_half_of_a_sentence_finds_no_support(rider: str):
    truth = "Owls hunt mice at night, and of 100 strikes of these owls 80 hit"
    assert verdicts(f"{truth} [P1.1, P1.2].") == [Support.SUPPORTED]
    assert verdicts(f"{truth}{rider} [P1.1, P1.2].") == [Support.NO_SUPPORT_FOUND]
