"""What an HTTP client of an endpoint is guarded by: it stays with its host, and takes no reply without end.

A redirect is followed on its own host and nowhere else, since a key, a question and abstracts would go along. A reply
is counted as it is unpacked, so that a small one cannot fill the memory either. Pure but for httpx's types. Not
handled: what a host does with what it is sent, names that lead to another machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

LARGEST = 16 << 20
"""Bytes of a reply: 64 vectors of 4,096 numbers have 6 MB, an answer with its thoughts far less."""
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


class TooLarge(Exception):
    """A reply was broken off because it had no end, or one beyond `LARGEST` bytes."""

    def __init__(self) -> None:
        super().__init__(f"more than {LARGEST >> 20} MB")


def bound(response: httpx.Response) -> None:
    """Have reading a response raise TooLarge beyond `LARGEST` bytes; as a hook of an httpx client."""
    unbounded = response.iter_bytes

    def iter_bytes(chunk_size: int | None = None) -> Iterator[bytes]:
        size = 0
        for part in unbounded(chunk_size):
            size += len(part)
            if size > LARGEST:
                response.close()
                raise TooLarge
            yield part

    response.iter_bytes = iter_bytes  # type: ignore[method-assign]


def was_too_large(error: BaseException) -> TooLarge | None:
    """Return the reason why a reply was broken off, if that is what an error, or its cause, tells."""
    return next((found for found in (error, error.__cause__) if isinstance(found, TooLarge)), None)


HOOKS = {"response": [bound, stay]}
"""What an httpx client takes as its `event_hooks`."""
