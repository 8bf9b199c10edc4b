"""What an endpoint tells of itself when it is asked: its window, its model's size, and whose server it is.

Asked are the list of models (llama.cpp: `meta.n_ctx`, vLLM: `max_model_len`, LM Studio and routers: `context_length`),
then Ollama's and LM Studio's own routes, at addresses nearby alone. Not handled: servers behind a router that hides
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from rag.readers.known import Known, Server

OLLAMA_WINDOW = 4_096
"""Tokens that Ollama gives a model which is not loaded and sets no `num_ctx`; it cuts longer prompts in silence."""
_NAMES = ("max_model_len", "loaded_context_length", "context_length", "max_context_length", "context_window", "n_ctx")
_SIZE = re.compile(r"(?<![\d.])(?:(\d+)x)?(\d+(?:\.\d+)?)\s?([bm])(?![a-z])", re.I)


class Fetch(Protocol):
    """Asks a URL, by POST where there is a body."""

    def __call__(self, url: str, body: dict[str, Any] | None = None) -> object:
        """Return what the JSON of the answer says, an empty object for an error, None where nobody answers."""


def discover(fetch: Fetch, base_url: str, model: str, *, near: bool) -> Known | None:
    """Return what the endpoint tells; None where it does not answer.

    What it does not tell is left open, but for the size, which names often tell.
    """
    listing = fetch("/models")
    if listing is None:
        return None
    entry = _entry(listing, model)
    meta = _object(entry.get("meta"))
    server = _server(entry)
    window = _first({**entry, **meta}, _NAMES)
    parameters = _billions(meta.get("n_params"))
    if window is None and near:
        root = base_url.rstrip("/").removesuffix("/v1")
        if "version" in _object(fetch(f"{root}/api/version")):
            server = Server.OLLAMA
            window, parameters = _ollama(fetch, root, model)
        elif found := _entry(fetch(f"{root}/api/v0/models"), model):
            window = _first(found, _NAMES)
            server = Server.LM_STUDIO if window else server
    return Known(server, window, parameters or size_named(model))


def size_named(model: str) -> float | None:
    """Return the number of parameters, in billions, that a model's name tells; the largest where it tells several.

    >>> size_named("qwen2.5:1.5b-instruct"), size_named("Mixtral-8x7B"), size_named("smollm135m"), size_named("gpt-4o")
    (1.5, 56.0, 0.135, None)
    """
    sizes = (
        float(number) * float(times or 1) / (1 if unit.lower() == "b" else 1000)
        for times, number, unit in _SIZE.findall(model.rpartition("/")[2])
    )
    return max(sizes, default=None)


def _server(entry: Mapping[str, Any]) -> Server:
    owner = str(entry.get("owned_by") or "").lower().replace(".", "")
    return {"llamacpp": Server.LLAMA_CPP, "vllm": Server.VLLM}.get(owner, Server.OTHER)


def _ollama(fetch: Fetch, root: str, model: str) -> tuple[int, float | None]:
    """Return the window that Ollama gives a model now, and its size."""
    loaded = _named(_object(fetch(f"{root}/api/ps")).get("models"), model)
    told = _object(fetch(f"{root}/api/show", {"model": model}))
    asked = re.search(r"^\s*num_ctx\s+(\d+)", str(told.get("parameters") or ""), re.M)
    longest = next(
        (value for name, value in _object(told.get("model_info")).items() if name.endswith(".context_length")), None
    )
    window = _first(loaded, _NAMES) or (int(asked[1]) if asked else OLLAMA_WINDOW)
    size = size_named(str(_object(told.get("details")).get("parameter_size") or ""))
    return (min(window, longest) if isinstance(longest, int) and longest > 0 else window), size


def _entry(listing: object, model: str) -> dict[str, Any]:
    """Return what a list of models says of `model`; of its only one where that has another name."""
    return _named(_object(listing).get("data"), model)


def _named(models: object, model: str) -> dict[str, Any]:
    entries = list(_objects(models if isinstance(models, list) else ()))
    called = [entry for entry in entries if model in (entry.get("id"), entry.get("name"), entry.get("model"))]
    return (called or (entries if len(entries) == 1 else []) or [{}])[0]


def _objects(values: Iterable[object]) -> Iterator[dict[str, Any]]:
    return (value for value in values if isinstance(value, dict))


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _first(entry: Mapping[str, Any], names: Iterable[str]) -> int | None:
    found = (entry.get(name) for name in names)
    return next((v for v in found if isinstance(v, int) and not isinstance(v, bool) and v > 0), None)


def _billions(count: object) -> float | None:
    return count / 1e9 if isinstance(count, int | float) and not isinstance(count, bool) and count > 0 else None
