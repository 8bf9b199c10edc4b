"""What an endpoint tells of itself (window, size, server), and the servers on this machine's usual ports.

Asked are the list of models (llama.cpp: `meta.n_ctx`, vLLM: `max_model_len`, LM Studio and routers: `context_length`),
then Ollama's and LM Studio's own routes, at addresses nearby alone. Not handled: servers behind a router that hides
them.
"""

from __future__ import annotations

import ipaddress
import json
import re
import urllib.request
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from rag.base.timeouts import in_time
from rag.models.chat.profile import EndpointProfile
from rag.models.failures import first_number

OLLAMA_WINDOW = 4_096
"""Tokens that Ollama gives a model which is not loaded and sets no `num_ctx`; it cuts longer prompts in silence."""
_NAMES = ("max_model_len", "loaded_context_length", "context_length", "max_context_length", "context_window", "n_ctx")
_SIZE = re.compile(r"(?<![\d.])(?:(\d+)x)?(\d+(?:\.\d+)?)\s?([bm])(?![a-z])", re.I)


Fetch = Callable[..., object]
"""Asks a URL, by POST where there is a body: what the JSON says, {} for an error, None where nobody answers."""


def discover(fetch: Fetch, base_url: str, model: str) -> EndpointProfile | None:
    """Return what the endpoint tells; None where it does not answer.

    What it does not tell is left open, but for the size, which names often tell.
    """
    listing = fetch("/models")
    if listing is None:
        return None
    entry = _entry(listing, "data", model)
    window, count = first_number(entry, _NAMES), first_number(entry.get("meta"), ("n_params",))
    parameters = count / 1e9 if count else None
    if window is None and is_near(base_url):
        root = base_url.rstrip("/").removesuffix("/v1")
        if "version" in _object(fetch(f"{root}/api/version")):
            window, parameters = _ollama(fetch, root, model)
        else:
            window = first_number(_entry(fetch(f"{root}/api/v0/models"), "data", model), _NAMES)
    is_llama_cpp = str(entry.get("owned_by")).lower() in ("llamacpp", "llama.cpp")
    return EndpointProfile(window=window, parameters=parameters or size_named(model), tells_progress=is_llama_cpp)


def is_near(url: str) -> bool:
    """Tell whether a URL is of this machine or of the network around it, as far as it tells: no name is looked up.

    >>> is_near("http://127.0.0.1:8080/v1"), is_near("http://192.168.1.7:1234"), is_near("https://api.example.com/v1")
    (True, True, False)
    """
    try:
        host = urlsplit(url).hostname or ""
        is_named_so = host == "localhost" or host.endswith((".local", ".localhost", ".lan", ".internal"))
        return is_named_so or ipaddress.ip_address(host).is_private
    except ValueError:
        return False


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


def _ollama(fetch: Fetch, root: str, model: str) -> tuple[int, float | None]:
    """Return the window that Ollama gives a model now, and its size."""
    loaded = _entry(fetch(f"{root}/api/ps"), "models", model)
    told = _object(fetch(f"{root}/api/show", {"model": model}))
    asked = re.search(r"^\s*num_ctx\s+(\d+)", str(told.get("parameters") or ""), re.M)
    about = _object(told.get("model_info"))
    longest = first_number(about, [name for name in about if name.endswith(".context_length")])
    window = first_number(loaded, _NAMES) or (int(asked[1]) if asked else OLLAMA_WINDOW)
    size = size_named(str(_object(told.get("details")).get("parameter_size") or ""))
    return (min(window, longest) if longest else window), size


def _entry(listing: object, key: str, model: str) -> dict[str, Any]:
    """Return what a list of models says of `model`; of its only one where that has another name."""
    entries = _entries(listing, key)
    called = [entry for entry in entries if model in (entry.get("id"), entry.get("name"), entry.get("model"))]
    return (called or (entries if len(entries) == 1 else []) or [{}])[0]


def _entries(listing: object, key: str) -> list[dict[str, Any]]:
    found = _object(listing).get(key)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


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


def nearby(ports: Collection[tuple[int, str]] | None = None) -> tuple[Nearby, ...]:
    """Return the servers that answer on `ports` (the usual ones) with a list of models, in that order."""
    asked = PORTS.items() if ports is None else ports
    with ThreadPoolExecutor(max(1, len(asked))) as pool:
        return tuple(server for server in pool.map(lambda each: _server(*each), asked) if server is not None)


def _server(port: int, server: str) -> Nearby | None:
    """Ask one port; what drips in byte by byte is not waited for."""
    base_url = f"http://127.0.0.1:{port}/v1"
    try:
        listing = in_time(lambda: _listed(base_url), 3 * _PATIENCE)
    except (OSError, ValueError, HTTPException, RecursionError):
        return None
    names = (entry.get("id") for entry in _entries(listing, "data"))
    models = sorted(name for name in names if isinstance(name, str) and name and name.isprintable())
    chats = [name for name in models if not any(part in name.lower() for part in _NO_CHAT)]
    return Nearby(server, base_url, tuple(chats[:_MOST])) if chats else None


def _listed(base_url: str) -> object:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{base_url}/models", timeout=_PATIENCE) as reply:
        return json.loads(reply.read(_LONGEST_LIST))
