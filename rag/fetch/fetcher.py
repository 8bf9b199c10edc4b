"""What lies at an address, fetched as a source that the readers of pages and files take like any other.

Not handled: which papers a page lists; the readers of `rag.pages` tell.
"""

from __future__ import annotations

import io
import json
from datetime import date
from typing import BinaryIO
from urllib.parse import urlsplit

from rag.errors import LookupFailed, UsageError
from rag.fetch.cache import Cache
from rag.fetch.places import Place, in_collection, place_of
from rag.fetch.requests import PAUSE, Refused, Requests
from rag.pages import Source
from rag.settings import Settings

_ATTEMPTS = 2
"""Someone is waiting: a server that does not answer twice is asked again by them."""
_PAUSE = 1.0
"""Seconds between two requests to any server but arXiv's."""


class Fetcher:
    """One client a server, so that its pause holds over all that is fetched at once."""

    def __init__(self, settings: Settings, cache: Cache, today: date | None = None) -> None:
        self._settings, self._cache, self._today = settings, cache, today or date.today()
        self._clients: dict[str, Requests] = {}

    def fetch(self, said: str) -> Source:
        """Return what lies at an address; UsageError where it is none, LookupFailed where nothing is to be had."""
        place = place_of(said, self._settings, self._today)
        answer = self._answer(place)
        if place.who == "Zotero" and place.url.endswith("/collections"):
            place = in_collection(place, _key(answer, said))
            answer = self._answer(place)

        def opened() -> tuple[BinaryIO, int]:
            return io.BytesIO(answer), len(answer)

        return Source(said, place.page, opened)

    def _answer(self, place: Place) -> bytes:
        kept = self._cache.get(place.url, place.kept) if place.kept else None
        if kept is not None:
            return kept
        answer = self._asked(place)
        if place.begins and not answer.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(place.begins):
            raise LookupFailed(f"{place.said}: {place.who} answers with something else. Check your connection.")
        if place.kept:
            self._cache.put(place.url, answer)
        return answer

    def _asked(self, place: Place) -> bytes:
        client = self._clients.setdefault(place.base, _client(place))
        try:
            return client.get(place.url, lambda _: True)
        except Refused as exc:
            raise LookupFailed(f"{place.said}: {_refusal(place, exc)}") from exc
        except LookupFailed as exc:
            if place.who == "Zotero":
                raise LookupFailed(
                    f"{place.said}: Zotero does not run on this machine. Start it, and try again."
                ) from exc
            raise LookupFailed(f"{place.said}: {exc} Nothing was added.") from exc


def _client(place: Place) -> Requests:
    """Return a client of a server; its address may carry a path, and the pause of arXiv's is never shortened."""
    is_here = urlsplit(place.base).hostname in ("127.0.0.1", "localhost", "::1")
    pause = 0.0 if is_here else PAUSE if place.who == "arXiv" else _PAUSE
    return Requests(place.base, pause, attempts=1 if place.who == "Zotero" else _ATTEMPTS)


def _refusal(place: Place, exc: Refused) -> str:
    if place.who == "Zotero" and exc.status == 403:
        return (
            "Zotero runs, and its local API is switched off. Switch it on in its settings, under Advanced: "
            "Allow other applications on this computer to communicate with Zotero."
        )
    return f"{place.who} was asked for {place.url}, and {exc}. Check the address."


def _key(answer: bytes, said: str) -> str:
    """Return the key of the collection that an address names, by its name or key."""
    wanted = said.partition(":")[2]
    try:
        told = [(str(one["key"]), str(one["data"]["name"])) for one in json.loads(answer)]
    except (ValueError, TypeError, KeyError) as exc:
        raise LookupFailed(f"{said}: Zotero's list of collections cannot be read. Update Zotero.") from exc
    found = [key for key, name in told if wanted == key] or [
        key for key, name in told if wanted.casefold() == name.casefold()
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"Zotero has {len(found)} collections called {wanted!r}: take a key, {' or '.join(found)}.")
    known = ", ".join(name for _, name in told[:20]) or "none"
    raise UsageError(f"Zotero has no collection {wanted!r}. It has: {known}.")
