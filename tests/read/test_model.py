"""A draft by a model: what it is shown, what becomes of its verdict, and what is left when it breaks off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from rag.base.errors import ModelFailed, PromptTooLong
from rag.base.settings import Settings
from rag.cite import resolve
from rag.models.chat.endpoint import Endpoint
from rag.nouns import Answer, Draft, Query, Reason, Status, Usage
from rag.read.model import write
from rag.read.verdict import CORRECTED, ONLY_DENIES
from tests.endpoint_server import HOURS, MODEL, PATIENT, EndpointServer, Turn, closed_port
from tests.read.papers import BATS, OWLS, paper, passages

QUERY = Query("How quiet are owls?", "How quiet are owls?")
SHOWN = passages(OWLS, BATS)


def drafts(turns: Any, history: Sequence[Answer] = (), query: Query = QUERY, **settings: Any) -> list[Draft]:
    with EndpointServer(turns) as server:
        endpoint = Endpoint(server.url, MODEL, timeout=PATIENT, backoff=0.01)
        return list(write(query, SHOWN, Settings(**settings), endpoint, history))


def last(*turns: Turn | str) -> Draft:
    return drafts(turns)[-1]


def test_a_draft_grows_and_its_last_is_complete() -> None:
    grown = drafts(["VERDICT: answers\nOwls are 18 dB quieter [P1.2]."])
    assert len(grown) > 2
    assert [draft.complete for draft in grown] == [False] * (len(grown) - 1) + [True]
    assert all(later.text.startswith(earlier.text) for earlier, later in pairwise(grown))
    assert grown[-1] == Draft(
        "Owls are 18 dB quieter [P1.2].", SHOWN, MODEL, Status.ANSWERED, None, usage=Usage(1000, 50)
    )


def test_the_question_stands_after_the_papers_and_the_rules_before_them() -> None:
    with EndpointServer(["VERDICT: answers\nQuiet [P1.2]."]) as server:
        list(write(QUERY, SHOWN, Settings(), Endpoint(server.url, MODEL, timeout=PATIENT)))
        (prompt,) = server.prompts()
    rules, papers, question = (
        prompt.index(part) for part in ("VERDICT: partly", "P1 · Quiet", "Question: How quiet are")
    )
    assert rules < papers < question
    assert "[P2.2] In 12 nights we counted 40% fewer calls." in prompt


def test_earlier_turns_are_shown_without_their_own_reference_numbers() -> None:
    earlier = Answer("Who flies?", "Who flies?", Status.ANSWERED, None, "Owls do [1][2]. [P1.1]")
    with EndpointServer(["VERDICT: answers\nQuiet [P1.2]."]) as server:
        query = replace(QUERY, question="And how quiet?", standalone="And how quiet? (Owls)")
        list(write(query, SHOWN, Settings(), Endpoint(server.url, MODEL, timeout=PATIENT), [earlier]))
        (prompt,) = server.prompts()
    assert "Question: Who flies?\nAnswer: Owls do. (P1.1)" in prompt
    assert "Question: And how quiet?\n(In other words: And how quiet? (Owls))" in prompt


@pytest.mark.parametrize(
    ("verdict", "text", "status", "reason"),
    [
        ("answers", "Quiet [P1.2].", Status.ANSWERED, None),
        ("partly", "Quiet [P1.2]. Their price is not stated.", Status.PARTIAL, Reason.NOT_IN_ABSTRACTS),
        ("wrong premise", "They are not loud [P1.2].", Status.PARTIAL, Reason.NOT_IN_ABSTRACTS),
        ("not stated", "The abstract does not say.", Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS),
        ("no paper", "No paper is about ants.", Status.ABSTAINED, Reason.NOT_IN_LIBRARY),
        ("ambiguous", "Owls or bats?", Status.ABSTAINED, Reason.AMBIGUOUS),
        ("ambiguous", "Owls are quiet [P1.2]; bats call [P2.2].", Status.PARTIAL, Reason.AMBIGUOUS),
        ("off topic", "Hello!", Status.ABSTAINED, Reason.OFF_TOPIC),
        ("not stated", "", Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS),
    ],
)
def test_the_verdict_decides_where_the_text_agrees(
    verdict: str, text: str, status: Status, reason: Reason | None
) -> None:
    draft = last(f"VERDICT: {verdict}\n{text}")
    assert (draft.status, draft.reason, draft.text) == (status, reason, text)
    assert draft.warnings == ((CORRECTED,) if verdict == "wrong premise" else ())


class TestContradictions:
    def test_an_answer_that_points_at_nothing_is_not_a_full_one(self) -> None:
        draft = last("VERDICT: answers\nOwls are quiet.")
        assert (draft.status, draft.reason) == (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
        assert "points at no sentence" in draft.warnings[0]

    def test_an_abstention_cites_nothing(self) -> None:
        draft = last("VERDICT: not stated\nThe price is not stated. Owls are quiet [P1.2]. Bats too [P2.1].")
        assert (draft.status, draft.text) == (Status.ABSTAINED, "The price is not stated.")
        assert not resolve(draft, final=True).citations
        assert "left out" in draft.warnings[0]

    def test_a_pointer_after_the_full_stop_belongs_to_the_sentence_before_it(self) -> None:
        draft = last("VERDICT: not stated\nNobody says. Owls are quiet. [P1.2]")
        assert draft.text == "Nobody says."

    def test_an_abstention_that_cites_from_its_first_word_on_is_an_answer_in_part(self) -> None:
        draft = last("VERDICT: not stated\nOwls are quiet [P1.2].")
        assert (draft.status, draft.reason) == (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
        assert draft.warnings

    def test_without_a_verdict_pointers_decide(self) -> None:
        assert last("Owls are quiet [P1.2].").status is Status.ANSWERED
        silent = last("I have no idea.")
        assert (silent.status, silent.reason) == (Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS)

    def test_an_unreadable_verdict_is_told_and_not_shown(self) -> None:
        draft = last("VERDICT: hooray\nOwls are quiet [P1.2].")
        assert (draft.text, draft.status) == ("Owls are quiet [P1.2].", Status.ANSWERED)
        assert "could not be read" in draft.warnings[0]

    def test_brackets_of_the_papers_own_are_no_pointers(self) -> None:
        own = passages(paper("ci", "Risk", "The ratio was 4.85 (95% CI [1, 2]) in all."))
        with EndpointServer(["VERDICT: answers\nThe ratio was 4.85 (95% CI [1, 2])."]) as server:
            draft = list(write(QUERY, own, Settings(), Endpoint(server.url, MODEL, timeout=PATIENT)))[-1]
        assert draft.status is Status.PARTIAL


@pytest.mark.parametrize(
    "text",
    [
        "The abstract does not say how quiet owls are.",
        "The abstract does not say how quiet owls are [P1.1].",
        "How quiet owls are is not stated [P1.2].",
    ],
)
def test_an_answer_in_part_that_only_says_what_is_not_there_is_none(text: str) -> None:
    draft = last(f"VERDICT: partly\n{text}")
    assert (draft.status, draft.reason) == (Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS)
    assert "[P" not in draft.text
    assert draft.warnings == (ONLY_DENIES,)


def test_an_answer_in_part_that_gives_its_part_remains_one() -> None:
    draft = last("VERDICT: partly\nTheir wings make 18 dB less noise [P1.2]. Their price is not stated.")
    assert draft.status is Status.PARTIAL


class TestWrappers:
    @pytest.mark.parametrize(
        "reply",
        [
            "<think>Owls? P1.2 says so.\nVERDICT: no paper</think>\nVERDICT: answers\nQuiet [P1.2].",
            "```markdown\nVERDICT: answers\nQuiet [P1.2].\n```",
            "VERDICT: answers\n```\nQuiet [P1.2].\n```",
        ],
    )
    def test_thoughts_and_fences_are_no_part_of_a_draft(self, reply: str) -> None:
        grown = drafts([reply])
        assert (grown[-1].text.strip(), grown[-1].status) == ("Quiet [P1.2].", Status.ANSWERED)
        assert not [
            draft for draft in grown if "think" in draft.text or "VERDICT" in draft.text or "no paper" in draft.text
        ]

    def test_thoughts_alone_are_no_answer(self) -> None:
        with pytest.raises(ModelFailed, match="sent no answer"):
            last("<think>Hm, owls.</think>")


class TestBreakingOff:
    @pytest.mark.parametrize("cut", [44, 51])
    def test_what_had_streamed_is_kept_and_marked(self, cut: int) -> None:
        whole = "VERDICT: answers\nOwls are quiet [P1.2]. Bats fly less in rain [P2.1]."
        draft = last(Turn(whole, cut=cut))
        assert not draft.complete
        assert (draft.status, draft.reason) == (Status.PARTIAL, Reason.CUT_OFF)
        assert draft.text == whole[:cut].partition("\n")[2].rstrip()
        assert "broke off" in draft.warnings[-1]

    def test_a_pointer_cut_in_its_middle_is_not_shown(self) -> None:
        draft = last(Turn("VERDICT: answers\nOwls are quiet [P1.2]. Bats fly less [P2.1].", cut=58))
        assert draft.text.endswith("[P2.")
        assert resolve(draft, final=True).text.endswith("Bats fly less")

    @pytest.mark.parametrize(("finish", "why"), [("length", "length limit"), ("content_filter", "content filter")])
    def test_an_end_before_the_end_is_told(self, finish: str, why: str) -> None:
        draft = last(Turn("VERDICT: answers\nOwls are quiet [P1.2]. Bats", finish=finish))
        assert (draft.complete, draft.reason) == (False, Reason.CUT_OFF)
        assert why in draft.warnings[-1]

    def test_a_model_that_falls_silent_leaves_what_it_said(self) -> None:
        with EndpointServer([Turn("VERDICT: answers\nOwls are quiet [P1.2].", size=30, pause=HOURS)]) as server:
            draft = list(write(QUERY, SHOWN, Settings(), Endpoint(server.url, MODEL, timeout=5)))[-1]
        assert (draft.text, draft.reason) == ("Owls are quie", Reason.CUT_OFF)
        assert any("nothing within" in warning for warning in draft.warnings)

    def test_a_failure_before_the_first_word_is_raised(self) -> None:
        with pytest.raises(ModelFailed, match="cannot be reached"):
            list(write(QUERY, SHOWN, Settings(), Endpoint(closed_port(), MODEL, timeout=PATIENT, backoff=0.01)))

    def test_a_cut_within_the_verdict_is_a_failure(self) -> None:
        with pytest.raises(ModelFailed):
            last(Turn("VERDICT: answers\nOwls.", cut=11))


def test_what_is_shown_of_a_larger_library_is_said_to_be_a_part() -> None:
    for whole, head in ((False, "best matches of a larger library"), (True, "The whole library was read.")):
        with EndpointServer(["VERDICT: answers\nQuiet [P1.2]."]) as server:
            query = replace(QUERY, whole_library=whole)
            list(write(query, SHOWN, Settings(), Endpoint(server.url, MODEL, timeout=PATIENT)))
            assert head in server.prompts()[0]


def test_a_prompt_that_the_endpoint_cut_in_silence_is_told() -> None:
    long = passages(*(paper(f"p{n}", f"Paper {n}", *["Some words stand here."] * 40) for n in range(9)))
    with EndpointServer(["VERDICT: answers\nWords [P1.1]."]) as server:  # it says that it has read 1,000 tokens
        draft = list(write(QUERY, long, Settings(), Endpoint(server.url, MODEL, timeout=PATIENT)))[-1]
    assert "read 1,000 tokens of a prompt of about" in draft.warnings[0]


def test_another_model_than_asked_is_told_and_a_dated_name_is_not_another() -> None:
    assert "with the model other, not" in last(Turn("VERDICT: answers\nQuiet [P1.2].", model="other")).warnings[0]
    assert not last(Turn("VERDICT: answers\nQuiet [P1.2].", model="scripted-2026-01-01")).warnings


class TestWindow:
    LIBRARY = passages(
        *(paper(f"p{n}", f"Paper {n}", *["Some eight words stand in this sentence here."] * 9) for n in range(9))
    )

    def test_a_small_window_means_fewer_papers_and_is_told(self) -> None:
        with EndpointServer(["VERDICT: answers\nEight [P1.1]."]) as server:
            endpoint = Endpoint(server.url, MODEL, timeout=PATIENT, context_window=3_000)
            draft = list(write(QUERY, self.LIBRARY, Settings(), endpoint))[-1]
        assert 1 <= len(draft.shown) < 9
        assert f"shown {len(draft.shown)} of the 9 papers" in draft.warnings[0]

    def test_a_prompt_that_the_endpoint_finds_too_long_is_tried_with_fewer_papers(self) -> None:
        message = "This model's maximum context length is 3000 tokens."
        full = Turn(status=400, error={"error": {"message": message, "code": "context_length_exceeded"}})
        with EndpointServer([full, Turn("VERDICT: answers\nEight [P1.1].")]) as server:
            draft = list(write(QUERY, self.LIBRARY, Settings(), Endpoint(server.url, MODEL, timeout=PATIENT)))[-1]
        assert 1 <= len(draft.shown) < 9
        assert "window" in draft.warnings[0]
        assert [f"P{len(draft.shown) + 1} ·" in prompt for prompt in server.prompts()] == [True, False]

    def test_a_window_too_small_for_one_paper_fails(self) -> None:
        full = Turn(status=400, error={"error": {"message": "maximum context length is 300 tokens"}})
        with EndpointServer([full]) as server, pytest.raises(PromptTooLong):
            list(write(QUERY, self.LIBRARY, Settings(), Endpoint(server.url, MODEL, timeout=PATIENT)))
        assert len(server.requests) < 12
