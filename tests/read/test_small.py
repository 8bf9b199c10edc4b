"""The small form, on the sample: quotes at once, and a small model's words above them only where they are borne out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from rag.base.settings import PromptForm, Settings
from rag.library import Library
from rag.models.chat.tokens import count
from rag.nouns import Answer, Reason, Status, Support
from rag.read import prompts
from rag.read.choice import Endpoints, form_for
from rag.read.small_model import read_reply
from tests.endpoint_server import MODEL, EndpointServer, Turn

QUESTION = "How many value rules does the Chinese Values Corpus contain?"
FACT = "over 250,000 value rules"
SAID = "The corpus contains over 250,000 value rules"


def reply(answer: str, holds: str = FACT) -> Any:
    """Return a script that chooses the sentence which `holds` something, and answers in JSON."""

    def turn(request: dict[str, Any]) -> Turn:
        found = re.search(r"^(\d+)\. [^\n]*" + re.escape(holds), str(request["messages"][-1]["content"]), re.M)
        assert found
        return Turn(json.dumps({"sentences": [int(found[1])], "answer": answer}))

    return turn


def asked(
    library: Library, turns: Any, question: str = QUESTION, **options: Any
) -> tuple[list[Answer], EndpointServer]:
    with EndpointServer(turns) as server:
        settings = Settings(base_url=server.url, model=MODEL, form=PromptForm.SMALL)
        return list(library.stream(question, settings=settings)), server


def test_the_rules_are_short() -> None:
    rules = prompts.messages("small", papers=[], question="")[0].content
    assert count(str(rules)) <= 300


def test_quotes_come_first_and_the_models_sentence_stands_above_them(sample: Library) -> None:
    answers, server = asked(sample, reply(f"{SAID}."))
    quotes = sample.ask(QUESTION, settings=Settings(extractive=True))
    assert answers[0].text.rstrip() == quotes.text
    assert answers[-1].text == f"{SAID} [1].\n\n{quotes.text}"
    assert (answers[-1].reader, answers[-1].status) == (MODEL, quotes.status)
    assert {claim.support for claim in answers[-1].claims} == {Support.SUPPORTED}
    assert [c.paper for c in answers[-1].citations] == [c.paper for c in quotes.citations]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "The corpus contains 999,000 value rules.",
        "WaxSense, a sensor for beehives, predicts swarming.",
        "URIAL contains over 250,000 value rules.",
        "",
    ],
)
def test_what_is_not_borne_out_is_not_shown_and_the_quotes_remain(sample: Library, answer: str) -> None:
    answers, _ = asked(sample, reply(answer))
    quotes = sample.ask(QUESTION, settings=Settings(extractive=True))
    assert (answers[-1].text, answers[-1].reader) == (quotes.text, "extractive")
    assert "is supported by what it chose" in answers[-1].warnings[-1]
    assert answers[-1].usage.prompt_tokens > 0


def test_of_two_sentences_the_one_that_holds_is_kept(sample: Library) -> None:
    answers, _ = asked(sample, reply(f"{SAID}. Hofstede wrote it in 1980."))
    assert answers[-1].text.startswith(f"{SAID} [1].\n\n")


def test_only_what_is_shown_can_be_chosen(sample: Library) -> None:
    _, server = asked(sample, reply(f"{SAID}."))
    (request,) = server.requests
    schema = request["response_format"]["json_schema"]["schema"]
    shown = re.findall(r"^(\d+)\. ", request["messages"][-1]["content"], re.M)
    assert schema["properties"]["sentences"]["items"]["enum"] == [int(number) for number in shown]
    assert list(schema["properties"]) == ["sentences", "answer"]
    assert 1 <= len(shown) <= 12
    assert count(request["messages"][-1]["content"]) < 1_200


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("message", ["response_format is not supported", "json_schema: unknown type", "Bad request"])
def test_a_schema_that_an_endpoint_does_not_take_is_found_out_once(sample: Library, status: int, message: str) -> None:
    script = reply(f"{SAID}.")

    def turn(request: dict[str, Any]) -> Turn:
        refused = Turn(status=status, error={"error": {"message": message}})
        return refused if "response_format" in request else script(request)

    with EndpointServer(turn) as server:
        settings = Settings(base_url=server.url, model=MODEL, form=PromptForm.SMALL)
        for _ in range(2):
            assert sample.ask(QUESTION, settings=settings).reader == MODEL
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("What is the best recipe for sourdough bread?", Status.ABSTAINED),
        ("How many papers are there?", Status.ANSWERED),
        ("Compare KorNAT and CVC", Status.ANSWERED),
        ("List all papers about Korean values", None),
    ],
)
def test_where_code_knows_the_answer_no_model_is_asked(sample: Library, question: str, status: Status | None) -> None:
    answers, server = asked(sample, ["{}"], question)
    quotes = sample.ask(question, settings=Settings(extractive=True))
    assert server.requests == []
    assert (answers[-1].text, answers[-1].status) == (quotes.text, quotes.status)
    assert status is None or answers[-1].status is status


def test_prose_in_the_place_of_json_is_pointed_by_code(sample: Library) -> None:
    answers, _ = asked(sample, [Turn(f"{SAID}.")])
    assert answers[-1].text.startswith(f"{SAID} [1].\n\n")


def test_no_paper_is_cited_that_the_quotes_do_not_cite(sample: Library) -> None:
    _, server = asked(sample, reply(f"{SAID}."))
    quotes = sample.ask(QUESTION, settings=Settings(extractive=True))
    shown = server.requests[0]["messages"][-1]["content"]
    assert [p.title for p in sample.papers() if p.title in shown] == [c.paper.title for c in quotes.citations]


@pytest.mark.parametrize(("milliseconds", "calls"), [(1_000, 2), (900_000, 1)])
def test_a_model_too_slow_for_any_sentence_is_not_asked_again(sample: Library, milliseconds: int, calls: int) -> None:
    timings = {"prompt_n": 100, "prompt_ms": milliseconds}
    with EndpointServer([Turn(f"{SAID}.", timings=timings)]) as server:
        settings = Settings(base_url=server.url, model=MODEL, form=PromptForm.SMALL)
        for _ in range(2):
            answer = sample.ask(QUESTION, settings=settings)
    assert len(server.requests) == calls
    assert FACT in answer.text
    assert any("too little for an answer" in warning for warning in answer.warnings) == (calls == 1)


@pytest.mark.parametrize("turn", [Turn(status=401), Turn(""), Turn("<tool_call>{}</tool_call>")])
def test_a_failing_model_leaves_the_quotes_and_one_line(sample: Library, turn: Turn) -> None:
    answers, _ = asked(sample, [turn])
    assert (answers[-1].reader, answers[-1].reason) == ("extractive", Reason.MODEL_FAILED)
    assert FACT in answers[-1].text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"sentences": [3, 1], "answer": "Owls."}', ([3, 1], "Owls.")),
        ('```json\n{"sentences": [3], "answer": "Owls."}\n```', ([3], "Owls.")),
        ('{"name": "answer", "arguments": {"sentences": [3], "answer": "Owls."}}', ([3], "Owls.")),
        ('{"sentences": [3, 1], "answer": "Owls hunt mi', ([3, 1], "Owls hunt mi")),
        ('{"sentences": [3, 1], "answer": "Owls hunt mice."', ([3, 1], "Owls hunt mice.")),
        ('{"sentences": [3, 1', ([3, 1], "")),
        ('{"sentences": "all", "answer": 7}', ([], "")),
        ("Owls hunt mice.", ([], "Owls hunt mice.")),
        ("{]", ([], "")),
    ],
)
def test_a_reply_is_read_whole_cut_off_or_plain(text: str, read: tuple[list[int], str]) -> None:
    assert read_reply(text) == read


@pytest.mark.parametrize(
    ("told", "model", "set_form", "form"),
    [
        ({}, "qwen2.5:1.5b", None, PromptForm.SMALL),
        ({"meta": {"n_params": 494_000_000}}, "mine", None, PromptForm.SMALL),
        ({"meta": {"n_params": 8_000_000_000}}, "mine", None, PromptForm.FULL),
        ({"max_model_len": 2_048}, "mine", None, PromptForm.SMALL),
        ({}, "gpt-4o", None, PromptForm.FULL),
        ({}, "qwen2.5:1.5b", PromptForm.FULL, PromptForm.FULL),
        ({}, "gpt-4o", PromptForm.SMALL, PromptForm.SMALL),
    ],
)
def test_the_form_is_what_is_set_or_what_the_model_can_follow(
    told: dict[str, Any], model: str, set_form: PromptForm | None, form: PromptForm
) -> None:
    with EndpointServer([], models=(model,), told=told) as server:
        settings = Settings(base_url=server.url, model=model, form=set_form)
        assert form_for(settings, Endpoints().of(settings)) is form
