"""The errors of the openai client, and of httpx below it, as failures of ours, without the key."""

from __future__ import annotations

import re
from typing import Any

from rag.readers.failures import Failure, Kind
from rag.text.controls import without_controls
from rag.text.secrets import without_key


def failure_of(error: Exception, key: str | None) -> Failure:
    """Tell a foreign error in our own terms, without the key that an endpoint may repeat in its message."""
    import openai

    names = f"{type(error).__name__} {type(error.__cause__).__name__}"
    if isinstance(error, TimeoutError | openai.APITimeoutError) or "Timeout" in names:
        connecting = "Connect" in type(error.__cause__).__name__
        return Failure(Kind.UNREACHABLE if connecting else Kind.TIMEOUT)
    if isinstance(error, openai.APIStatusError):
        return Failure(Kind.STATUS, error.status_code, _clean(_said(error), key), dict(error.response.headers))
    if isinstance(error, openai.APIConnectionError):
        return Failure(Kind.CONNECTION, message=_clean(str(error.__cause__ or error), key))
    if type(error) is openai.APIError:  # an error told in the midst of a stream
        return Failure(Kind.STATUS, 500, _clean(error.message, key))
    if type(error).__module__.partition(".")[0] in ("httpx", "httpcore"):  # the stream broke off
        return Failure(Kind.CONNECTION, message=_clean(str(error), key))
    return Failure(Kind.UNREADABLE, message=_clean(type(error).__name__, key))


def _clean(message: str, key: str | None) -> str:
    message = without_controls(without_key(message, key))
    return " ".join(re.sub(r"\bsk-[\w*-]{4,}", "…", message).split())[:400]


def _said(error: Any) -> str:
    """Return what the endpoint itself said, without the client's own wrapping."""
    body = error.body
    if isinstance(body, dict):
        parts = (str(body.get(name) or "") for name in ("message", "detail", "code"))
        return " ".join(part for part in parts if part) or str(error.message)
    return str(error.message)
