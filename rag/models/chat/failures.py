"""What may go wrong at a chat endpoint: which failures are worth another try, after how long, and a line for a person.

Pure: it knows HTTP statuses and headers, and no client library. What may pass by itself is said in `rag/base/http.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from rag.base.errors import ModelFailed, ModelSilent, PromptTooLong
from rag.base.http import SentElsewhere, guarded, passes, seconds_before_next, without_key
from rag.base.text.cleaning import without_controls
from rag.models.chat.replies import Finish


class Kind(Enum):
    """How an endpoint failed."""

    CONNECTION, UNREACHABLE, TIMEOUT, STATUS = auto(), auto(), auto(), auto()
    ELSEWHERE, UNREADABLE, EMPTY, FILTERED = auto(), auto(), auto(), auto()


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed call: `status` is the HTTP status where there was one, `message` what the endpoint said.

    For a redirect that was not followed, `message` is the host that it leads to.

    `window` and `prompt` are tokens, where the body gives them as such.
    """

    kind: Kind
    status: int | None = None
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    window: int | None = None
    prompt: int | None = None


def seconds_to_wait(failure: Failure, attempt: int, base: float) -> float | None:
    """Return the seconds before attempt number `attempt + 1`, or None when no other try is worth it.

    A time-out has used up the time already.
    """
    may_pass = failure.kind is Kind.CONNECTION or passes(failure.status or 0, failure.message)
    return seconds_before_next(attempt, failure.headers, base) if may_pass else None


def nothing(finish: Finish, *, thought: bool = False) -> Failure:
    """Return the failure of a reply that ended with `finish` and has no text; `thought`: but thoughts."""
    if finish is Finish.FILTERED:
        return Failure(Kind.FILTERED)
    if thought and finish in (Finish.STOP, Finish.LENGTH):
        ended = " until its length limit was reached" if finish is Finish.LENGTH else ""
        return Failure(Kind.EMPTY, message=f"it only thought{ended}")
    why = {Finish.TOOLS: "it called a tool", Finish.LENGTH: "its length limit was reached", Finish.CUT: "it broke off"}
    return Failure(Kind.EMPTY, message=why.get(finish, ""))


def is_loading(failure: Failure) -> bool:
    """Tell whether the server is up and its model not yet in memory."""
    return failure.status == 503 and re.search(r"\bloading\b", failure.message, re.I) is not None


_CONTEXT = re.compile(
    r"context[_ ](?:length|window|size)|maximum context|exceeds? the (?:available )?context|too many tokens"
    r"|prompt is too long|input (?:is )?too long|max_model_len|n_ctx|context the overflows",
    re.I,
)
_TOKENS = r"(\d{1,3}(?:,\d{3})+|\d{3,7})"
_WINDOWS = (
    rf"(?:context[_ ](?:length|window|size)|max_model_len|n_ctx)\D{{0,24}}{_TOKENS}",
    rf"{_TOKENS}[- ]tokens? (?:context|maximum|limit)|{_TOKENS} maximum",
)
"""How a window is named, the surest way first."""


def is_context_overflow(failure: Failure) -> bool:
    """Whether the endpoint says that the prompt does not fit the model's window."""
    told = bool(_CONTEXT.search(failure.message)) or failure.window is not None
    return failure.status in (400, 413, 422, 500) and told


def window_named(message: str) -> int | None:
    """Return the window in tokens that an overflow message names; without a name its smallest number from 256 up."""
    for shape in _WINDOWS:
        if found := re.search(shape, message, re.I):
            return _number(next(filter(None, found.groups())))
    numbers = [_number(number) for number in re.findall(_TOKENS, message)]
    return min((number for number in numbers if number >= 256), default=None)


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))


def error(failure: Failure, where: str, model: str, waited: float) -> ModelFailed:
    """Return the error with a line for the person who meets it: what happened, and what to do."""
    if is_context_overflow(failure):
        said = f"The prompt does not fit the context window of {model} ({failure.message[:200]})."
        return PromptTooLong(said, failure.window or window_named(failure.message))
    message = failure.message[:200]
    told = {"where": where, "model": model, "waited": waited, "status": failure.status, "message": message}
    happened = _SAYS[failure.kind][0].format(**told, said=f" ({message})" if message else "")
    return (ModelSilent if failure.kind is Kind.TIMEOUT else ModelFailed)(f"{happened} {_remedy(failure)}")


