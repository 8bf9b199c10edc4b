"""One flat settings object, and the one function that reads the environment."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from rag.base.errors import UsageError

LEAST_BUDGET = 200
"""Tokens of evidence below which no abstract fits."""


class PromptForm(StrEnum):
    """How a model is asked: by all the rules with whole abstracts, or shortly with the sentences that may answer."""

    FULL = "full"
    SMALL = "small"


# ----------------------------------------------------------------------------------------------------
# How the text of a variable is read, ValueError where it cannot be, and what it must be.

_Read = tuple[Callable[[str], object], str]


def _seconds(text: str) -> float:
    if not 0 < (seconds := float(text)) < math.inf:
        raise ValueError
    return seconds


def _tokens(text: str) -> int:
    if not text.isdigit() or int(text) < LEAST_BUDGET:
        raise ValueError
    return int(text)


def _prices(text: str) -> tuple[float, float]:
    prompts, replies = map(float, text.replace(",", " ").split())
    if not (0 <= prompts < math.inf and 0 <= replies < math.inf):
        raise ValueError
    return prompts, replies


_TEXT: _Read = (str, "a text")
_SERVER: _Read = (lambda text: text.rstrip("/"), "an address")
_SECONDS: _Read = (_seconds, "a number of seconds above 0")
_TOKENS: _Read = (_tokens, f"a number of tokens from {LEAST_BUDGET} on")
_FORM: _Read = (lambda text: None if text.lower() == "auto" else PromptForm(text.lower()), "full, small or auto")
_PRICES: _Read = (
    _prices,
    "two numbers, the price of a million tokens of prompts and of a million tokens of replies, such as 0.15 0.60",
)


def _set_by(variable: str, default: Any = None, read: _Read = _TEXT, *, shown: bool = True) -> Any:
    """Return a field that a variable of the environment sets."""
    return field(default=default, repr=shown, metadata={"variable": variable, "read": read})


def _read(name: str, text: str, how: _Read) -> object:
    """Return what a text says; UsageError, by the `name` of what it sets, where that cannot be."""
    read, must = how
    try:
        return read(text.strip())
    except ValueError:
        raise UsageError(f"{name} must be {must}, not {text!r}.") from None


# ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Argument over environment over default."""

    model: str | None = _set_by("RAG_MODEL")
    base_url: str | None = _set_by("OPENAI_BASE_URL")
    api_key: str | None = _set_by("OPENAI_API_KEY", shown=False)
    embed_model: str | None = _set_by("RAG_EMBED_MODEL")
    embed_base_url: str | None = _set_by("RAG_EMBED_BASE_URL")
    chroma_url: str | None = _set_by("RAG_CHROMA_URL")
    arxiv_url: str = _set_by("RAG_ARXIV_URL", "https://export.arxiv.org/api/query")
    """The API that `enrich` asks."""
    hf_url: str = _set_by("HF_ENDPOINT", "https://huggingface.co", _SERVER)
    """Where `add hf:` finds the daily papers."""
    zotero_url: str = _set_by("RAG_ZOTERO_URL", "http://127.0.0.1:23119", _SERVER)
    """Zotero's local API, on this machine."""
    timeout: float = _set_by("RAG_TIMEOUT", 60.0, _SECONDS)
    """Seconds to a model's first token."""
    connect_timeout: float = _set_by("RAG_CONNECT_TIMEOUT", 5.0, _SECONDS)
    """Seconds to a connection with an endpoint."""
    budget: int = _set_by("RAG_BUDGET", 8000, _TOKENS)
    """Tokens of evidence that a model is shown."""
    context_window: int | None = None
    """Tokens that the model can take in, prompt and reply together; None: as its endpoint tells."""
    form: PromptForm | None = _set_by("RAG_FORM", None, _FORM)  # noqa: RUF009 - a field
    """How the model is asked; None: as its size and window call for."""
    k: int = 25
    """Papers retrieved for one question."""
    prices: tuple[float, float] | None = _set_by("RAG_PRICES", None, _PRICES)
    """What a million tokens of prompts and a million tokens of replies cost, in any one currency."""
    rerank: bool = False
    """Let the model order the papers found by whether they help to answer: one more call."""
    extractive: bool = False
    """Answer without a model even where one is set."""
    strict_model: bool = False
    """A failing model is an error, not a reason to answer in quotes."""

    def __post_init__(self) -> None:
        """UsageError for a key that no request can carry; the HTTP client's own error would show it."""
        if self.api_key is not None and not (self.api_key.isascii() and self.api_key.isprintable()):
            raise UsageError("OPENAI_API_KEY holds a character that no key has, such as a line break. Set it again.")

    @property
    def has_endpoint(self) -> bool:
        """Whether a chat endpoint is configured."""
        return bool(self.api_key or self.base_url)


def from_environment(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Return the settings that the environment gives; `overrides` that are not None win."""
    env = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for each in fields(Settings):
        variable = each.metadata.get("variable", "")
        if given := env.get(variable, "").strip():
            values[each.name] = _read(variable, given, each.metadata["read"])
    if overrides.get("budget") is not None:
        overrides["budget"] = _read("--budget", str(overrides["budget"]), _TOKENS)
    values |= {name: value for name, value in overrides.items() if value is not None}
    return Settings(**values)  # type: ignore[arg-type]


def library_folder(environ: Mapping[str, str] | None = None) -> str:
    """Return where the library lies when no place is named: `RAG_LIBRARY`, else the platform's data folder."""
    env = os.environ if environ is None else environ
    if chosen := env.get("RAG_LIBRARY"):
        return chosen
    from platformdirs import user_data_dir

    return user_data_dir("abstract-qa", appauthor=False)
