"""Pointers that are one sentence off."""

from __future__ import annotations

from rag.audit import audit, placed
from rag.cite import Resolved, resolve
from rag.nouns import Support
from tests.cite.papers import draft


def cited(text: str) -> list[list[tuple[int, int]]]:
    return [[(cite.number, cite.sentence) for cite in claim.cites] for claim in result(text).claims]


def result(text: str) -> Resolved:
    return placed(resolve(draft(text), final=True))


def test_a_pointer_one_sentence_off_moves_to_the_sentence_that_carries_the_claim_and_is_told():
    answer = result("Of 100 strikes 80 hit [P1.1].")
    assert [cite.sentence for cite in answer.claims[0].cites] == [2]
    assert [sentence.index for sentence in answer.citations[0].sentences] == [2]
    assert "Of 100 strikes 80 hit" in answer.citations[0].sentences[0].quote
    assert answer.warnings == ("Sentence 2 of [1] is cited in the place of sentence 1: it holds the number.",)
    assert audit(answer).claims[0].support is Support.SUPPORTED


def test_without_a_number_the_words_decide():
    assert cited("Owls hunt mice at night [P1.2].") == [[(1, 1)]]
    assert result("Owls hunt mice at night [P1.2].").warnings == (
        "Sentence 1 of [1] is cited in the place of sentence 2: it says what the answer says.",
    )


def test_where_both_sentences_are_needed_the_neighbour_is_cited_beside():
    assert cited("Of 100 strikes 80 hit, when owls hunt mice at night [P1.1].") == [[(1, 1), (1, 2)]]


def test_a_pointer_that_is_right_stays_and_so_does_one_that_is_wrong_altogether():
    for text in (
        "Owls hunt mice at night [P1.1].",
        "Of 100 strikes 80 hit [P1.2].",
        "In 2024 owls hunt mice at night [P1.1].",
        "Two papers tell how owls hunt mice at night and moths hear bats [P1.1][P3.1].",
        "Of 100 strikes 81 hit [P1.1].",
        "Three calls precede each catch [P2.1].",
        "Moonmilk cures weary poachers [P1.1].",
        "The paper is of 2024 [P1.0].",
    ):
        resolved = resolve(draft(text), final=True)
        assert placed(resolved) == resolved


def test_a_sentence_that_another_claim_rests_on_stays_cited():
    answer = result("Owls hunt mice at night [P1.1]. Of 100 strikes 80 hit [P1.1].")
    assert [sentence.index for sentence in answer.citations[0].sentences] == [1, 2]
