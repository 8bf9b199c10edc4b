"""An OpenAI-compatible chat endpoint on loopback that says what it is told to, or misbehaves in a stated way.

A real HTTP server with a queue of scripted turns and a record of the requests. Not handled: several choices, images.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "scripted"
PATIENT, HOURS = 120.0, 10_000.0
"""Seconds to wait for what comes, on however slow a machine, and of what never comes while a test lasts."""


@dataclass(frozen=True)
class Turn:
    """One scripted answer to one chat request; a fault is a field that is not at its default.

    `delay`: seconds before the first token; `pause`: seconds between tokens; `size`: characters a token. `cut`: the
    connection closes after so many characters. `hang`: nothing comes at all, `hang_after_headers`: nothing but headers
    and keep-alive comments. `raw`: the whole body of the response in place of a stream. `refuses`: a parameter that is
    answered with 400 by name, as long as it is sent (the turn stays in the queue). `thought_field`: where thoughts go.
    `endless`: `raw` again and again, `pause` seconds apart, until the caller leaves.
    `timings`, `progress`: llama.cpp's, in the last chunk and before the first word. Every wait ends with the server.
    """

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: Any = None
    finish: str | None = "stop"
    usage: bool = True
    model: str | None = None
    delay: float = 0.0
    pause: float = 0.0
    size: int = 5
    cut: int | None = None
    hang: bool = False
    hang_after_headers: bool = False
    raw: bytes | None = None
    content_type: str = "text/event-stream"
    thoughts: str = ""
    thought_field: str = "reasoning_content"
    timings: dict[str, Any] | None = None
    progress: tuple[dict[str, Any], ...] = ()
    tools: bool = False
    refuses: tuple[str, ...] = ()
    endless: bool = False


Script = Callable[[dict[str, Any]], Turn]
"""An answer that depends on the request, for more than one caller at a time."""


class EndpointServer:
    """A running server: `with EndpointServer([Turn("…")]) as server`, then `server.url`. The last turn repeats."""

    def __init__(
        self,
        turns: Iterable[Turn | str] | Script,
        models: Iterable[str] = (MODEL,),
        *,
        lists: int = 200,
        told: dict[str, Any] | None = None,
        routes: dict[str, Any] | None = None,
    ):
        self.turns = turns if callable(turns) else [Turn(turn) if isinstance(turn, str) else turn for turn in turns]
        self.models, self.lists = tuple(models), lists
        self.told, self.routes = told or {}, routes or {}
        """What the list says of each model, and what other routes answer; all others are 404."""
        self.asked: list[str] = []
        self.broken_off = threading.Event()
        """Set once a caller has closed its connection while it waited."""
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.released = threading.Event()
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def prompts(self) -> list[str]:
        """Return what each chat request said, all its messages as one text."""
        return ["\n".join(str(message["content"]) for message in request["messages"]) for request in self.requests]

    def take(self, request: dict[str, Any], key: str | None) -> Turn:
        with self._lock:
            self.requests.append(request)
            self.keys.append(key)
            if callable(self.turns):
                return self.turns(request)
            turn = self.turns[0]
            if len(self.turns) > 1 and not any(name in request for name in turn.refuses):
                self.turns.pop(0)
            return turn

    def __enter__(self) -> EndpointServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


def closed_port() -> str:
    """Return the address of an endpoint that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    owner: EndpointServer

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.owner.asked.append(self.path)
        if not self.path.endswith("/v1/models"):
            self._other_route()
            return
        about = {"object": "model", "created": 0, "owned_by": "tests"} | self.owner.told
        models = [{"id": name} | about for name in self.owner.models]
        listing = {"object": "list", "data": models}
        self._json(self.owner.lists, listing if self.owner.lists == 200 else {"error": {"message": "no list here"}})

    def _other_route(self) -> None:
        found = self.owner.routes.get(self.path)
        self._json(404 if found is None else 200, found or {"error": {"message": "no such route"}})

    def do_POST(self) -> None:
        if not self.path.endswith("/completions"):
            self.owner.asked.append(self.path)
            self._other_route()
            return
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        turn = self.owner.take(request, self.headers.get("Authorization"))
        try:
            self._answer(turn, request)
        except (BrokenPipeError, ConnectionResetError):
            self.owner.broken_off.set()

    def _answer(self, turn: Turn, request: dict[str, Any]) -> None:
        if turn.hang:
            self._wait_for_the_caller()
            return
        for name in turn.refuses:
            if name in request:
                message = f"Unsupported parameter: '{name}' is not supported with this model."
                self._json(400, {"error": {"message": message, "param": name}})
                return
        if turn.status != 200:
            self._json(turn.status, turn.error or {"error": {"message": f"scripted {turn.status}"}}, turn.headers)
            return
        self._stream(turn, request)

    def _wait_for_the_caller(self) -> None:
        """Say nothing until the caller has left, or the test is over."""
        self.connection.settimeout(0.05)
        while not self.owner.released.is_set():
            try:
                if not self.connection.recv(1):
                    self.owner.broken_off.set()
                    return
            except TimeoutError:
                continue
            except OSError:
                self.owner.broken_off.set()
                return

    def _head(self, turn: Turn) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": turn.content_type, **turn.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _stream(self, turn: Turn, request: dict[str, Any]) -> None:
        self._head(turn)
        if turn.raw is not None:
            self._raw(turn, turn.raw)
            return
        while turn.hang_after_headers and not self.owner.released.wait(0.05):
            self._write(": keep-alive\n\n")
        for told in turn.progress:
            choice = {"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}
            self._chunk(turn, {"choices": [choice], "prompt_progress": told})
        self.owner.released.wait(turn.delay)
        for position in range(0, len(turn.thoughts), turn.size):
            self._event(turn, {turn.thought_field: turn.thoughts[position : position + turn.size]})
        text = turn.text if turn.cut is None else turn.text[: turn.cut]
        for position in range(0, len(text), turn.size):
            self._event(turn, {"content": text[position : position + turn.size]})
            self.owner.released.wait(turn.pause)
        if turn.cut is not None:
            return
        if turn.tools:
            call = {"index": 0, "id": "c", "type": "function", "function": {"name": "run", "arguments": "{}"}}
            self._event(turn, {"tool_calls": [call]})
        self._event(turn, {}, turn.finish)
        if turn.timings:
            self._chunk(turn, {"choices": [], "timings": turn.timings})
        if turn.usage and (request.get("stream_options") or {}).get("include_usage"):
            counted = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
            self._chunk(turn, {"choices": [], "usage": counted})
        self._write("data: [DONE]\n\n")

    def _raw(self, turn: Turn, body: bytes) -> None:
        self.wfile.write(body)
        while turn.endless and not self.owner.released.wait(turn.pause):
            self.wfile.write(body)

    def _event(self, turn: Turn, delta: dict[str, Any], finish: str | None = None) -> None:
        self._chunk(turn, {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def _chunk(self, turn: Turn, body: dict[str, Any]) -> None:
        head = {"id": "t", "object": "chat.completion.chunk", "created": 0, "model": turn.model or MODEL}
        self._write(f"data: {json.dumps(head | body)}\n\n")

    def _write(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
