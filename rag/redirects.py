"""Redirects of an endpoint that is sent a key, a question and abstracts: followed on its own host, and nowhere else.

Pure but for httpx's types. Not handled: what a host does with what it is sent, names that lead to another machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

_USUAL = {"http": 80, "https": 443}


class SentElsewhere(Exception):
    """An endpoint answered with the address of another host, which was sent nothing; `host`: its name and port."""

    def __init__(self, host: str) -> None:
        super().__init__(f"a redirect to {host} was not followed")
        self.host = host


def stay(response: httpx.Response) -> None:
    """Raise SentElsewhere for a redirect to another host or port; as a hook of an httpx client, before it is followed.

    The same host's own HTTPS is where it may lead; from HTTPS it leads to nothing less.
    """
    if not response.has_redirect_location:
        return
    here, there = response.url, response.url.join(response.headers["location"])
    ports = [url.port or _USUAL.get(url.scheme, 0) for url in (here, there)]
    is_same = here.scheme == there.scheme and ports[0] == ports[1]
    is_safer = (here.scheme, there.scheme) == ("http", "https") and ports == [80, 443]
    if here.host != there.host or not (is_same or is_safer):
        raise SentElsewhere(there.netloc.decode("ascii", "replace") or there.scheme)


def elsewhere(error: BaseException) -> str | None:
    """Return the host that an error, or what caused it, did not go to; None where it is another error."""
    return next((found.host for found in (error, error.__cause__) if isinstance(found, SentElsewhere)), None)
