"""A reply sent whole, as the stream that it was asked to be: some servers ignore `stream: true` and answer with JSON.

Not handled: such a reply under a content type other than JSON's.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
from openai import DefaultHttpxClient


class StreamingClient(DefaultHttpxClient):
    """The openai package's own HTTP client, in which every chat completion is a stream."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send as the parent does; a completion that came as one JSON object comes back as server-sent events."""
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
        choice = None if "error" in found else found["choices"][0]
        chunk = found if choice is None else found | {"choices": [_of_a_stream(choice)]}
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None
    return f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode()


def _of_a_stream(choice: dict[str, Any]) -> dict[str, Any]:
    """Return a choice with its message as a difference from nothing."""
    return {"index": 0, "delta": dict(choice["message"]), "finish_reason": choice.get("finish_reason")}
