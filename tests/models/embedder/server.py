"""An OpenAI-compatible embedding endpoint on loopback, in its good and its bad days."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from rag.models.embedder.endpoint import EndpointEmbedder
from tests.endpoint_server import HOURS, PATIENT


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
    "moved": lambda texts: (308, {"error": {"message": "the same server under another name"}}),
    "busy": lambda texts: (503, {"error": {"message": "busy"}}),
    "wider": lambda texts: data([row(i, [*vector(t), 3.0]) for i, t in enumerate(texts)]),
    "not-finite": lambda texts: data([row(i, [float("nan"), 1.0, 2.0]) for i in range(len(texts))]),
}
HANGS = "hangs"
"""A mood in which nothing comes."""


@dataclass
class Server:
    """An embedding server whose mood is the model's name, and what it was asked.

    `moods`: the moods of the next requests, in the place of the model's name; the last one stays.
    """

    url: str
    moods: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def embedder(self, model: str) -> EndpointEmbedder:
        return EndpointEmbedder(model, base_url=self.url, api_key="k", timeout=PATIENT, backoff=0.01)


@contextmanager
def embedding_server() -> Iterator[Server]:
    """Yield a running server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append({"path": self.path, "key": self.headers["Authorization"], **asked})
            moods = state.moods or [asked["model"]]
            mood = moods.pop(0) if len(moods) > 1 else moods[0]
            if mood == HANGS:
                ended.wait(HOURS)
                return
            status, reply = REPLIES[mood](asked["input"])
            body = reply.encode() if isinstance(reply, str) else json.dumps(reply).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://localhost:{http.server_port}{self.path}")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    ended = threading.Event()
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Server(f"http://127.0.0.1:{http.server_port}/v1")
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    yield state
    ended.set()
    http.shutdown()
    http.server_close()
