"""The token by which programs come in where the page has a password: `NAME:PASSWORD`, or the password alone."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from rag.serve.failures import Refused, error_body

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


def check(login: tuple[str, str] | None, authorization: str | None) -> None:
    """Raise Refused unless there is no password, or the header `Authorization: Bearer TOKEN` brings it."""
    if login is None:
        return
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused("This library has a password: send it as Authorization: Bearer NAME:PASSWORD.", status=401)
    given = token.strip().encode()
    if not any(secrets.compare_digest(given, known.encode()) for known in (":".join(login), login[1])):
        raise Refused("This token is not the library's.", status=401, code="invalid_api_key")


class OnlyWithToken:
    """An ASGI layer that answers 401 to every request without the token."""

    def __init__(self, app: ASGIApp, login: tuple[str, str] | None) -> None:
        self._app, self._login = app, login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
            try:
                check(self._login, headers.get(b"authorization"))
            except Refused as exc:
                await JSONResponse(error_body(exc)[1], exc.status)(scope, receive, send)
                return
        await self._app(scope, receive, send)
