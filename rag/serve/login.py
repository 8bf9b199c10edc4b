"""The password of the page and of the routes beside it, and how often an address may try one.

Programs bring it as a token, `NAME:PASSWORD` or the password alone. After `FREE` wrong ones an address waits before the
next is looked at, longer each time; a right one in that time is not looked at either, or guessing would be as fast as
before. Not handled: a guesser with many addresses, people who share an address with one (behind the same proxy).
"""

from __future__ import annotations

import ipaddress
import secrets
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from rag.serve.failures import RequestRefused, error_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FREE = 5
LONGEST = 300
"""Seconds between two tries, at most."""
FORGOTTEN = 3600
"""Seconds after its last wrong try in which an address is remembered."""
_ADDRESSES = 4096
_PAGE = ("/login", "/login/")


class Tries:
    """How often each address was wrong, and until when it waits. Safe to use from several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._guard = now, threading.Lock()
        self._wrong: dict[str, tuple[int, float]] = {}
        """Address to how often it was wrong, and when it was so last; the latest last."""

    def begin(self, address: str) -> None:
        """Note a try, as wrong until it is `right`, so that many at once are no way around; Refused if too early."""
        address = _network(address)
        with self._guard:
            often, last = self._wrong.get(address, (0, 0.0))
            since = self._now() - last
            often = 0 if since > FORGOTTEN else often
            left = min(2.0 ** min(often - FREE, 30), LONGEST) - since if often >= FREE else 0.0
            if left > 0:
                seconds = max(1, round(left))
                said = f"Too many wrong passwords from your address: try again in {seconds} s."
                raise RequestRefused(said, status=429, code="rate_limit_exceeded", wait=seconds)
            self._wrong.pop(address, None)
            self._wrong[address] = often + 1, self._now()
            if len(self._wrong) > _ADDRESSES:
                del self._wrong[next(iter(self._wrong))]

    def right(self, address: str) -> None:
        """Note that the password was right: all is forgotten."""
        with self._guard:
            self._wrong.pop(_network(address), None)


class Gate:
    """Lets in whoever brings the password; everybody where there is none."""

    def __init__(self, login: tuple[str, str] | None, tries: Tries | None = None) -> None:
        self.login, self.tries = login, tries or Tries()

    def check(self, authorization: str | None, address: str) -> None:
        """Raise Refused unless there is no password, or the header `Authorization: Bearer TOKEN` brings it."""
        if self.login is None:
            return
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise RequestRefused(
                "This library has a password: send it as Authorization: Bearer NAME:PASSWORD.", status=401
            )
        self.tries.begin(address)
        given = token.strip().encode()
        if not any(secrets.compare_digest(given, known.encode()) for known in (":".join(self.login), self.login[1])):
            raise RequestRefused("This token is not the library's.", status=401, code="invalid_api_key")
        self.tries.right(address)


class OnlyWithToken:
    """An ASGI layer that answers 401 to every request without the token."""

    def __init__(self, app: ASGIApp, login: tuple[str, str] | None) -> None:
        self._app, self._gate = app, Gate(login)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["type"] == "http":
                self._gate.check(Headers(scope=scope).get("authorization"), address_of(scope))
        except RequestRefused as exc:
            await error_response(exc)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class PageLogin:
    """An ASGI layer that counts the wrong passwords which the page's own form sends."""

    def __init__(self, app: ASGIApp, tries: Tries) -> None:
        self._app, self._tries = app, tries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in _PAGE:
            await self._app(scope, receive, send)
            return
        address = address_of(scope)

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                self._tries.right(address)
            await send(message)

        try:
            self._tries.begin(address)
        except RequestRefused as exc:
            await error_response(exc)(scope, receive, send)
        else:
            await self._app(scope, receive, noting)


def address_of(scope: Scope) -> str:
    """Return the address that a request comes from, empty where it has none."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _network(address: str) -> str:
    """Return what is counted as one address: of IPv6 the /64 that a household has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
