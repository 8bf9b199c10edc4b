"""A second opinion on an answer."""

from __future__ import annotations

import pytest

from rag.audit import audit
from rag.cite import resolve
from rag.models.chat.endpoint import Endpoint
from rag.nouns import Answer, Draft, Status, Usage
from rag.read.second_opinion import Judgement, SecondOpinion, check
from tests.endpoint_server import MODEL, PATIENT, EndpointServer, Turn
from tests.read.papers import BATS, OWLS, passages

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
            Judgement.SUPPORTED,
            Judgement.UNCHECKED,
            Judgement.CONTRADICTED,
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
        assert {each.verdict for each in opinion.opinions} == {Judgement.UNCHECKED}
        assert "2 of 2" in opinion.warnings[0]

    def test_a_failing_endpoint_leaves_all_unchecked(self) -> None:
        opinion = checked(Turn(status=401))
        assert {each.verdict for each in opinion.opinions} == {Judgement.UNCHECKED}
        assert "could not be checked" in opinion.warnings[0]

    def test_an_answer_that_cites_nothing_needs_no_call(self) -> None:
        with EndpointServer([]) as server:
            check(answer("I like owls."), Endpoint(server.url, MODEL))
        assert server.requests == []
