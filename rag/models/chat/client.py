"""The HTTP client of a chat endpoint: every completion is a stream, and one that nobody waits for is broken off.

Some servers ignore `stream: true` and answer with JSON; some read a long prompt before they send a byte, and go on
reading for nobody unless the connection closes. Not handled: a whole reply under a content type other than JSON's, and
breaking off while a name is looked up.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from contextvars import ContextVar
from typing import Any

import httpx
from openai import DefaultHttpxClient

from rag.base.http import HOOKS


class Call:
    """One call's connections: `hang_up` closes them from any thread, which the server takes for a person who left."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._left = False

    def connected(self, event: str, told: dict[str, Any]) -> None:
        """Take up a connection that httpx says it has made."""
        stream = told.get("return_value")
        if event.endswith(("connect_tcp.complete", "start_tls.complete")) and stream is not None:
            found = stream.get_extra_info("socket")
            with self._guard:
                if isinstance(found, socket.socket):
                    self._sockets.append(found)
            if self._left:
                self.hang_up()

    def hang_up(self) -> None:
        """Close every connection of this call; safe to call again, and after its end."""
        with self._guard:
            self._left = True
            sockets, self._sockets = self._sockets, []
        for each in sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


current: ContextVar[Call | None] = ContextVar("current", default=None)
"""The call that the requests of this thread belong to."""


class StreamingClient(DefaultHttpxClient):
    """The openai package's own HTTP client, in which every chat completion is a stream, on a connection of its own."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send as the parent does; a completion that came as one JSON object comes back as server-sent events."""
        call = current.get()
        if call is not None:
            request.extensions = {**request.extensions, "trace": call.connected}
        response = super().send(request, **options)
        is_json = response.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
        if not (is_json and response.status_code == 200 and request.url.path.endswith("/chat/completions")):
            return response
        response.read()
        events = as_events(response.content)
        if events is None:
            return response
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=events, request=request)


def client(timeout: httpx.Timeout) -> StreamingClient:
    """Return a guarded client; connections are not used again: each belongs to one call."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return StreamingClient(timeout=timeout, limits=limits, event_hooks=HOOKS)


def as_events(body: bytes) -> bytes | None:
    """Return a chat completion as the server-sent events of a stream of one piece; None when it is none."""
    try:
        found = json.loads(body)
        if "error" not in found:
            choice = found["choices"][0]
            part = {"index": 0, "delta": dict(choice["message"]), "finish_reason": choice.get("finish_reason")}
            found = found | {"choices": [part]}
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None
    return f"data: {json.dumps(found)}\n\ndata: [DONE]\n\n".encode()
