"""Keeps other sites out of a page that listens on this machine alone and asks for no password.

A site that a person visits can send requests to this machine, or have its own name lead here (DNS rebinding). Both are
told by the names that a browser sends along. Not handled: other programs of this machine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_REFUSAL = b"This page answers to this machine alone. To let others in, start it with --auth NAME:PASSWORD."

Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Any, Send], Awaitable[None]]


class OnlyThisMachine:
    """An ASGI layer that answers 403 to every request that names another host, or comes from the page of another."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] == "lifespan" or all(map(_is_local, _named(scope))):
            await self._app(scope, receive, send)
            return
        head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(_REFUSAL)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": head})
        await send({"type": "http.response.body", "body": _REFUSAL})


def is_inside(host: str) -> bool:
    """Tell whether a host is this machine or one of its own network, by its name or its number.

    Not handled: public names that lead there.
    """
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." not in host.rstrip(".") or host.rstrip(".").endswith((".local", ".internal", ".localhost"))


def _named(scope: dict[str, Any]) -> list[str]:
    """Return the addresses that a request names: where it goes, and the page that sends it."""
    headers = [(name.lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    hosts = [f"//{value}" for name, value in headers if name == b"host"]
    return hosts + [value for name, value in headers if name == b"origin"]


def _is_local(address: str) -> bool:
    try:
        return urlsplit(address).hostname in LOCAL
    except ValueError:
        return False
