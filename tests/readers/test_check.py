"""A second opinion on an answer, and the repair of a draft."""

from __future__ import annotations

import pytest

from rag.audit import audit
from rag.cite import resolve
from rag.nouns import Answer, Draft, Reason, Status, Usage
from rag.readers.check import SecondOpinion, Verdict, check
from rag.readers.endpoint import Endpoint
from rag.readers.repair import repair
from tests.endpoint_server import MODEL, PATIENT, EndpointServer, Turn
from tests.readers.papers import BATS, OWLS, passages

SHOWN = passages(OWLS, BATS)
TEXT = "Owls make 18 dB less noise than pigeons [P1.2]. I like owls. Bats call 90% more in rain [P2.1] [P2.2]."


def draft(text: str = TEXT) -> Draft:
    return Draft(text, SHOWN, MODEL, usage=Usage(10, 1))


def answer(text: str = TEXT) -> Answer:
    resolved = audit(resolve(draft(text), final=True))
    return Answer("Q?", "Q?", Status.ANSWERED, None, resolved.text, resolved.citations, resolved.claims)


def checked(reply: Turn | str) -> SecondOpinion:
    with EndpointServer([reply]) as server:
        return check(answer(), Endpoint(server.url, MODEL, timeout=PATIENT, backoff=0.01))


class TestCheck:
    def test_each_claim_that_cites_gets_an_opinion_with_its_reason(self) -> None:
        opinion = checked(
            '{"checks": [{"n": 1, "reason": "18 dB less than pigeons", "opinion": "supported"},'
            ' {"n": 2, "reason": "40% fewer", "opinion": "Contradicted"}]}'
        )
        assert [each.verdict for each in opinion.opinions] == [
            Verdict.SUPPORTED,
            Verdict.UNCHECKED,
            Verdict.CONTRADICTED,
        ]
        assert [each.reason for each in opinion.opinions] == ["18 dB less than pigeons", "", "40% fewer"]
        assert [each.claim for each in opinion.opinions] == list(answer().claims)
        assert (opinion.warnings, opinion.usage, opinion.model) == ((), Usage(1000, 50), MODEL)

    def test_a_model_sees_the_sentences_and_what_they_cite_and_nothing_else(self) -> None:
        with EndpointServer(["{}"]) as server:
            check(answer(), Endpoint(server.url, MODEL, timeout=PATIENT))
        prompt = server.requests[0]["messages"][1]["content"]
        assert prompt == (
            "1. Sentence: Owls make 18 dB less noise than pigeons.\n"
            "   Evidence: Quiet Wings: Owls at Night: Their wings make 18 dB less noise than those of pigeons.\n\n"
            "2. Sentence: Bats call 90% more in rain.\n"
            "   Evidence: Bats in the Rain: Bats fly less in heavy rain.\n"
            "   Evidence: Bats in the Rain: In 12 nights we counted 40% fewer calls."
        )

    @pytest.mark.parametrize(
        "reply",
        [
            "All is well, yes.",
            "{}",
            '{"checks": "yes"}',
            '{"checks": [1, {"n": 9, "opinion": "supported"}, {"n": 1, "opinion": "yes"}]}',
        ],
    )
    def test_what_cannot_be_read_is_unchecked_and_told(self, reply: str) -> None:
        opinion = checked(reply)
        assert {each.verdict for each in opinion.opinions} == {Verdict.UNCHECKED}
        assert "2 of 2" in opinion.warnings[0]

    def test_a_failing_endpoint_leaves_all_unchecked(self) -> None:
        opinion = checked(Turn(status=401))
        assert {each.verdict for each in opinion.opinions} == {Verdict.UNCHECKED}
        assert "could not be checked" in opinion.warnings[0]

    def test_an_answer_that_cites_nothing_needs_no_call(self) -> None:
        with EndpointServer([]) as server:
            check(answer("I like owls."), Endpoint(server.url, MODEL))
        assert server.requests == []


class TestRepair:
    def repaired(self, before: Draft, *replies: Turn | str) -> tuple[Draft, list[str]]:
        with EndpointServer(replies) as server:
            after = repair(before, Endpoint(server.url, MODEL, timeout=PATIENT, backoff=0.01))
        return after, server.prompts()

    def test_a_sentence_without_a_source_gets_one_and_it_is_told(self) -> None:
        before = draft("Owls are quiet [P1.2]. Bats fly less in heavy rain. So it is [P2.1].")
        after, prompts = self.repaired(before, "Bats fly less in heavy rain [P2.1].")
        assert after.text == "Owls are quiet [P1.2]. Bats fly less in heavy rain [P2.1]. So it is [P2.1]."
        assert "Bats fly less in heavy rain.”" in after.warnings[0]
        assert after.usage == Usage(1010, 51)
        assert prompts[0].endswith("Sentence to mend: Bats fly less in heavy rain.")

    def test_a_false_number_is_mended(self) -> None:
        after, _ = self.repaired(draft("Owls make 81 dB less noise [P1.2]."), "Owls make 18 dB less noise [P1.2].")
        assert after.text == "Owls make 18 dB less noise [P1.2]."
        assert "81 dB" in after.warnings[0]
        assert after.status is Status.ANSWERED

    def test_an_answer_that_loses_its_number_is_one_in_part(self) -> None:
        after, _ = self.repaired(draft("Owls make 81 dB less noise [P1.2]."), "Owls make less noise [P1.2].")
        assert (after.status, after.reason) == (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)

    def test_a_repairing_model_sees_the_papers_that_the_answer_cites(self) -> None:
        _, prompts = self.repaired(draft("Owls are quiet [P1.2]. Nobody knows who lives there."), "NONE")
        assert "P1 · " in prompts[0]

    @pytest.mark.parametrize(
        "reply",
        [
            "NONE",
            "Bats sleep in caves [P2.1].",
            "Bats fly less.",
            "Bats fly less in rain [P9.9].",
            "One [P1.1].\nTwo [P1.2].",
        ],
    )
    def test_a_sentence_that_our_audit_does_not_find_supported_takes_nothings_place(self, reply: str) -> None:
        before = draft("Bats hang upside down.")
        after, _ = self.repaired(before, reply)
        assert (after.text, after.warnings) == (before.text, ())

    def test_what_is_supported_is_not_touched_and_costs_no_call(self) -> None:
        before = draft("Owls make 18 dB less noise than pigeons [P1.2].")
        after, prompts = self.repaired(before)
        assert (after, prompts) == (before, [])

    def test_neither_an_abstention_nor_a_torso_is_repaired(self) -> None:
        for before in (
            Draft("Nobody says.", SHOWN, MODEL, Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS),
            Draft("Owls fly", SHOWN, MODEL, Status.PARTIAL, Reason.CUT_OFF, complete=False),
        ):
            assert self.repaired(before) == (before, [])

    def test_a_failing_endpoint_leaves_the_draft_as_it_is(self) -> None:
        after, _ = self.repaired(draft("Bats hang upside down."), Turn(status=401))
        assert after.text == "Bats hang upside down."
        assert "could not be repaired" in after.warnings[0]

    def test_no_more_than_three_sentences_are_repaired(self) -> None:
        _, prompts = self.repaired(draft("Bats hang. " * 9), "NONE")
        assert len(prompts) == 3
