"""What every client of an endpoint shares: its guards, what is tried again, and what is kept out of messages."""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx


# ----------------------------------------------------------------------------------------------------
# Whose machine an address names, as far as the address itself tells: no name is looked up.


def is_near(url: str) -> bool:
    """Tell whether a URL is of this machine or of the network around it.

    >>> is_near("http://127.0.0.1:8080/v1"), is_near("http://192.168.1.7:1234"), is_near("https://api.example.com/v1")
    (True, True, False)
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith((".local", ".localhost", ".lan", ".internal")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


# ----------------------------------------------------------------------------------------------------
# Keys and passwords, kept out of everything that is shown: some endpoints repeat them in what they send back.

IN_ITS_PLACE = "…"
SHORTEST_SECRET = 12
"""Characters from which a key is taken for a secret; `none`, `EMPTY` and `ollama` are words of an answer."""
_FEWEST_HELD_BACK = 4


def without_login(url: str) -> str:
    """Return an endpoint's address without a name, a password or a query that may stand in it."""
    return re.sub(r"//[^/@]*@", "//", url).partition("?")[0]


def without_key(text: str, key: str | None) -> str:
    """Return `text` without `key`, as it is or with its special characters spelled out; a short one as a word only."""
    for written in {key, key.encode("unicode_escape").decode()} if key else ():
        edge = r"\b" if len(written) < SHORTEST_SECRET else ""
        text = re.sub(f"{edge}{re.escape(written)}{edge}", IN_ITS_PLACE, text)
    return text


def reply_without_key(text: str, key: str | None, *, final: bool) -> str:
    """Return a growing reply without `key`; until it is final, also without an end that may yet become the key."""
    if not key or len(key) < SHORTEST_SECRET:
        return text
    text = without_key(text, key)
    if not final:
        for length in range(min(len(key), len(text)), _FEWEST_HELD_BACK - 1, -1):
            if text.endswith(key[:length]):
                return text[:-length]
    return text


# ----------------------------------------------------------------------------------------------------
# What an HTTP client of an endpoint is guarded by: it stays with its host, and takes no reply without end.
#
# A redirect is followed on its own host and nowhere else, since a key, a question and abstracts would go along. A
# reply is counted as it is unpacked, so that a small one cannot fill the memory either. Pure but for httpx's types.
# Not handled: what a host does with what it is sent, names that lead to another machine.

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


def guarded(error: BaseException) -> SentElsewhere | TooLarge | None:
    """Return what a guard has raised, be it an error itself or its cause; None where it is another error."""
    return next((found for found in (error, error.__cause__) if isinstance(found, SentElsewhere | TooLarge)), None)


HOOKS = {"response": [bound, stay]}
"""What an httpx client takes as its `event_hooks`."""


# ----------------------------------------------------------------------------------------------------
# Which failures of an endpoint are worth another try, and after how long.
#
# Pure: HTTP statuses and headers, no client library. Not handled: quotas that only their owner can see.

ATTEMPTS = 3
LONGEST_WAIT = 20.0


def passes(status: int, message: str) -> bool:
    """Tell whether an HTTP status may be another one the next time; an empty purse stays empty."""
    return (status in (408, 409, 429) or status >= 500) and "insufficient_quota" not in message


def seconds_before_next(attempt: int, headers: Mapping[str, str], base: float) -> float | None:
    """Return the seconds before attempt number `attempt + 1`, or None when that is not worth it.

    Exponential with full jitter above a half; a `Retry-After` of the endpoint is honoured, and one too long to wait
    for ends the tries.
    """
    if attempt >= ATTEMPTS:
        return None
    asked = retry_after(headers)
    if asked is not None:
        return asked if asked <= LONGEST_WAIT else None
    longest: float = base * 2 ** (attempt - 1)
    return min(longest, LONGEST_WAIT) * random.uniform(0.5, 1.0)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, by number or HTTP date; None when there is none."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        return float(text)
    try:
        then = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())
