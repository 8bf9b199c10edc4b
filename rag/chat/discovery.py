"""What an endpoint tells of itself (window, size, server), and the servers on this machine's usual ports.

Asked are the list of models (llama.cpp: `meta.n_ctx`, vLLM: `max_model_len`, LM Studio and routers: `context_length`),
then Ollama's and LM Studio's own routes, at addresses nearby alone. Not handled: servers behind a router that hides
them.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Protocol

from rag.base.waiting import Limits, limited
from rag.chat.profile import Known, Server

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


# ----------------------------------------------------------------------------------------------------
# Models on this machine that nobody has set up here: those of servers on their usual loopback ports.
#
# Only this machine is asked, without a key, and only for lists of models. Not handled: servers on other ports, which
# OPENAI_BASE_URL names.

PORTS = {11434: "Ollama", 1234: "LM Studio", 8080: "llama.cpp", 8000: "vLLM"}
"""The port that each server listens on unless it is told otherwise."""
_PATIENCE = 0.7
_LONGEST_LIST = 2_000_000
_MOST = 40
_NO_CHAT = ("embed", "rerank", "whisper", "bge-", "minilm")
"""What the names of models hold that do not chat."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """A server on this machine and the models that it lists."""

    server: str
    base_url: str
    models: tuple[str, ...]


def nearby(ports: Iterable[tuple[int, str]] | None = None) -> tuple[Nearby, ...]:
    """Return the servers that answer on `ports` (the usual ones) with a list of models, in that order."""
    asked = list(PORTS.items() if ports is None else ports)
    with ThreadPoolExecutor(max(1, len(asked))) as pool:
        found = pool.map(lambda each: _in_time(*each), asked)
        return tuple(server for server in found if server is not None)


def _in_time(port: int, server: str) -> Nearby | None:
    """Ask one port; what drips in byte by byte is not waited for."""
    try:
        return next(limited(lambda _: iter([_asked(port, server)]), Limits(3 * _PATIENCE, 3 * _PATIENCE)))
    except TimeoutError:
        return None


def _asked(port: int, server: str) -> Nearby | None:
    base_url = f"http://127.0.0.1:{port}/v1"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{base_url}/models", timeout=_PATIENCE) as reply:
            listing = json.loads(reply.read(_LONGEST_LIST))
    except (OSError, ValueError, HTTPException, RecursionError):
        return None
    entries = listing.get("data") if isinstance(listing, dict) else None
    names = [entry.get("id") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    models = [name for name in names if isinstance(name, str) and name.isprintable() and _chats(name)]
    return Nearby(server, base_url, tuple(sorted(models)[:_MOST])) if models else None


def _chats(name: str) -> bool:
    return bool(name) and not any(part in name.lower() for part in _NO_CHAT)
