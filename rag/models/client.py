"""The HTTP client of every endpoint: it stays with its host, takes no reply without end, and can be hung up on.

Every chat completion is a stream: some servers ignore `stream: true` and answer with JSON; some read a long prompt
before they send a byte, and go on reading for nobody unless the connection closes. Not handled: a whole reply under a
content type other than JSON's, breaking off while a name is looked up, names that lead to another machine.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import httpx
from openai import DefaultHttpxClient, OpenAI

LARGEST = 16 << 20
"""Bytes of a reply, counted as it is unpacked: 64 vectors of 4,096 numbers have 6 MB, an answer far less."""
_USUAL = {"http": 80, "https": 443}


def openai_client(
    base_url: str, key: str | None, timeout: float, connect_timeout: float, *, is_kept_alive: bool
) -> OpenAI:
    """Return a guarded client that tries nothing again; for `Call.hang_up`, connections are not to be kept alive."""
    seconds = httpx.Timeout(timeout, connect=min(connect_timeout, timeout))
    limits = httpx.Limits(max_keepalive_connections=None if is_kept_alive else 0)
    http = StreamingClient(timeout=seconds, limits=limits, event_hooks={"response": [bound, stay]})
    # The client demands a key; local servers do not look at it.
    return OpenAI(base_url=base_url, api_key=key or "none", timeout=seconds, max_retries=0, http_client=http)


# ----------------------------------------------------------------------------------------------------
# Guards. A redirect is followed on its own host and nowhere else, since a key, a question and abstracts would go along.


class SentElsewhere(Exception):
    """An endpoint answered with the address of another host, which was sent nothing; `host`: its name and port."""

    def __init__(self, host: str) -> None:
        super().__init__(f"a redirect to {host} was not followed")
        self.host = host


class TooLarge(Exception):
    """A reply was broken off because it had no end, or one beyond `LARGEST` bytes."""


def stay(response: httpx.Response) -> None:
    """Raise SentElsewhere for a redirect to another host or port; as a hook of an httpx client, before it is followed.

    The same host's own HTTPS is where it may lead; from HTTPS it leads to nothing less.
    """
    if not response.has_redirect_location:
        return
    here, there = response.url, response.url.join(response.headers["location"])
    ports = [url.port or _USUAL.get(url.scheme, 0) for url in (here, there)]
    is_same = here.scheme == there.scheme and ports[0] == ports[1]
    is_safer = (here.scheme, there.scheme) == ("http", "https") and ports == [80, 443]
    if here.host != there.host or not (is_same or is_safer):
        raise SentElsewhere(there.netloc.decode("ascii", "replace") or there.scheme)


def bound(response: httpx.Response) -> None:
    """Have reading a response raise TooLarge beyond `LARGEST` bytes; as a hook of an httpx client."""
    unbounded = response.iter_bytes

    def iter_bytes(chunk_size: int | None = None) -> Iterator[bytes]:
        size = 0
        for part in unbounded(chunk_size):
            size += len(part)
            if size > LARGEST:
                response.close()
                raise TooLarge(f"more than {LARGEST >> 20} MB")
            yield part

    response.iter_bytes = iter_bytes  # type: ignore[method-assign]


# ----------------------------------------------------------------------------------------------------
# Hanging up on a call, and streams.


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
    """The openai package's own HTTP client, in which every chat completion is a stream."""

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
