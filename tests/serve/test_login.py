"""A password cannot be tried without end: not by the page's form, not as a token, not from one household of IPv6."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest

from rag.library import Library
from rag.page.server import start
from rag.serve.failures import RequestRefused
from rag.serve.login import FORGOTTEN, FREE, LONGEST, Gate, Tries
from tests.page.conftest import free_port


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def refused(tries: Tries, address: str = "192.0.2.1") -> int:
    """Try once; return the seconds to wait, 0 where it was looked at."""
    try:
        tries.begin(address)
    except RequestRefused as exc:
        return exc.wait or 0
    return 0


def test_after_a_few_wrong_tries_each_waits_longer() -> None:
    clock = Clock()
    tries = Tries(clock)
    assert [refused(tries) for _ in range(FREE)] == [0] * FREE
    waits = []
    for _ in range(12):
        waits.append(refused(tries))
        clock.now += waits[-1]
        assert refused(tries) == 0
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert waits[-1] == LONGEST


def test_another_address_does_not_wait() -> None:
    tries = Tries(Clock())
    assert any(refused(tries) for _ in range(FREE + 1))
    assert refused(tries, "192.0.2.2") == 0


def test_a_right_password_and_time_make_good() -> None:
    clock = Clock()
    tries = Tries(clock)
    for _ in range(4 * FREE):
        tries.begin("192.0.2.1")
        tries.right("192.0.2.1")
    assert any(refused(tries) for _ in range(FREE + 1))
    clock.now += FORGOTTEN + 1
    assert [refused(tries) for _ in range(FREE)] == [0] * FREE


def test_a_household_of_ipv6_is_one_address_and_a_mapped_one_is_its_ipv4() -> None:
    tries = Tries(Clock())
    assert any(refused(tries, f"2001:db8:1:2::{n}") for n in range(1, FREE + 2))
    assert refused(tries, "2001:db8:1:3::1") == 0
    tries = Tries(Clock())
    assert any(refused(tries, address) for address in ["192.0.2.1", "::ffff:192.0.2.1"] * FREE)


def test_a_right_token_waits_too_or_guessing_were_as_fast() -> None:
    gate = Gate(("ada", "secret"), Tries(Clock()))
    for _ in range(FREE):
        with pytest.raises(RequestRefused, match="not the library's"):
            gate.check("Bearer wrong", "192.0.2.1")
    with pytest.raises(RequestRefused, match="try again in"):
        gate.check("Bearer secret", "192.0.2.1")
    gate.check("Bearer secret", "192.0.2.2")


def test_who_sends_no_token_has_not_tried() -> None:
    gate = Gate(("ada", "secret"), Tries(Clock()))
    for _ in range(3 * FREE):
        with pytest.raises(RequestRefused, match="has a password"):
            gate.check(None, "192.0.2.1")
    gate.check("Bearer secret", "192.0.2.1")


def test_of_very_many_addresses_the_latest_are_remembered() -> None:
    tries = Tries(Clock())
    assert any(refused(tries, "192.0.2.1") for _ in range(FREE + 1))
    for number in range(10_000):
        tries.begin(f"10.1.{number // 250}.{number % 250}")
    assert refused(tries, "192.0.2.1") == 0
    assert any(refused(tries, "10.1.39.249") for _ in range(FREE))


@pytest.fixture
def page(sample: Library) -> Iterator[str]:
    page, address = start(sample, port=free_port(), auth="ada:secret")
    yield address
    page.close(verbose=False)


def status(url: str, data: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
    body = urllib.parse.urlencode(data).encode() if data else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as reply:
            return reply.status, ""
    except urllib.error.HTTPError as exc:
        return exc.code, json.loads(exc.read()).get("error", {}).get("message", "")


def test_the_form_and_the_routes_count_together(page: str) -> None:
    form = {"username": "ada", "password": "wrong"}
    assert status(f"{page}/login", form | {"password": "secret"})[0] == 200
    found = [status(f"{page}/login", form)[0] for _ in range(FREE)]
    assert found == [400] * FREE
    assert any(status(f"{page}/login", form)[0] == 429 for _ in range(20))  # on a slow machine a wait may be over
    assert any("try again in" in status(f"{page}/search?query=x", Authorization="Bearer no")[1] for _ in range(20))
