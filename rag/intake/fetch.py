"""Papers at an address (`hf:`, `arxiv:`, `zotero:`, `https:`), fetched as a source like any file.

    hf:2026-08-21       a day of Hugging Face's daily papers; hf: is today
    arxiv:2401.00001    one paper; arxiv:cs.CL the newest of a category
    zotero:COLLECTION   a collection of Zotero on this machine, by name or key; zotero: is the whole library
    https://…           a page that lists papers, or a file of them

Pages of arXiv and of daily papers are asked for by their APIs, which tell more than the pages. Zotero is asked by
version 3 of its local API, which gives all there is unless it is bounded: as BibTeX, without notes and attachments.
Not handled: group libraries of Zotero, pages behind a login, and which papers a page lists: its readers tell.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit

from rag.base.errors import LookupFailed, UsageError
from rag.base.settings import Settings
from rag.base.text.addresses import arxiv_id
from rag.intake import Source
from rag.intake.web_client import HERE, KEPT, PAUSE, Refused, Unanswered, WebClient, with_query

NEWEST = 200
"""Papers of a category that are asked for: about a busy day's."""
_PORTION = 200
"""Items of Zotero that are asked for at once."""
_ZOTERO = "Zotero"
_HOUR = 3600.0
"""Seconds that a listing counts: it grows during the day."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2,9}(?:-[a-z]{2,9})?)?")
_ARXIV_LIST = re.compile(r"/list/([a-z-]+(?:\.[A-Za-z-]+)?)(?:/(?:new|recent|pastweek))?/?")
_DAILY_PAGE = re.compile(r"/papers/date/(\d{4}-\d\d-\d\d)/?")
_KNOWN = "hf:, arxiv:, zotero:, https:// and sample:"
_ATTEMPTS = 2
"""Someone is waiting: a server that does not answer twice is asked again by them."""
_PAUSE = 1.0
"""Seconds between two requests to any server but arXiv's."""
Query = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked for one address: `base` is the server's, `kept` the seconds that its answer counts."""

    said: str
    page: str
    who: str
    base: str
    url: str
    begins: tuple[bytes, ...] = ()
    """How an answer begins that is one, white space aside; empty where it may be anything."""
    kept: float = _HOUR


def is_address(said: str) -> bool:
    """Return whether this names a place elsewhere: it has a scheme, and no file is called so."""
    found = _SCHEME.match(said)
    return bool(found) and not said.startswith("sample:") and not os.path.exists(said)


def place_of(said: str, settings: Settings, today: date) -> Place:
    """Return what is to be asked for an address; UsageError where it is none that is known."""
    scheme, _, rest = said.partition(":")
    match scheme.lower():
        case "hf":
            return _hugging_face(said, rest, settings, today)
        case "arxiv":
            return _arxiv(said, rest, settings)
        case "zotero":
            return _zotero(said, rest, settings)
        case "http" | "https":
            return _web(said, settings, today)
    raise UsageError(f"There is no file {said!r}, and nothing is known of {scheme}: ({_KNOWN} can be fetched).")


def _hugging_face(said: str, day: str, settings: Settings, today: date) -> Place:
    try:
        asked = date.fromisoformat(day) if day else today
    except ValueError:
        raise UsageError(f"{said!r} names no day: write it as hf:2026-08-21, or hf: for today.") from None
    if asked > today:
        raise UsageError(f"{said!r} is a day to come: the daily papers of today are hf:")
    base, is_over = f"{settings.hf_url}/api/daily_papers", (today - asked).days > 2
    url = with_query(base, {"date": asked.isoformat(), "limit": 100})
    return Place(said, f"hf-{asked}", "Hugging Face", base, url, (b"[", b"{"), KEPT if is_over else _HOUR)


def _arxiv(said: str, what: str, settings: Settings) -> Place:
    base = settings.arxiv_url
    if identifier := arxiv_id(what.strip()):
        url = with_query(base, {"id_list": identifier, "max_results": 1})
        return Place(said, "arxiv", "arXiv", base, url, (b"<?xml", b"<feed"), KEPT)
    if not _CATEGORY.fullmatch(what):
        raise UsageError(f"{said!r} names neither a paper nor a category: write arxiv:2401.00001 or arxiv:cs.CL.")
    newest: Query = {"sortBy": "submittedDate", "sortOrder": "descending", "max_results": NEWEST}
    url = with_query(base, {"search_query": f"cat:{what}", **newest})
    return Place(said, f"arxiv-{what}", "arXiv", base, url, (b"<?xml", b"<feed"))


def _zotero(said: str, collection: str, settings: Settings) -> Place:
    """Return the whole library; of a collection, the list of collections in which it is to be looked up."""
    if urlsplit(settings.zotero_url).hostname not in HERE:
        raise UsageError(f"RAG_ZOTERO_URL must be an address of this machine, not {settings.zotero_url}.")
    base = f"{settings.zotero_url}/api/users/0"
    if collection:
        return Place(said, f"zotero-{_slug(collection)}", _ZOTERO, base, f"{base}/collections?v=3", (b"[",), 0.0)
    return Place(said, "zotero", _ZOTERO, base, f"{base}/items/top?v=3&format=keys", kept=0.0)


