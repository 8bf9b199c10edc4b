"""The one client that fetches: one request at a time, with pauses, its answers kept on disk.

It asks as arXiv's terms ask: three seconds between two requests, fewer where a server says that it is busy. What fails
for a while (429, 5xx, no connection, a timeout, a body that breaks off) is asked for again, later each time. Answers
are kept for a month, so that nothing is asked twice; a damaged file counts as none. Not handled: other schemes than
HTTP, conditional requests.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from rag.base.errors import LookupFailed, UsageError, WorkFailed
from rag.base.timeouts import retry_after

KEPT = 30 * 86_400.0
"""Seconds that an answer counts: a paper may be put on arXiv, or be revised, the day after it was looked up."""
PAUSE = 3.0
"""Seconds between two requests, by arXiv's terms of use of its API."""
HERE = ("127.0.0.1", "localhost", "::1")
"""The names of this machine."""
_ATTEMPTS = 4
_LONGEST_WAIT = 120.0
"""Seconds; a server that asks for more patience is asked another day."""
_LARGEST = 32 << 20
_AGENT = "abstract-qa (a personal library of abstracts)"


def with_query(address: str, query: Mapping[str, str | int]) -> str:
    """Return the address of a question."""
    return f"{address}?{urllib.parse.urlencode(query)}"


class Refused(Exception):
    """The server will not answer this question (400, 404), or never in full: asking again is of no use."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Unanswered(LookupFailed):
    """Nothing came back after all attempts; `why` says what was met."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"{address} could not be asked ({why}). Try again later.")
        self.why = why


class WebClient:
    """Requests to one address, never two at once, and a folder of the answers by the address that gave them."""

    def __init__(
        self, address: str, folder: Path, pause: float = PAUSE, timeout: float = 30.0, attempts: int = _ATTEMPTS
    ) -> None:
        """`pause`: seconds between requests, never below arXiv's own where it is arXiv that is asked."""
        parts = urllib.parse.urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{address!r} is no web address: it begins with https:// and names a host.")
        is_public = parts.hostname == "arxiv.org" or parts.hostname.endswith(".arxiv.org")
        self.address, self.pause = address, max(PAUSE, pause) if is_public else pause
        # A proxy of the environment leads elsewhere, and not to this machine.
        direct = [urllib.request.ProxyHandler({})] if parts.hostname in HERE else []
        self._open = urllib.request.build_opener(*direct).open
        self._folder, self._timeout, self._next, self._attempts = folder, timeout, 0.0, attempts

    def get(self, url: str, is_whole: Callable[[bytes], bool], kept: float = KEPT) -> bytes:
        """Return the answer, if need be the one that was kept within the last `kept` seconds.

        One that is not whole is asked for again. Refused when it is never whole, Unanswered when there is none after
        all attempts, WorkFailed where it cannot be kept.
        """
        place = self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.xml.gz"
        try:
            if kept and time.time() - place.stat().st_mtime <= kept:
                return gzip.decompress(place.read_bytes())
        except (OSError, EOFError, zlib.error):
            pass
        answer = self._asked(url, is_whole)
        if kept:
            fresh = place.with_suffix(f".{os.getpid()}")
            try:
                self._folder.mkdir(exist_ok=True)
                fresh.write_bytes(gzip.compress(answer))
                fresh.replace(place)  # whole or not at all, whoever else is writing
            except OSError as exc:
                raise WorkFailed(f"Cannot keep what was fetched in {self._folder}: {exc.strerror}.") from exc
        return answer

    def _asked(self, url: str, is_whole: Callable[[bytes], bool]) -> bytes:
        for attempt in range(self._attempts):
            time.sleep(max(0.0, self._next - time.monotonic()))
            why, wait, came = "", 0.0, False
            try:
                body = self._fetch(url)
                if is_whole(body):
                    return body
                came = True
            except urllib.error.HTTPError as exc:
                exc.close()
                if exc.code == 501 or (exc.code != 429 and exc.code < 500):
                    raise Refused(f"it answered {exc.code} {exc.reason}", exc.code) from exc
                why, wait = f"it answered {exc.code} {exc.reason}", retry_after(dict(exc.headers)) or 0.0
            except (OSError, http.client.HTTPException) as exc:
                why = _told(exc)
            finally:
                self._next = time.monotonic() + self.pause
            if wait > _LONGEST_WAIT:
                why += f", and asks to wait {wait:.0f} s"
                break
            self._next = time.monotonic() + max(wait, self.pause * 2**attempt)
        if came:
            raise Refused("its answer is damaged or breaks off")
        raise Unanswered(self.address, why)

    def _fetch(self, url: str) -> bytes:
        """Return a body; TimeoutError when it takes twice the timeout as a whole, however it trickles."""
        deadline = time.monotonic() + 2 * self._timeout
        request = urllib.request.Request(url, headers={"User-Agent": _AGENT, "Accept": "*/*"})
        with self._open(request, timeout=self._timeout) as response:
            body = bytearray()
            while part := response.read1(1 << 16):
                body += part
                if len(body) > _LARGEST:
                    raise OSError("its answer has no end")
                if time.monotonic() > deadline:
                    raise TimeoutError("its answer takes too long")
            if response.length:  # what was promised and did not come
                raise OSError("its answer breaks off")
        return bytes(body)


def _told(exc: Exception) -> str:
    """Return what kept an answer from coming, in words."""
    reason = getattr(exc, "reason", None) or exc
    if isinstance(reason, socket.gaierror):
        return "there is no network, or its name is not known"
    return str(getattr(reason, "strerror", None) or reason) or type(exc).__name__
