"""What goes wrong at an endpoint, a time-out or a refused key: what is tried again, and what a person is told.

One mapping, for chat models and embedders, of the errors of the openai client and of httpx below it. Nothing that is
shown has the key in it. Not handled: quotas that only their owner can see.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from rag.base.text.cleaning import without_controls
from rag.base.timeouts import retry_after

# ----------------------------------------------------------------------------------------------------
# Keys and passwords, kept out of everything that is shown: some endpoints repeat them in what they send back.

SHORTEST_SECRET = 12
"""Characters from which a key is taken for a secret; `none`, `EMPTY` and `ollama` are words of an answer."""


def without_login(url: str) -> str:
    """Return an endpoint's address without a name, a password or a query that may stand in it."""
    return re.sub(r"//[^/@]*@", "//", url).partition("?")[0]


def without_key(text: str, key: str | None) -> str:
    """Return `text` without `key`, as it is or with its special characters spelled out; a short one as a word only."""
    for written in {key, key.encode("unicode_escape").decode()} if key else ():
        edge = r"\b" if len(written) < SHORTEST_SECRET else ""
        text = re.sub(f"{edge}{re.escape(written)}{edge}", "…", text)
    return text


# ----------------------------------------------------------------------------------------------------

ATTEMPTS, LONGEST_WAIT = 3, 20.0
"""How often a call is tried in all, and the most seconds between two tries."""
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


class FailureKind(Enum):
    """How an endpoint failed."""

    CONNECTION, UNREACHABLE, TIMEOUT, STATUS = auto(), auto(), auto(), auto()
    ELSEWHERE, UNREADABLE, EMPTY, FILTERED = auto(), auto(), auto(), auto()


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed call: `status` is the HTTP status where there was one, `message` what the endpoint said.

    For a redirect that was not followed, `message` is the host that it leads to. `prompt` is its length in the model's
    tokens, and `told_window` its window, where the body gives them as such.
    """

    kind: FailureKind
    status: int = 0
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    told_window: int | None = None
    prompt: int = 0

    def seconds_to_wait(self, attempt: int, base: float, deadline: float) -> float | None:
        """Return the seconds before attempt number `attempt + 1`, or None when no other try is worth it.

        Exponential with full jitter above a half; a `Retry-After` of the endpoint is honoured, and one too long to wait
        for ends the tries. A time-out has used up the time already, and an empty purse stays empty.
        """
        may_pass = self.kind is FailureKind.CONNECTION or self.status in (408, 409, 429) or self.status >= 500
        if attempt >= ATTEMPTS or not may_pass or "insufficient_quota" in self.message:
            return None
        wait = retry_after(self.headers)
        if wait is None:
            wait = min(base * 2 ** (attempt - 1), LONGEST_WAIT) * random.uniform(0.5, 1.0)
        return wait if wait <= min(LONGEST_WAIT, deadline - time.monotonic()) else None

    @property
    def is_loading(self) -> bool:
        """Whether the server is up and its model not yet in memory."""
        return self.status == 503 and re.search(r"\bloading\b", self.message, re.I) is not None

    @property
    def is_overflow(self) -> bool:
        """Whether the endpoint says that the prompt does not fit the model's window."""
        told = bool(_CONTEXT.search(self.message)) or self.told_window is not None
        return self.status in (400, 413, 422, 500) and told

    @property
    def window(self) -> int | None:
        """The window in tokens that an overflow names; without a name its smallest number from 256 up."""
        if self.told_window:
            return self.told_window
        for shape in _WINDOWS:
            if found := re.search(shape, self.message, re.I):
                return _number(next(filter(None, found.groups())))
        numbers = map(_number, re.findall(_TOKENS, self.message))
        return min((number for number in numbers if number >= 256), default=None)


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))


# ----------------------------------------------------------------------------------------------------
# Foreign errors as failures of ours.

_WINDOW = ("n_ctx", "max_model_len", "context_length", "max_context_length")
_PROMPT = ("n_prompt_tokens", "prompt_tokens")
"""Fields of an error's body that give the window, and the prompt's length, in the model's tokens."""


def failure_of(error: Exception, key: str | None) -> Failure:
    """Tell a foreign error in our own terms, without the key that an endpoint may repeat in its message."""
    import openai

    from rag.models.client import SentElsewhere, TooLarge

    for found in (error, error.__cause__):  # a guard's own error, or the client's around it
        if isinstance(found, SentElsewhere):
            return Failure(FailureKind.ELSEWHERE, message=_clean(found.host, key))
        if isinstance(found, TooLarge):
            return Failure(FailureKind.UNREADABLE, message=str(found))
    names = f"{type(error).__name__} {type(error.__cause__).__name__}"
    if isinstance(error, TimeoutError | openai.APITimeoutError) or "Timeout" in names:
        connecting = "Connect" in type(error.__cause__).__name__
        return Failure(FailureKind.UNREACHABLE if connecting else FailureKind.TIMEOUT)
    if isinstance(error, openai.APIConnectionError):
        return Failure(FailureKind.CONNECTION, message=_clean(str(error.__cause__ or error), key))
    if isinstance(error, openai.APIStatusError) or type(error) is openai.APIError:  # the second: told in a stream
        response = getattr(error, "response", None)
        return Failure(
            FailureKind.STATUS,
            500 if response is None else response.status_code,
            _clean(_said(error), key),
            {} if response is None else dict(response.headers),
            first_number(error.body, _WINDOW),
            first_number(error.body, _PROMPT) or 0,
        )
    if type(error).__module__.partition(".")[0] in ("httpx", "httpcore"):  # the stream broke off
        return Failure(FailureKind.CONNECTION, message=_clean(str(error), key))
    return Failure(FailureKind.UNREADABLE, message=_clean(type(error).__name__, key))


