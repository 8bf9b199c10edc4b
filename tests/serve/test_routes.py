"""`/ask` and `/search` as plain JSON over the running server, and their description."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from rag.library import Library


def call(address: str, body: object = None, **headers: str) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            raw = reply.read()
            return reply.status, json.loads(raw) if "json" in reply.headers["Content-Type"] else raw.decode()
    except urllib.error.HTTPError as exc:
        return exc.code, json.loads(exc.read())


def test_a_question_is_answered_as_by_the_command_line(address: str, sample: Library) -> None:
    status, answer = call(f"{address}/ask", {"question": "What is NormAd?"})
    asked = sample.ask("What is NormAd?").to_dict()
    assert status == 200
    assert list(answer) == list(asked)
    assert (answer["text"], answer["citations"]) == (asked["text"], asked["citations"])
    assert call(f"{address}/ask?question=What+is+NormAd%3F&page=alignment")[1]["filters"] == {"page": "alignment"}


def test_history_is_a_list_of_earlier_questions(address: str) -> None:
    body = {"question": "How many countries does it cover?", "history": ["What is NormAd?"]}
    assert call(f"{address}/ask", body)[1]["citations"][0]["title"].startswith("NormAd")


def test_a_search_lists_papers(address: str, sample: Library) -> None:
    hits = sample.search("Korean social values", k=2)
    for status, found in (
        call(f"{address}/search?query=Korean+social+values&k=2"),
        call(f"{address}/search", {"query": "Korean social values", "k": 2}),
    ):
        assert (status, list(found)) == (200, ["id", "query", "results"])
        assert [(r["paper_id"], r["title"]) for r in found["results"]] == [(hit.paper_id, hit.title) for hit in hits]


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/ask", None, 400, "question: Field required"),
        ("/ask", b"{", 400, "must be a JSON object"),
        ("/ask", [1], 400, "must be a JSON object"),
        ("/search", {}, 400, "query: Field required"),
        ("/ask", {"question": "Why?", "history": "then"}, 400, "history"),
        ("/ask", {"question": "Why?", "since": "2025", "until": "2024"}, 400, "later than"),
        ("/ask", {"question": "x" * 600_000}, 413, "larger than 512 KB"),
        ("/search", {"query": ""}, 400, "empty"),
        ("/search?query=x&k=many", None, 400, "k: "),
        ("/search", {"query": "x", "since": "2024"}, 400, "'since' is not known here. What can be given: query, k."),
        ("/search?query=x&limit=3", None, 400, "'limit' is not known here."),
        ("/ask", {"question": "x", "limit": 3, "from": 1}, 400, "'limit', 'from' are not known here."),
        ("/ask?question=x&Page=y", None, 400, "What can be given: k, since, until, page, question, history."),
        ("/v1/completions", {"prompt": "Why?"}, 404, "nothing at /v1/completions"),
        ("/v1/models", {}, 405, "takes no POST"),
    ],
)
def test_a_wrong_request_is_one_clear_error(address: str, path: str, body: Any, status: int, said: str) -> None:
    got, told = call(address + path, body)
    assert got == status
    assert said in told["error"]["message"]
    assert set(told["error"]) == {"message", "type", "param", "code"}


def test_a_field_that_is_not_known_is_named_as_the_one_at_fault(address: str) -> None:
    told = call(f"{address}/search", {"query": "x", "since": "2024"})[1]["error"]
    assert (told["param"], told["code"]) == ("since", "unknown_parameter")
    _, schema = call(f"{address}/openapi.json")
    for name in ("AskRequest", "SearchRequest"):
        assert schema["components"]["schemas"][name]["additionalProperties"] is False


def test_they_are_described_and_the_description_loads_nothing(address: str) -> None:
    _, schema = call(f"{address}/openapi.json")
    assert {"/ask", "/search", "/v1/models", "/v1/chat/completions"} <= set(schema["paths"])
    _, page = call(f"{address}/docs")
    assert "/v1/chat/completions" in page
    assert "http" not in page.replace("http://127.0.0.1", "")


def test_behind_a_password_a_token_is_needed(guarded: str) -> None:
    for path in ("/ask?question=Why", "/search?query=x", "/v1/models"):
        assert call(guarded + path)[0] == 401
        assert call(guarded + path, Authorization="Bearer ada:wrong")[1]["error"]["code"] == "invalid_api_key"
    assert call(f"{guarded}/search?query=x", Authorization="Bearer ada:se:cret")[0] == 200


def test_the_page_of_another_site_gets_no_answer(address: str) -> None:
    request = urllib.request.Request(f"{address}/search?query=x", headers={"Origin": "https://elsewhere.example"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=60)
