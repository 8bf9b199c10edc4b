"""From a question to an audited answer with a model, over a real library and a real endpoint that plays a script."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.__main__ import main
from rag.base.settings import Settings
from rag.library import Library
from rag.nouns import Reason, Status, Support
from tests.endpoint_server import HOURS, MODEL, EndpointServer, Turn

QUESTION = "How many value rules does the Chinese Values Corpus hold?"
PLAN = {"standalone": QUESTION, "queries": ["Chinese Values Corpus value rules"], "whole_library": False}


def prompt_of(request: dict[str, Any]) -> str:
    return "\n".join(str(message["content"]) for message in request["messages"])


def pointer_to(prompt: str, words: str) -> str:
    """Return the pointer of the shown sentence that holds `words`."""
    found = re.search(r"\[P\d+\.\d+\](?=[^\n]*" + re.escape(words) + ")", prompt)
    assert found, f"the model was not shown {words!r}"
    return found[0]


def script(answer: str, plan: dict[str, Any] | None = None):  # type: ignore[no-untyped-def]
    """A model that plans, and answers with `answer`, in which `{words}` becomes the pointer to those words."""

    def turn(request: dict[str, Any]) -> Turn:
        prompt = prompt_of(request)
        if "whole_library" in prompt:
            return Turn(json.dumps(plan or PLAN))
        if "VERDICT" not in prompt:
            return Turn('{"opinions": []}')
        return Turn(re.sub(r"\{(.+?)\}", lambda found: pointer_to(prompt, found[1]), answer))

    return turn


def settings(server: EndpointServer, **more: Any) -> Settings:
    return Settings(base_url=server.url, model=MODEL, **more)


def test_a_model_answers_with_citations_that_code_has_checked(sample: Library) -> None:
    with EndpointServer(
        script("VERDICT: answers\nIt holds over 250,000 value rules {over 250,000 value rules}.")
    ) as server:
        *growing, answer = sample.stream(QUESTION, settings=settings(server))
    assert (answer.status, answer.reason, answer.reader) == (Status.ANSWERED, None, MODEL)
    assert answer.text == "It holds over 250,000 value rules [1]."
    assert [c.paper.title[:4] for c in answer.citations] == ["CVC:"]
    assert [c.support for c in answer.claims] == [Support.SUPPORTED]
    assert answer.usage.prompt_tokens > 0
    assert len(growing) > 1
    assert all("[P" not in update.text and "VERDICT" not in update.text for update in growing)
    assert len(server.requests) == 2


def test_a_short_question_about_one_paper_that_it_names_is_not_planned(sample: Library) -> None:
    reply = "VERDICT: answers\nIt holds over 250,000 value rules {over 250,000 value rules}."
    with EndpointServer(script(reply)) as server:
        answer = sample.ask("How many value rules does CVC hold?", settings=settings(server))
        assert len(server.requests) == 1
        sample.ask("Which other corpora are like CVC?", settings=settings(server))
        sample.ask("How many value rules does CVC hold?", history=[answer], settings=settings(server))
    assert len(server.requests) == 5
    assert answer.evidence[0].paper.title.startswith("CVC:")


def test_an_answer_costs_its_tokens_at_the_prices_that_are_set(sample: Library) -> None:
    reply = "VERDICT: answers\nIt holds over 250,000 value rules {over 250,000 value rules}."
    with EndpointServer(script(reply)) as server:
        free = sample.ask(QUESTION, settings=settings(server)).to_dict()["usage"]
        priced = sample.ask(QUESTION, settings=settings(server, prices=(2.0, 10.0))).to_dict()["usage"]
    assert free == {"prompt_tokens": 2000, "completion_tokens": 100}  # a plan and an answer, as the server counts them
    assert priced == {**free, "cost": pytest.approx((2000 * 2 + 100 * 10) / 1e6)}


def test_the_first_word_is_there_at_once_when_the_model_says_it(sample: Library) -> None:
    reply = script("VERDICT: answers\nIt holds over 250,000 value rules {over 250,000 value rules}.")

    def silent_after_its_first_words(request: dict[str, Any]) -> Turn:
        turn = reply(request)
        return replace(turn, size=len("VERDICT: answers\nIt holds"), pause=HOURS) if "VERDICT" in turn.text else turn

    with EndpointServer(silent_after_its_first_words) as server:
        assert (
            next(sample.stream(QUESTION, settings=settings(server))).text == "It"
        )  # a word that may go on is held back


def test_a_pointer_one_sentence_off_is_moved_to_the_sentence_that_holds_the_number(sample: Library) -> None:
    reply = (
        "VERDICT: answers\nIt holds over 250,000 value rules {a hierarchical value framework grounded in core Chinese}."
    )
    with EndpointServer(script(reply)) as server:
        answer = sample.ask(QUESTION, settings=settings(server))
    assert "over 250,000 value rules" in answer.citations[0].sentences[0].quote
    assert "Sentence 4 of [1] is cited in the place of sentence 3: it holds the number." in answer.warnings


def test_a_swapped_number_is_marked(sample: Library) -> None:
    pointer = "{over 250,000 value rules}"
    reply = f"It holds 520,000 value rules {pointer}. Its value rules are enhanced by human annotation {pointer}."
    with EndpointServer(script(f"VERDICT: answers\n{reply}")) as server:
        answer = sample.ask(QUESTION, settings=settings(server))
    assert [claim.support for claim in answer.claims] == [Support.NUMBER_NOT_FOUND, Support.SUPPORTED]


def test_a_pointer_to_nothing_is_dropped_and_reported(sample: Library) -> None:
    reply = "VERDICT: answers\nIt holds over 250,000 value rules {over 250,000 value rules} [P97.3]."
    with EndpointServer(script(reply)) as server:
        answer = sample.ask(QUESTION, settings=settings(server))
    assert len(answer.citations) == 1
    assert any("P97.3" in warning for warning in answer.warnings)


def test_an_abstaining_model_cites_nothing(sample: Library) -> None:
    with EndpointServer(script("VERDICT: not stated\nThe abstract does not say what the corpus cost.")) as server:
        answer = sample.ask("What did building CVC cost?", settings=settings(server))
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS)
    assert answer.citations == ()
    assert answer.related


def test_a_question_about_all_papers_is_read_batch_by_batch(sample: Library) -> None:
    plan = {"standalone": "Which papers are on Korea?", "queries": ["Korean"], "whole_library": True}

    def turn(request: dict[str, Any]) -> Turn:
        prompt = prompt_of(request)
        if "whole_library" in prompt:
            return Turn(json.dumps(plan))
        if "VERDICT" in prompt:
            return Turn(f"VERDICT: answers\nKorNAT covers Korea {pointer_to(prompt, 'Korean participants')}.")
        marked = re.findall(r"^P(\d+) · KorNAT", prompt, re.M)
        return Turn(json.dumps({"marks": {f"P{number}": 3 for number in marked}}))

    with EndpointServer(turn) as server:
        answer = sample.ask("Which papers are on Korea?", settings=settings(server))
    assert answer.citations[0].paper.title.startswith("KorNAT")
    assert any("read 127 abstracts" in warning for warning in answer.warnings)


def test_a_plan_that_wants_the_whole_library_for_a_plain_fact_is_overruled(sample: Library) -> None:
    plan = {"standalone": QUESTION, "queries": ["value rules"], "whole_library": True}

    def turn(request: dict[str, Any]) -> Turn:
        prompt = prompt_of(request)
        if "whole_library" in prompt:
            return Turn(json.dumps(plan))
        return Turn(f"VERDICT: answers\nIt holds over 250,000 value rules {pointer_to(prompt, 'over 250,000')}.")

    with EndpointServer(turn) as server:
        answer = sample.ask("How large is the corpus of Chinese value rules?", settings=settings(server))
    assert answer.reader == MODEL
    assert not any("read 127 abstracts" in warning for warning in answer.warnings)
    assert len(server.requests) == 2


def test_an_unreadable_plan_leaves_the_rules_in_charge(sample: Library) -> None:
    def turn(request: dict[str, Any]) -> Turn:
        prompt = prompt_of(request)
        if "whole_library" in prompt:
            return Turn("I would rather not.")
        return Turn(f"VERDICT: answers\nOver 250,000 {pointer_to(prompt, 'over 250,000 value rules')}.")

    with EndpointServer(turn) as server:
        answer = sample.ask(QUESTION, settings=settings(server))
    assert answer.standalone_question == QUESTION
    assert answer.status is Status.ANSWERED


def test_a_second_opinion_is_asked_for_in_one_call(sample: Library) -> None:
    reply = "VERDICT: answers\nIt holds over 250,000 value rules {over 250,000 value rules}."
    with EndpointServer(script(reply)) as server:
        answer = sample.ask(QUESTION, settings=settings(server))
        before = len(server.requests)
        opinion = sample.check(answer, settings(server))
    assert len(server.requests) == before + 1
    assert len(opinion.opinions) == len(answer.claims)


def test_the_command_line_uses_the_model_of_the_environment(
    sample_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with EndpointServer(script("VERDICT: answers\nOver 250,000 {over 250,000 value rules}.")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert main(["ask", QUESTION, "--json", "--library", str(sample_folder)]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["reader"] == MODEL
        assert main(["ask", QUESTION, "--json", "--extractive", "--library", str(sample_folder)]) == 0
        assert json.loads(capsys.readouterr().out)["reader"] == "extractive"


def test_several_models_and_none_chosen_is_one_line_that_says_what_to_set(
    sample_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with EndpointServer(["x"], models=("one", "two")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert main(["ask", QUESTION, "--library", str(sample_folder)]) == 2
    said = capsys.readouterr().err
    assert "RAG_MODEL" in said
    assert len(said.strip().splitlines()) == 1


def test_a_list_is_read_from_the_whole_library_though_the_plan_fails(sample: Library) -> None:
    def turn(request: dict[str, Any]) -> Turn:
        prompt = prompt_of(request)
        if "whole_library" in prompt:
            return Turn("I would rather not.")
        if "VERDICT" in prompt:
            return Turn(f"VERDICT: answers\nKorNAT covers Korea {pointer_to(prompt, 'Korean participants')}.")
        marked = re.findall(r"^P(\d+) · KorNAT", prompt, re.M)
        return Turn(json.dumps({f"P{number}": 3 for number in marked}))

    with EndpointServer(turn) as server:
        answer = sample.ask("List every paper that introduces a benchmark on Korea", settings=settings(server))
        narrowed = sample.ask("List every paper from 2024 that introduces a benchmark", settings=settings(server))
    assert any("read 127 abstracts" in warning for warning in answer.warnings)
    assert len(answer.citations) == 1
    assert narrowed.filters == {"since": "2024-01-01", "until": "2024-12-31"}
    assert any(f"read {narrowed.coverage.matched} abstracts" in warning for warning in narrowed.warnings)
