"""A loopback endpoint between the library and a model: it records what the model replies, or replays it.

Recording forwards each request as it came and streams the reply through. Replaying never goes out: a request without
a recording is answered 404 and counted. Only successful replies are kept; lists of models are passed on, not kept.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from .recordings import Recordings, request_sha256


class Proxy(ThreadingHTTPServer):
    """The endpoint. `misses` counts requests that had no recording; `upstream` is None when replaying."""

    daemon_threads = True

    def __init__(self, recordings: Recordings, upstream: str | None, timeout: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.recordings, self.upstream, self.upstream_timeout = recordings, upstream, timeout
        self.misses = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The base URL to give to a client."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def count_miss(self) -> None:
        """Count one request that had no recording."""
        with self._lock:
            self.misses += 1


@contextmanager
def proxy(recordings: Recordings, upstream: str | None, timeout: float = 60.0) -> Iterator[Proxy]:
    """Run the endpoint while the block runs; with `upstream` it records, without it replays."""
    server = Proxy(recordings, upstream, timeout)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: requests hold what people ask."""

    def do_GET(self) -> None:
        if self.server.upstream is None:
            models = [{"id": name, "object": "model"} for name in sorted(self.server.recordings.models)]
            self._send_json(200, {"object": "list", "data": models})
        else:
            self._forward(None)

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.endswith("/completions"):
            self._send_json(404, {"error": {"message": "Completions alone are recorded."}})
            return
        if self.server.upstream is None:
            self._replay(json.loads(data))
        else:
            self._forward(data)

    def _replay(self, request: dict[str, Any]) -> None:
        reply = self.server.recordings.replay(request)
        if reply is not None:
            self._send(200, reply.content_type, reply.body.encode())
            return
        self.server.count_miss()
        message = f"No recorded reply to request {request_sha256(request)}."
        self._send_json(404, {"error": {"message": message, "type": "recording_missing", "code": "recording_missing"}})

    def _forward(self, data: bytes | None) -> None:
        url = (self.server.upstream or "").rstrip("/") + self.path.removeprefix("/v1")
        kept = {k: v for k, v in self.headers.items() if k.lower() in ("authorization", "content-type", "accept")}
        try:
            with urlopen(Request(url, data, kept), timeout=self.server.upstream_timeout) as reply:
                body = self._pass_through(reply)
                if data is not None:
                    self.server.recordings.add(json.loads(data), reply.headers.get_content_type(), body.decode())
        except HTTPError as error:
            self._send(error.code, error.headers.get_content_type(), error.read())
        except (URLError, TimeoutError) as error:
            self._send_json(502, {"error": {"message": f"The endpoint cannot be reached: {error}"}})

    def _pass_through(self, reply: Any) -> bytes:
        """Send the reply on as it comes and return the whole of it, even when the client leaves half-way."""
        self._head(reply.status, reply.headers.get_content_type())
        body, client_there = b"", True
        while piece := reply.read1(65536):
            body += piece
            if client_there:
                try:
                    self.wfile.write(piece)
                    self.wfile.flush()
                except OSError:
                    client_there = False
        return body

    def _send_json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, content_type: str, data: bytes) -> None:
        self._head(status, content_type)
        self.wfile.write(data)

    def _head(self, status: int, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Connection", "close")
        self.end_headers()
