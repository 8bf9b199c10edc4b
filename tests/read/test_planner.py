"""Plans by a model: read where they can be, dropped where not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import read_object
from rag.nouns import Answer, Query, Status, Usage
from rag.read.model import plan_by_model
from tests.endpoint_server import HOURS, MODEL, PATIENT, EndpointServer, Turn, closed_port
from tests.timing import grows_linearly

EARLIER = Answer("Who is quiet?", "Who is quiet?", Status.ANSWERED, None, "Owls are [1].")
GOOD = {"standalone": "How large are owls?", "queries": ["owl size", "owl size", "wing span"], "whole_library": False}


def planned(turn: Turn | str) -> Query | None:
    with EndpointServer([turn]) as server:
        return plan_by_model("And how large?", [EARLIER], Endpoint(server.url, MODEL, timeout=PATIENT, backoff=0.01))


def test_a_plan_is_a_standalone_question_and_its_queries() -> None:
    assert planned(json.dumps(GOOD)) == Query(
        "And how large?", "How large are owls?", parts=("owl size", "wing span"), usage=Usage(1000, 50)
    )


@pytest.mark.parametrize("shape", ["```json\n{}\n```", "<think>hm {{</think>\n{}", "Here it is: {} I hope it helps."])
def test_a_plan_is_found_in_its_wrapping(shape: str) -> None:
    found = planned(shape.replace("{}", json.dumps(GOOD)))
    assert found is not None
    assert found.standalone == "How large are owls?"


@pytest.mark.parametrize(
    "reply",
    [
        "no JSON",
        "{",
        "[]",
        "{}",
        '{"standalone": ""}',
        '{"standalone": 3, "queries": []}',
        '{"standalone": "q", "queries": 1}',
    ],
)
def test_a_plan_that_does_not_fit_its_schema_is_none(reply: str) -> None:
    assert planned(reply) is None


def test_a_plan_without_a_usable_query_searches_for_the_question() -> None:
    found = planned('{"standalone": "Q?", "queries": ["", 3, null], "whole_library": "yes"}')
    assert found == Query("And how large?", "Q?", parts=("Q?",), usage=Usage(1000, 50))


def test_a_failing_endpoint_has_no_plan() -> None:
    assert planned(Turn(status=401)) is None
    assert plan_by_model("Q?", [], Endpoint(closed_port(), MODEL, timeout=PATIENT, backoff=0.01)) is None


def test_a_slow_plan_is_not_waited_for() -> None:
    with EndpointServer([Turn(json.dumps(GOOD), pause=HOURS)]) as server:
        assert plan_by_model("Q?", [], Endpoint(server.url, MODEL, timeout=2)) is None


def test_the_prompt_holds_the_conversation_and_the_question() -> None:
    with EndpointServer([json.dumps(GOOD)]) as server:
        plan_by_model("And how large?", [EARLIER], Endpoint(server.url, MODEL, timeout=PATIENT))
        (prompt,) = server.prompts()
    assert prompt.endswith("Earlier question: Who is quiet?\nAnswer: Owls are.\nQuestion: And how large?")


@given(st.text(alphabet='{}[]",:ab1 \n', max_size=80))
def test_whatever_a_model_writes_is_an_object_or_none(reply: str) -> None:
    assert isinstance(read_object(reply), dict | None)


def test_a_flood_of_braces_is_read_in_linear_time() -> None:
    assert read_object('{"a":' * 1000) is None
    assert grows_linearly(lambda times: read_object('{"a":' * times), 10_000)
    assert grows_linearly(lambda times: read_object("{" * times), 100_000)
