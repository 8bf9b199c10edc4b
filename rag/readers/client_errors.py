"""The errors of the openai client, and of httpx below it, as failures of ours, without the key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.guards import elsewhere, was_too_large
from rag.readers.failures import Failure, Kind
from rag.text.controls import without_controls
from rag.text.secrets import without_key

_WINDOW = ("n_ctx", "max_model_len", "context_length", "max_context_length")
_PROMPT = ("n_prompt_tokens", "prompt_tokens")
"""Fields of an error's body that give the window, and the prompt's length, in the model's tokens."""


def failure_of(error: Exception, key: str | None) -> Failure:
    """Tell a foreign error in our own terms, without the key that an endpoint may repeat in its message."""
    import openai

    if (host := elsewhere(error)) is not None:
        return Failure(Kind.ELSEWHERE, message=_clean(host, key))
    if (large := was_too_large(error)) is not None:
        return Failure(Kind.UNREADABLE, message=str(large))
    names = f"{type(error).__name__} {type(error.__cause__).__name__}"
    if isinstance(error, TimeoutError | openai.APITimeoutError) or "Timeout" in names:
        connecting = "Connect" in type(error.__cause__).__name__
        return Failure(Kind.UNREACHABLE if connecting else Kind.TIMEOUT)
    if isinstance(error, openai.APIStatusError):
        said, body = _clean(_said(error), key), error.body
        return Failure(
            Kind.STATUS,
            error.status_code,
            said,
            dict(error.response.headers),
            window=_number(body, _WINDOW),
            prompt=_number(body, _PROMPT),
        )
    if isinstance(error, openai.APIConnectionError):
        return Failure(Kind.CONNECTION, message=_clean(str(error.__cause__ or error), key))
    if type(error) is openai.APIError:  # an error told in the midst of a stream
        body = error.body
        window, prompt = _number(body, _WINDOW), _number(body, _PROMPT)
        return Failure(Kind.STATUS, 500, _clean(error.message, key), window=window, prompt=prompt)
    if type(error).__module__.partition(".")[0] in ("httpx", "httpcore"):  # the stream broke off
        return Failure(Kind.CONNECTION, message=_clean(str(error), key))
    return Failure(Kind.UNREADABLE, message=_clean(type(error).__name__, key))


def _clean(message: str, key: str | None) -> str:
    message = without_controls(without_key(message, key))
    return " ".join(re.sub(r"\bsk-[\w*-]{4,}", "…", message).split())[:400]


def _said(error: Any) -> str:
    """Return what the endpoint itself said, without the client's own wrapping; a code in digits is the status again."""
    body = error.body
    if isinstance(body, dict):
        parts = (str(body.get(name) or "") for name in ("message", "detail", "code"))
        return " ".join(part for part in parts if part and not part.isdigit()) or str(error.message)
    return str(error.message)


def _number(body: object, names: tuple[str, ...]) -> int | None:
    """Return the first positive number under one of `names` in an error's body, or in an object within it."""
    for found in _objects(body):
        for name in names:
            value = found.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                return value
    return None


def _objects(body: object) -> Iterator[dict[str, Any]]:
    if isinstance(body, dict):
        yield body
        yield from (value for value in body.values() if isinstance(value, dict))
