"""What goes wrong over HTTP, in the shape that clients of OpenAI's protocol read.

    {"error": {"message": …, "type": …, "param": …, "code": …}}

Types and statuses: invalid_request_error 400 (404 for a model or path that is none, 413 for a body too large),
authentication_error 401, rate_limit_error 429, server_error 500 and 503. Clients try 429 and 5xx again by themselves;
of a wrong request they do not.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, model_validator
from starlette.exceptions import HTTPException

from rag.base.errors import AbstractQAError, UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
LARGEST = 512 * 1024
"""Bytes of a request: a long conversation has a tenth of it."""
_KINDS = {401: "authentication_error", 429: "rate_limit_error"}
UNEXPECTED = "Something went wrong here, and it is not your request. Try again; the log of the server says more."


@dataclass(eq=False)
class RequestRefused(Exception):
    """A request that is not answered: the message for its sender, and where in it the fault lies.

    `wait`: seconds after which it may be sent again.
    """

    message: str
    _: KW_ONLY
    status: int = 400
    param: str | None = None
    code: str | None = None
    wait: int | None = None


def unknown_fields(given: Iterable[str], known: Collection[str]) -> str:
    """Return the line that names what was given and is not known; empty where there is none."""
    strange = [str(name)[:80] for name in given if name not in known]
    if not strange:
        return ""
    named = f"{strange[0]!r} is" if len(strange) == 1 else f"{', '.join(map(repr, strange[:9]))} are"
    return f"{named} not known here. What can be given: {', '.join(known)}."


class Closed(BaseModel):
    """A request that holds what it can hold and nothing else: a bound that is passed over would be a wrong answer."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        if isinstance(given, dict) and (said := unknown_fields(given, cls.model_fields)):
            first = next(name for name in given if name not in cls.model_fields)
            raise RequestRefused(said, param=str(first)[:80], code="unknown_parameter")
        return given


def error_response(exc: Exception) -> JSONResponse:
    """Return the response that tells of an exception."""
    status, body = error_body(exc)
    wait = exc.wait if isinstance(exc, RequestRefused) else None
    return JSONResponse(body, status, {"Retry-After": str(wait)} if wait else None)


def error_body(exc: Exception) -> tuple[int, dict[str, Any]]:
    """Return the status and the body that tell of an exception; one that was not foreseen is logged, not shown."""
    if isinstance(exc, RequestRefused):
        kind = _KINDS.get(exc.status, "invalid_request_error")
        return exc.status, _body(str(exc), kind, exc.param, exc.code)
    if isinstance(exc, UsageError):
        return 400, _body(str(exc), "invalid_request_error")
    if isinstance(exc, AbstractQAError):
        return 503, _body(str(exc), "server_error")
    _log.error("A request failed", exc_info=exc)
    return 500, _body(UNEXPECTED, "server_error")


def _body(message: str, kind: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def handle(api: FastAPI) -> None:
    """Have every failure of `api` answered in this shape."""

    async def told(request: Request, exc: Exception) -> JSONResponse:
        return error_response(_in_our_words(request, exc))

    for kind in (AbstractQAError, RequestRefused, RequestValidationError, HTTPException, Exception):
        api.add_exception_handler(kind, told)


def _in_our_words(request: Request, exc: Exception) -> Exception:
    """Return what FastAPI and Starlette refuse by themselves as `RequestRefused`; any other exception as it is."""
    if isinstance(exc, HTTPException):
        known = {404: f"There is nothing at {request.url.path}.", 405: f"{request.url.path} takes no {request.method}."}
        return RequestRefused(known.get(exc.status_code, str(exc.detail)), status=exc.status_code)
    if not isinstance(exc, RequestValidationError):
        return exc
    first = exc.errors()[0]
    where = ".".join(map(str, first["loc"][1:]))  # after whether it stands in the body, the address or a header
    if first["type"] == "json_invalid" or not where:
        return RequestRefused("The body must be a JSON object, sent with Content-Type: application/json.")
    return RequestRefused(f"{where}: {first['msg']}.", param=where)


class Limited:
    """An ASGI layer that answers 413 to a body of more than `LARGEST` bytes, however it is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST:
                said = f"The request is larger than {LARGEST // 1024} KB: send a shorter conversation."
                raise HTTPException(413, said)
            return message

        await self._app(scope, counted, send)