def _clean(message: str, key: str | None) -> str:
    message = without_controls(without_key(message, key))
    return " ".join(re.sub(r"\bsk-[\w*-]{4,}", "…", message).split())[:400]


def _said(error: Any) -> str:
    """Return what the endpoint itself said, without the client's own wrapping; a code in digits is the status again."""
    body = error.body if isinstance(error.body, dict) else {}
    parts = (str(body.get(name) or "") for name in ("message", "detail", "code"))
    return " ".join(part for part in parts if part and not part.isdigit()) or str(error.message)


def first_number(body: object, names: Sequence[str]) -> int | None:
    """Return the first positive whole number under one of `names` in JSON, in an object or in one within it."""
    outer = body if isinstance(body, dict) else {}
    found = (within.get(name) for within in (outer, *outer.values()) if isinstance(within, dict) for name in names)
    return next((value for value in found if type(value) is int and value > 0), None)


# ----------------------------------------------------------------------------------------------------
# A line for the person who meets a failure: what happened, and what to do.

_SAYS = {
    FailureKind.CONNECTION: "{who} at {where} cannot be reached{said}. Start it, or correct {address}.",
    FailureKind.UNREACHABLE: (
        "{who} at {where} does not answer: no connection in time. Check the network, or correct {address}."
    ),
    FailureKind.TIMEOUT: (
        "{whose} {model} at {where} sent nothing within {waited:g} s. {less} more time with RAG_TIMEOUT."
    ),
    FailureKind.EMPTY: (
        "{whose} {model} at {where} sent an empty answer{said}. Try again, or set another model with {name}."
    ),
    FailureKind.FILTERED: (
        "{who} at {where} withheld the answer by its content filter. Put the question in other words, or set another "
        "model with {name}."
    ),
    FailureKind.ELSEWHERE: (
        "{who} at {where} sends on to another host, {message}, which was told nothing. If that is where your model is, "
        "set {address} to its address there."
    ),
    FailureKind.UNREADABLE: (
        "{who} at {where} sent something that is no {reply}{said}. Check that {address} names an OpenAI-compatible "
        "endpoint (it usually ends in /v1)."
    ),
    FailureKind.STATUS: "{who} at {where} answered {status} for the model {model}{said}. {remedy}",
}
_CHAT = {
    "who": "The endpoint",
    "whose": "The model",
    "reply": "chat completion",
    "less": "Show it less with --budget, or allow",
    "address": "OPENAI_BASE_URL",
    "name": "RAG_MODEL",
}
_EMBEDDER = {
    "who": "The embedding endpoint",
    "whose": "The embedding endpoint's model",
    "reply": "list of vectors",
    "less": "Try again, or allow",
    "address": "RAG_EMBED_BASE_URL",
    "name": "RAG_EMBED_MODEL",
}


def explained(failure: Failure, where: str, model: str, waited: float, *, embeds: bool = False) -> str:
    """Return the line for a failure of `model` at the address `where`, after `waited` seconds where it was silent."""
    message, names = failure.message[:200], _EMBEDDER if embeds else _CHAT
    if failure.is_overflow and not embeds:
        return f"The prompt does not fit the context window of {model} ({message})."
    told = {"where": where, "model": model, "waited": waited, "status": failure.status, "message": message}
    said, remedy = f" ({message})" if message else "", _remedy(failure).format(**names)
    return _SAYS[failure.kind].format(**told, **names, said=said, remedy=remedy)


def _remedy(failure: Failure) -> str:
    """Return what to do about an HTTP status."""
    if re.search("chat[ _]template", failure.message, re.I):
        return "Start its server with the model's chat template, or set another model with {name}."
    if failure.is_loading:
        return "It still loads its model: try again in a minute."
    match failure.status:
        case 401 | 403:
            return "Check OPENAI_API_KEY."
        case 404:
            return "Set {name} to a model that it serves, and check {address} (it usually ends in /v1)."
        case 429:
            return "It is busy or the quota is used up: try again later."
        case 408:
            return "It has trouble of its own: try again later."
        case status if status >= 500:
            return "It has trouble of its own: try again later."
    return "Check {name} and the endpoint's own documentation."
