"""One flat settings object, and the one function that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
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
    values: dict[str, object] = {
        "model": env.get("RAG_MODEL") or None,
        "base_url": env.get("OPENAI_BASE_URL") or None,
        "api_key": (env.get("OPENAI_API_KEY") or "").strip() or None,
        "embed_model": env.get("RAG_EMBED_MODEL") or None,
        "embed_base_url": env.get("RAG_EMBED_BASE_URL") or None,
        "chroma_url": env.get("RAG_CHROMA_URL") or None,
    }
    if arxiv_url := env.get("RAG_ARXIV_URL"):
        values["arxiv_url"] = arxiv_url
    if hf_url := env.get("HF_ENDPOINT"):
        values["hf_url"] = hf_url.rstrip("/")
    if zotero_url := env.get("RAG_ZOTERO_URL"):
        values["zotero_url"] = zotero_url.rstrip("/")
    if timeout := env.get("RAG_TIMEOUT"):
        values["timeout"] = _seconds("RAG_TIMEOUT", timeout)
    if timeout := env.get("RAG_CONNECT_TIMEOUT"):
        values["connect_timeout"] = _seconds("RAG_CONNECT_TIMEOUT", timeout)
    if budget := env.get("RAG_BUDGET"):
        values["budget"] = _tokens("RAG_BUDGET", budget)
    if form := env.get("RAG_FORM"):
        values["form"] = _form(form)
    if prices := env.get("RAG_PRICES"):
        values["prices"] = _prices(prices)
    if overrides.get("budget") is not None:
        overrides["budget"] = _tokens("--budget", str(overrides["budget"]))
    values.update({name: value for name, value in overrides.items() if value is not None})
    return Settings(**values)  # type: ignore[arg-type]


def library_folder(environ: Mapping[str, str] | None = None) -> str:
    """Return where the library lies when no place is named: `RAG_LIBRARY`, else the platform's data folder."""
    env = os.environ if environ is None else environ
    if chosen := env.get("RAG_LIBRARY"):
        return chosen
    from platformdirs import user_data_dir

    return user_data_dir("abstract-qa", appauthor=False)


def _prices(text: str) -> tuple[float, float]:
    try:
        prompts, replies = map(float, text.replace(",", " ").split())
    except ValueError:
        prompts = replies = -1.0
    if not (0 <= prompts < float("inf") and 0 <= replies < float("inf")):
        raise UsageError(
            "RAG_PRICES must be two numbers, the price of a million tokens of prompts and of a million tokens of "
            f"replies, such as 0.15 0.60, not {text!r}."
        )
    return prompts, replies


def _tokens(name: str, text: str) -> int:
    if not text.strip().isdigit() or int(text) < LEAST_BUDGET:
        raise UsageError(f"{name} must be a number of tokens from {LEAST_BUDGET} on, not {text!r}.")
    return int(text)


def _form(text: str) -> PromptForm | None:
    folded = text.strip().lower()
    if folded in ("", "auto"):
        return None
    try:
        return PromptForm(folded)
    except ValueError:
        raise UsageError(f"RAG_FORM must be full, small or auto, not {text!r}.") from None


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"{name} must be a number of seconds above 0, not {text!r}.")
    return seconds
