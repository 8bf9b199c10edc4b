"""Models on this machine that nobody has set up here: those of servers on their usual loopback ports.

Only this machine is asked, without a key, and only for lists of models. Not handled: servers on other ports, which
OPENAI_BASE_URL names.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException

from rag.waiting import Limits, limited

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