def _web(said: str, settings: Settings, today: date) -> Place:
    try:
        parts = urlsplit(said)
    except ValueError:
        parts = urlsplit("")
    if not (host := parts.hostname):
        raise UsageError(f"{said!r} is no web address: it begins with https:// and names a host.")
    if host.removeprefix("www.").removeprefix("export.") == "arxiv.org":
        if listed := _ARXIV_LIST.fullmatch(parts.path):
            return _arxiv(said, listed[1], settings)
        if parts.path.startswith(("/abs/", "/pdf/")) and arxiv_id(said):
            return _arxiv(said, said, settings)
    if host == "huggingface.co" and (day := _DAILY_PAGE.fullmatch(parts.path)):
        return _hugging_face(said, day[1], settings, today)
    if "@" in parts.netloc:
        raise UsageError("An address with a name or password in it would be kept with its papers: leave them out.")
    url = quote(said.partition("#")[0], safe="%/:?[]@!$&'()*+,;=~-._")
    return Place(said, _slug(f"{host}{parts.path}"), host, f"{parts.scheme}://{parts.netloc}", url)


def _slug(text: str) -> str:
    """Return a page's name that is safe as a file's."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.")[:80] or "page"


class Fetcher:
    """One client a server, so that its pause holds over all that is fetched at once."""

    def __init__(self, settings: Settings, folder: Path, today: date | None = None) -> None:
        """Keep answers in `folder`."""
        self._settings, self._folder, self._today = settings, folder, today or date.today()
        self._clients: dict[str, WebClient] = {}

    def fetched(self, paths: Iterable[str | Path]) -> list[str | Path | Source]:
        """Return `paths` with a source in the place of each address; nothing is asked where there is none."""
        return [self.fetch(path) if isinstance(path, str) and is_address(path) else path for path in paths]

    def fetch(self, said: str) -> Source:
        """Return what lies at an address; UsageError where it is none, LookupFailed where nothing is to be had."""
        place = place_of(said, self._settings, self._today)
        answer = self._zotero(place) if place.who == _ZOTERO else self._answer(place)
        return Source(said, place.page, lambda: (io.BytesIO(answer), len(answer)))

    def _zotero(self, place: Place) -> bytes:
        """Return what Zotero holds there, or in the collection that is named, as one file.

        A large library as one answer takes Zotero longer than anybody waits; an order keeps the portions apart.
        """
        answer = self._answer(place)
        if place.begins:
            key = quote(_key(answer, place.said))
            place = replace(place, url=f"{place.base}/collections/{key}/items/top?v=3&format=keys", begins=())
            answer = self._answer(place)
        ordered = place.url.replace("format=keys", "format=bibtex&sort=dateAdded&direction=asc")
        starts = range(0, len(answer.split()), _PORTION)
        urls = [f"{ordered}&start={start}&limit={_PORTION}" for start in starts]
        return b"\n".join(self._answer(replace(place, url=url)) for url in urls)

    def _answer(self, place: Place) -> bytes:
        said = place.said.rstrip(":")

        def begins_well(answer: bytes) -> bool:
            if place.begins and not answer.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(place.begins):
                raise LookupFailed(f"{said}: {place.who} answers with something else. Check your connection.")
            return True

        try:
            return self.client(place).get(place.url, begins_well, place.kept)
        except Refused as exc:
            raise LookupFailed(f"{said}: {_refusal(place, exc)}") from exc
        except Unanswered as exc:
            why = f"{exc} Nothing was added."
            if place.who == _ZOTERO:
                why = f"Zotero does not answer on this machine ({exc.why}). Start it, and try again."
            raise LookupFailed(f"{said}: {why}") from exc

    def client(self, place: Place) -> WebClient:
        """Return the client of a server, whose address may carry a path; arXiv's pause is never shortened."""
        if place.base not in self._clients:
            is_here = urlsplit(place.base).hostname in HERE
            pause = 0.0 if is_here else PAUSE if place.who == "arXiv" else _PAUSE
            attempts = 1 if place.who == _ZOTERO else _ATTEMPTS
            self._clients[place.base] = WebClient(place.base, self._folder, pause, attempts=attempts)
        return self._clients[place.base]


_ZOTERO_SAYS = {
    403: "Zotero runs, and its local API is switched off. Switch it on in its settings, under Advanced: "
    "Allow other applications on this computer to communicate with Zotero.",
    404: "this Zotero has no local API. Update it to version 7 or newer.",
    501: "this Zotero speaks a newer version of its API than is known here. Update Abstract QA.",
}
"""What its answers mean, by their status."""


def _refusal(place: Place, exc: Refused) -> str:
    if place.who == _ZOTERO and exc.status in _ZOTERO_SAYS:
        return _ZOTERO_SAYS[exc.status]
    return f"{place.who} was asked for {place.url}, and {exc}. Check the address."


def _key(answer: bytes, said: str) -> str:
    """Return the key of the collection that an address names, by its name or key."""
    wanted = said.partition(":")[2]
    try:
        told = [(str(one["key"]), str(one["data"]["name"])) for one in json.loads(answer)]
    except (ValueError, TypeError, KeyError) as exc:
        raise LookupFailed(f"{said}: Zotero's list of collections cannot be read. Update Zotero.") from exc
    named = [key for key, name in told if wanted.casefold() == name.casefold()]
    found = [wanted] if any(wanted == key for key, _ in told) else named
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"Zotero has {len(found)} collections called {wanted!r}: take a key, {' or '.join(found)}.")
    known = ", ".join(name for _, name in told[:20]) or "none"
    raise UsageError(f"Zotero has no collection {wanted!r}. It has: {known}.")
