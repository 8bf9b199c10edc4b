from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from eval.proxy import proxy
from eval.questions import SetError
from eval.recordings import Recordings, fold_events, request_sha256
from tests.endpoint_server import PATIENT
from tests.eval.conftest import Endpoint

REQUEST = {"model": "small", "messages": [{"role": "user", "content": "How many?"}], "temperature": 0}


def post(url: str, request: dict[str, Any]) -> str:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer k"}
    with urlopen(Request(f"{url}/chat/completions", json.dumps(request).encode(), headers), timeout=PATIENT) as reply:
        return str(reply.read().decode())


def test_a_request_is_its_content_whatever_the_order_of_its_keys() -> None:
    assert request_sha256({"a": 1, "b": [2]}) == request_sha256({"b": [2], "a": 1})
    assert request_sha256(REQUEST) != request_sha256(REQUEST | {"model": "large"})
    assert request_sha256(REQUEST) != request_sha256(REQUEST | {"temperature": 1})


def test_the_same_request_replays_its_replies_in_turn(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path / "replies.jsonl")
    for text in ("first", "second"):
        recordings.add(REQUEST, "application/json", json.dumps({"model": "small-1", "text": text}))
    again = Recordings(tmp_path / "replies.jsonl", must_exist=True)
    bodies = [json.loads(reply.body)["text"] for _ in range(3) if (reply := again.replay(REQUEST))]
    assert bodies == ["first", "second", "first"]
    assert (again.models, again.models_returned) == ({"small"}, {"small-1"})
    assert again.replay(REQUEST | {"seed": 1}) is None


def test_events_that_differ_only_in_their_text_are_kept_as_one() -> None:
    def event(text: str, finish: str | None = None) -> str:
        return (
            f"data: {json.dumps({'id': '1', 'choices': [{'delta': {'content': text}, 'finish_reason': finish}]})}\n\n"
        )

    folded = fold_events(event("It ") + event("holds ") + event("40.") + event("", "stop") + "data: [DONE]\n\n")
    assert folded == event("It holds 40.") + event("", "stop") + "data: [DONE]\n\n"


def test_a_streamed_reply_passes_through_and_replays_with_the_same_text(
    chat_endpoint: Endpoint, tmp_path: Path
) -> None:
    path, request = tmp_path / "replies.jsonl", REQUEST | {"stream": True}
    with proxy(Recordings(path), chat_endpoint.url) as recorder:
        live = post(recorder.url, request)
    with proxy(Recordings(path), None) as player:
        replayed = post(player.url, request)
    assert len(chat_endpoint.requests) == 1
    assert fold_events(live) == replayed


def test_a_request_without_a_recording_is_told_so_and_counted(tmp_path: Path) -> None:
    with proxy(Recordings(tmp_path / "replies.jsonl"), None) as player:
        with pytest.raises(HTTPError, match="404") as caught:
            post(player.url, REQUEST)
        body = json.loads(caught.value.read())
        assert player.misses == 1
    assert body["error"]["code"] == "recording_missing"
    assert request_sha256(REQUEST) in body["error"]["message"]


def test_an_endpoint_that_cannot_be_reached_is_an_error_and_is_not_recorded(tmp_path: Path) -> None:
    with proxy(Recordings(tmp_path / "replies.jsonl"), "http://127.0.0.1:9/v1", timeout=2) as recorder:
        with pytest.raises(HTTPError, match="502"):
            post(recorder.url, REQUEST)
        assert recorder.misses == 0
    assert not (tmp_path / "replies.jsonl").exists()


def test_models_are_listed_from_the_endpoint_or_from_the_recordings(chat_endpoint: Endpoint, tmp_path: Path) -> None:
    recordings = Recordings(tmp_path / "replies.jsonl")
    with proxy(recordings, chat_endpoint.url) as recorder:
        post(recorder.url, REQUEST)
        with urlopen(f"{recorder.url}/models", timeout=PATIENT) as reply:
            assert json.load(reply)["data"][0]["id"] == "small"
    with proxy(recordings, None) as player, urlopen(f"{player.url}/models", timeout=PATIENT) as reply:
        assert [m["id"] for m in json.load(reply)["data"]] == ["small"]


def test_no_key_is_kept_with_the_replies(chat_endpoint: Endpoint, tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    with proxy(Recordings(path), chat_endpoint.url) as recorder:
        post(recorder.url, REQUEST)
    assert chat_endpoint.keys == ["Bearer k"]
    assert "Bearer" not in path.read_text()


def test_a_file_that_holds_no_replies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="no file"):
        Recordings(tmp_path / "none.jsonl", must_exist=True)
    (tmp_path / "bad.jsonl").write_text("{}\n")
    with pytest.raises(SetError, match="recorded replies"):
        Recordings(tmp_path / "bad.jsonl")


RULES = {"role": "system", "content": "Example:\nP1 · Owls\n[P1.1] Quiet.\nQuestion: Who?"}


def shown(*titles: str, question: str = "How many?") -> dict[str, Any]:
    blocks = "\n".join(f"P{n} · {title}\n[P{n}.1] Told here.\n" for n, title in enumerate(titles, start=1))
    asked = {"role": "user", "content": f"Papers:\n\n{blocks}\nQuestion: {question}"}
    return {"model": "small", "messages": [RULES, asked]}


@pytest.mark.parametrize(
    ("reply", "request_now", "told"),
    [
        ("Forty [P2.1].", shown("Snow", "Rain", "Ice"), "Forty [P3.1]."),
        ("Forty [P2.1] [P1.1].", shown("Ice", "Snow"), "Forty [P1.1] [P2.1]."),
        ("Nobody says.", shown("Rain"), "Nobody says."),
        ("Forty [P2.1].", shown("Snow", "Rain"), None),
        ("Forty [P2.1].", shown("Snow", "Ice", question="How few?"), None),
        ('{"P2": 3}', shown("Ice", "Snow"), None),
    ],
)
def test_a_reply_follows_its_papers_to_where_they_stand_now(
    reply: str, request_now: dict[str, Any], told: str | None, tmp_path: Path
) -> None:
    Recordings(tmp_path / "replies.jsonl").add(
        shown("Snow", "Ice"), "application/json", json.dumps({"model": "small", "text": reply})
    )
    found = Recordings(tmp_path / "replies.jsonl").replay(request_now)
    assert (json.loads(found.body)["text"] if found else None) == told
