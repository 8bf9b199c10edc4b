"""The endpoint embedder against a real small server, in its good and its bad days."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from rag.embedder import open_embedder
from rag.embedder.endpoint import EndpointEmbedder
from rag.errors import EmbedderFailed, UsageError
from rag.settings import Settings


def vector(text: str) -> list[float]:
    """A direction that tells texts of different lengths apart; not of length 1."""
    return [float(len(text)), 1.0, 2.0]


def row(index: int, embedding: Any) -> dict[str, Any]:
    return {"object": "embedding", "index": index, "embedding": embedding}


def honest(texts: list[str]) -> tuple[int, Any]:
    """The rows come in reverse: only `index` tells which is whose."""
    rows = [row(index, vector(text)) for index, text in enumerate(texts)][::-1]
    return 200, {"object": "list", "model": "m", "data": rows, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def data(rows: list[dict[str, Any]]) -> tuple[int, Any]:
    return 200, {"object": "list", "model": "m", "data": rows}


REPLIES: dict[str, Any] = {
    "honest": honest,
    "one-short": lambda texts: data([row(i, vector(t)) for i, t in enumerate(texts[1:])]),
    "same-index": lambda texts: data([row(0, vector(t)) for t in texts]),
    "no-data": lambda texts: (200, {"ok": True}),
    "null": lambda texts: (200, None),
    "not-json": lambda texts: (200, "<html>a login page</html>"),
    "uneven": lambda texts: data([row(i, [1.0] * (i + 2)) for i in range(len(texts))]),
    "strings": lambda texts: data([row(i, "AAAA") for i in range(len(texts))]),
    "zeros": lambda texts: data([row(i, [0.0, 0.0]) for i in range(len(texts))]),
    "nulls": lambda texts: data([row(i, None) for i in range(len(texts))]),
    "refused": lambda texts: (401, {"error": {"message": "bad key"}}),
    "unknown": lambda texts: (404, {"error": {"message": "no such model"}}),
    "too-long": lambda texts: (400, {"error": {"message": "more than 512 tokens"}}),
    "used-up": lambda texts: (429, {"error": {"message": "quota"}}),
}


@dataclass
class Server:
    """An embedding server whose mood is the model's name, and what it was asked."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)

    def embedder(self, model: str) -> EndpointEmbedder:
        return EndpointEmbedder(model, base_url=self.url, api_key="k", timeout=5)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append({"path": self.path, "key": self.headers["Authorization"], **asked})
            status, reply = REPLIES[asked["model"]](asked["input"])
            body = reply.encode() if isinstance(reply, str) else json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-should-retry", "false")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Server(f"http://127.0.0.1:{http.server_port}/v1")
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    yield state
    http.shutdown()
    http.server_close()


def test_rows_follow_the_servers_index_and_have_length_one(server: Server) -> None:
    texts = ["a", "bbb", "cc"]
    expected = np.array([vector(text) for text in texts])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    found = server.embedder("honest").embed(texts)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_many_texts_go_in_several_requests_and_come_back_in_order(server: Server) -> None:
    texts = ["x" * n for n in range(1, 151)]
    found = server.embedder("honest").embed(texts)
    assert [len(request["input"]) for request in server.requests] == [64, 64, 22]
    np.testing.assert_allclose(found[:, 0] / found[:, 1], np.arange(1, 151), rtol=1e-5)


def test_the_request_names_the_model_and_the_key_and_asks_for_floats(server: Server) -> None:
    server.embedder("honest").embed_query("q")
    (request,) = server.requests
    assert (request["path"], request["key"], request["model"]) == ("/v1/embeddings", "Bearer k", "honest")
    assert request["encoding_format"] == "float"


def test_the_dimension_is_asked_once(server: Server) -> None:
    embedder = server.embedder("honest")
    assert (embedder.dimension, embedder.dimension, embedder.embed([]).shape) == (3, 3, (0, 3))
    assert len(server.requests) == 1


def test_an_empty_text_and_a_lone_surrogate_are_sent_as_something(server: Server) -> None:
    server.embedder("honest").embed(["", "\ud83d"])
    assert server.requests[0]["input"] == [" ", "?"]


def test_a_usual_abstract_counts_as_within_the_limit(server: Server) -> None:
    embedder = server.embedder("honest")
    usual, long = embedder.count_tokens(["a" * 1900, "a" * 3000])
    assert usual <= embedder.max_tokens < long
    assert not server.requests


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("one-short", "one vector for each of 2"),
        ("same-index", "one vector for each of 2"),
        ("no-data", "one vector for each of 2"),
        ("null", "one vector for each of 2"),
        ("not-json", "failed"),
        ("uneven", "several lengths"),
        ("strings", "no numbers"),
        ("zeros", "without a direction"),
        ("nulls", "no vectors"),
        ("refused", "OPENAI_API_KEY"),
        ("unknown", "RAG_EMBED_MODEL"),
        ("too-long", "more than 512 tokens"),
        ("used-up", "try again later"),
    ],
)
def test_a_bad_reply_is_one_error_that_names_the_endpoint(server: Server, model: str, says: str) -> None:
    with pytest.raises(EmbedderFailed, match=says) as caught:
        server.embedder(model).embed(["a", "bb"])
    assert server.url in str(caught.value)


def test_an_endpoint_that_does_not_answer_fails_within_seconds() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    start = time.monotonic()
    with pytest.raises(EmbedderFailed, match="RAG_EMBED_BASE_URL"):
        EndpointEmbedder("m", base_url=url).embed(["a"])
    assert time.monotonic() - start < 10


def test_settings_choose_the_endpoint(server: Server) -> None:
    embedder = open_embedder(Settings(embed_model="honest", embed_base_url=server.url, api_key="k"))
    assert (embedder.name, embedder.dimension) == ("endpoint:honest", 3)


def test_the_chat_endpoint_serves_where_only_an_embedding_model_is_set(server: Server) -> None:
    assert open_embedder(Settings(embed_model="honest", base_url=server.url)).dimension == 3


def test_settings_without_an_embedding_model_choose_the_shipped_one() -> None:
    assert open_embedder(Settings(model="m", base_url="http://127.0.0.1:1", api_key="k")).name.startswith("minilm@")


@pytest.mark.parametrize("settings", [Settings(embed_base_url="http://127.0.0.1:1"), Settings(embed_model="bge-small")])
def test_half_a_setting_is_wrong_use(settings: Settings) -> None:
    with pytest.raises(UsageError, match="set RAG_EMBED_"):
        open_embedder(settings)