_SAYS: dict[Kind, tuple[str, str]] = {
    Kind.CONNECTION: (
        "The model's endpoint at {where} cannot be reached{said}.",
        "Start it, or correct OPENAI_BASE_URL.",
    ),
    Kind.UNREACHABLE: (
        "The model's endpoint at {where} does not answer: no connection in time.",
        "Check the network, or correct OPENAI_BASE_URL.",
    ),
    Kind.TIMEOUT: (
        "The model {model} at {where} sent nothing within {waited:g} s.",
        "Show it less with --budget, or allow more time with RAG_TIMEOUT.",
    ),
    Kind.EMPTY: (
        "The model {model} at {where} sent an empty answer{said}.",
        "Try again, or set another model with RAG_MODEL.",
    ),
    Kind.FILTERED: (
        "The endpoint at {where} withheld the answer by its content filter.",
        "Put the question in other words, or set another model with RAG_MODEL.",
    ),
    Kind.ELSEWHERE: (
        "The endpoint at {where} sends on to another host, {message}, which was told nothing.",
        "If that is where your model is, set OPENAI_BASE_URL to its address there.",
    ),
    Kind.UNREADABLE: (
        "The endpoint at {where} sent something that is no chat completion{said}.",
        "Check that OPENAI_BASE_URL names an OpenAI-compatible endpoint (it usually ends in /v1).",
    ),
    Kind.STATUS: ("The endpoint at {where} answered {status} for the model {model}{said}.", ""),
}
"""What happened, and what to do; of a status that is for `_remedy` to say."""


def _remedy(failure: Failure) -> str:
    status = failure.status or 0
    if re.search("chat[ _]template", failure.message, re.I):
        return "Start its server with the model's chat template, or set another model with RAG_MODEL."
    if is_loading(failure):
        return "It still loads its model: try again in a minute."
    if failure.kind is not Kind.STATUS:
        return _SAYS[failure.kind][1]
    if status in (401, 403):
        return "Check OPENAI_API_KEY."
    if status == 404:
        return "Set RAG_MODEL to a model that it serves, and check OPENAI_BASE_URL (it usually ends in /v1)."
    if status == 429:
        return "It is busy or the quota is used up: try again later."
    if status == 408 or status >= 500:
        return "It has trouble of its own: try again later."
    return "Check RAG_MODEL and the endpoint's own documentation."


# ----------------------------------------------------------------------------------------------------
# The errors of the openai client, and of httpx below it, as failures of ours, without the key.

_WINDOW = ("n_ctx", "max_model_len", "context_length", "max_context_length")
_PROMPT = ("n_prompt_tokens", "prompt_tokens")
"""Fields of an error's body that give the window, and the prompt's length, in the model's tokens."""


def failure_of(error: Exception, key: str | None) -> Failure:
    """Tell a foreign error in our own terms, without the key that an endpoint may repeat in its message."""
    import openai

    if isinstance(guard := guarded(error), SentElsewhere):
        return Failure(Kind.ELSEWHERE, message=_clean(guard.host, key))
    if guard is not None:
        return Failure(Kind.UNREADABLE, message=str(guard))
    names = f"{type(error).__name__} {type(error.__cause__).__name__}"
    if isinstance(error, TimeoutError | openai.APITimeoutError) or "Timeout" in names:
        connecting = "Connect" in type(error.__cause__).__name__
        return Failure(Kind.UNREACHABLE if connecting else Kind.TIMEOUT)
    if isinstance(error, openai.APIConnectionError):
        return Failure(Kind.CONNECTION, message=_clean(str(error.__cause__ or error), key))
    if isinstance(error, openai.APIStatusError) or type(error) is openai.APIError:  # the second: told in a stream
        response = getattr(error, "response", None)
        return Failure(
            Kind.STATUS,
            response.status_code if response is not None else 500,
            _clean(_said(error), key),
            dict(response.headers) if response is not None else {},
            window=_first_number(error.body, _WINDOW),
            prompt=_first_number(error.body, _PROMPT),
        )
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


def _first_number(body: object, names: tuple[str, ...]) -> int | None:
    """Return the first positive number under one of `names` in an error's body, or in an object within it."""
    outer = body if isinstance(body, dict) else {}
    found = (within.get(name) for within in (outer, *outer.values()) if isinstance(within, dict) for name in names)
    return next((value for value in found if type(value) is int and value > 0), None)
