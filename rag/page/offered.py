"""Which models can answer: those of the endpoint that is set, and those on this machine.

Both are asked every few seconds at most, however many pages are open.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from rag.errors import AbstractQAError, UsageError
from rag.readers.nearby import Nearby, nearby
from rag.settings import Settings

_FRESH = 10.0
"""Seconds for which a list of models holds: a server may just have been started."""
_HERE = ("127.0.0.1", "localhost")
_PATIENCE = 8.0
"""Seconds that a page waits for the list; an answer may take longer."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A model as it is listed, and the settings by which it answers."""

    label: str
    settings: Settings
    is_set: bool
    """Whether it is of the endpoint that the environment names."""


class OfferedModels:
    """The models that can be chosen on the page. Safe to share between threads.

    A model on this machine is offered beside those of the endpoint that is set; it is asked without the key.
    """

    def __init__(self, settings: Settings, look: Callable[[], tuple[Nearby, ...]] = nearby) -> None:
        self._settings, self._look, self._guard = settings, look, threading.Lock()
        self._asked_at = float("-inf")
        self._offers: tuple[Offer, ...] = ()
        self._problem = ""
        self._named: dict[int, str] = {}

    @property
    def has_any(self) -> bool:
        """Whether a model was offered when last looked; asks nobody."""
        return bool(self._offers)

    def offers(self) -> tuple[tuple[Offer, ...], str]:
        """Return the offers, the model that is set first, and what went wrong when its endpoint's could not be had."""
        with self._guard:
            if time.monotonic() - self._asked_at > _FRESH:
                own = self._own() if self._settings.has_endpoint else ()
                self._offers = (*own, *self._near())
                self._asked_at = time.monotonic()
            return self._offers, self._problem

    def look_again(self) -> None:
        """Forget what was found, so that the next `offers` asks anew."""
        with self._guard:
            self._asked_at = float("-inf")

    def look_at(self, address: str) -> None:
        """Ask this address too from now on; UsageError where it is none of this machine."""
        try:
            parts = urlsplit(address if "//" in address else f"http://{address}")
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if host not in _HERE or port is None:
            raise UsageError(
                f"“{address}” is no address of this machine with a port, such as http://127.0.0.1:8080/v1. "
                "For a model elsewhere, set OPENAI_BASE_URL and start the page again."
            )
        with self._guard:
            self._named[port] = f"port {port}"
        self.look_again()

    def find(self, label: str) -> Offer | None:
        """Return the offer of this label, looking anew where it is not known."""
        for _ in range(2):
            offers, _ = self.offers()
            if (found := next((offer for offer in offers if offer.label == label), None)) is not None:
                return found
            with self._guard:
                self._asked_at = float("-inf")
        return None

    def _own(self) -> tuple[Offer, ...]:
        from rag.readers.endpoint import OPENAI, Endpoint

        settings = self._settings
        endpoint = Endpoint(settings.base_url or OPENAI, "", settings.api_key, timeout=min(settings.timeout, _PATIENCE))
        chosen = (settings.model,) if settings.model else ()
        try:
            listed, self._problem = endpoint.models(), ""
        except AbstractQAError as exc:
            listed, self._problem = (), "" if chosen else str(exc)
        names = dict.fromkeys((*chosen, *listed))
        return tuple(Offer(name, replace(settings, model=name, extractive=False), True) for name in names)

    def _near(self) -> tuple[Offer, ...]:
        own = (self._settings.base_url or "").replace("localhost", "127.0.0.1").rstrip("/")
        return tuple(
            Offer(
                f"{name} ({found.server}, on this machine)",
                replace(self._settings, base_url=found.base_url, model=name, api_key=None, extractive=False),
                False,
            )
            for found in (*self._look(), *(nearby(self._named.items()) if self._named else ()))
            if found.base_url != own
            for name in found.models
        )
