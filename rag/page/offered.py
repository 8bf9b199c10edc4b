"""Which models the endpoint offers, asked at most once a minute however many pages are open."""

from __future__ import annotations

import threading
import time

from rag.errors import AbstractQAError
from rag.settings import Settings

_FRESH = 60.0
"""Seconds for which a list of models holds."""
_PATIENCE = 8.0
"""Seconds that a page waits for the list; an answer may take longer."""


class OfferedModels:
    """The models of one endpoint. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._guard = settings, threading.Lock()
        self._asked_at = float("-inf")
        self._names: tuple[str, ...] = ()
        self._problem = ""

    def names(self) -> tuple[tuple[str, ...], str]:
        """Return the models' names, the one that is set first, and what went wrong when they could not be had."""
        if not self._settings.has_endpoint:
            return (), ""
        with self._guard:
            if time.monotonic() - self._asked_at > _FRESH:
                self._ask()
                self._asked_at = time.monotonic()
            return self._names, self._problem

    def _ask(self) -> None:
        from rag.readers.endpoint import OPENAI, Endpoint

        settings = self._settings
        endpoint = Endpoint(settings.base_url or OPENAI, "", settings.api_key, timeout=min(settings.timeout, _PATIENCE))
        chosen = (settings.model,) if settings.model else ()
        try:
            listed, self._problem = endpoint.models(), ""
        except AbstractQAError as exc:
            listed, self._problem = (), "" if chosen else str(exc)
        self._names = tuple(dict.fromkeys((*chosen, *listed)))
