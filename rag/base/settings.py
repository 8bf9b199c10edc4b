"""One flat settings object, and the one function that reads the environment."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.base.errors import UsageError

LEAST_BUDGET = 200
"""Tokens of evidence below which no abstract fits."""


class PromptForm(StrEnum):
    """How a model is asked: by all the rules with whole abstracts, or shortly with the sentences that may answer."""

    FULL = "full"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Argument over environment over default."""

    model: str | None = None
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    embed_model: str | None = None
    embed_base_url: str | None = None
    chroma_url: str | None = None
    arxiv_url: str = "https://export.arxiv.org/api/query"
    """The API that `enrich` asks."""
    hf_url: str = "https://huggingface.co"
    """Where `add hf:` finds the daily papers."""
    zotero_url: str = "http://127.0.0.1:23119"
    """Zotero's local API, on this machine."""
    timeout: float = 60.0
    """Seconds to a model's first token."""
    connect_timeout: float = 5.0
    """Seconds to a connection with an endpoint."""
    budget: int = 8000
    """Tokens of evidence that a model is shown."""
    context_window: int | None = None
    """Tokens that the model can take in, prompt and reply together; None: as its endpoint tells."""
    form: PromptForm | None = None
    """How the model is asked; None: as its size and window call for."""
    k: int = 25
    """Papers retrieved for one question."""
    prices: tuple[float, float] | None = None
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
    given = {name: env.get(name, "").strip() for name in _VARIABLES}
    values = {field: read(name, given[name]) for name, (field, read) in _VARIABLES.items() if given[name]}
    if overrides.get("budget") is not None:
        overrides["budget"] = _tokens("--budget", str(overrides["budget"]))
    values |= {name: value for name, value in overrides.items() if value is not None}
    return Settings(**values)  # type: ignore[arg-type]


def library_folder(environ: Mapping[str, str] | None = None) -> str:
    """Return where the library lies when no place is named: `RAG_LIBRARY`, else the platform's data folder."""
    env = os.environ if environ is None else environ
    if chosen := env.get("RAG_LIBRARY"):
        return chosen
    from platformdirs import user_data_dir

    return user_data_dir("abstract-qa", appauthor=False)


def _text(_: str, text: str) -> str:
    return text


def _server(_: str, text: str) -> str:
    return text.rstrip("/")


def _prices(name: str, text: str) -> tuple[float, ...]:
    prices = tuple(_number(part) for part in text.replace(",", " ").split())
    if len(prices) != 2 or not all(0 <= price < math.inf for price in prices):
        raise UsageError(
            f"{name} must be two numbers, the price of a million tokens of prompts and of a million tokens of "
            f"replies, such as 0.15 0.60, not {text!r}."
        )
    return prices


def _tokens(name: str, text: str) -> int:
    if not text.strip().isdigit() or int(text) < LEAST_BUDGET:
        raise UsageError(f"{name} must be a number of tokens from {LEAST_BUDGET} on, not {text!r}.")
    return int(text)


def _form(name: str, text: str) -> PromptForm | None:
    forms = {"auto": None} | {form.value: form for form in PromptForm}
    if text.lower() not in forms:
        raise UsageError(f"{name} must be full, small or auto, not {text!r}.")
    return forms[text.lower()]


def _seconds(name: str, text: str) -> float:
    if not 0 < (seconds := _number(text)) < math.inf:
        raise UsageError(f"{name} must be a number of seconds above 0, not {text!r}.")
    return seconds


def _number(text: str) -> float:
    """Return a number, or one that is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


_VARIABLES: dict[str, tuple[str, Callable[[str, str], object]]] = {
    "RAG_MODEL": ("model", _text),
    "OPENAI_BASE_URL": ("base_url", _text),
    "OPENAI_API_KEY": ("api_key", _text),
    "RAG_EMBED_MODEL": ("embed_model", _text),
    "RAG_EMBED_BASE_URL": ("embed_base_url", _text),
    "RAG_CHROMA_URL": ("chroma_url", _text),
    "RAG_ARXIV_URL": ("arxiv_url", _text),
    "HF_ENDPOINT": ("hf_url", _server),
    "RAG_ZOTERO_URL": ("zotero_url", _server),
    "RAG_TIMEOUT": ("timeout", _seconds),
    "RAG_CONNECT_TIMEOUT": ("connect_timeout", _seconds),
    "RAG_BUDGET": ("budget", _tokens),
    "RAG_FORM": ("form", _form),
    "RAG_PRICES": ("prices", _prices),
}
"""Each variable of the environment: the setting that it gives, and how its text is read."""
