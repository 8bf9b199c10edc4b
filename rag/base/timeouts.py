"""Time-outs: a model or a server is waited for no longer than a limit, and by nobody who has let go."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from queue import Empty, Queue
from typing import TypeVar

T = TypeVar("T")
_TICK = 0.2
"""Seconds after which it is looked whether nobody wants to wait any more."""
_PAUSE = 0.04
"""Seconds between two updates of an answer: fast enough to look like writing."""
_let_go: ContextVar[threading.Event | None] = ContextVar("let_go", default=None)


class Stopped(BaseException):
    """Nobody waits any more. No `Exception`, so that nothing that mends failures takes it for one."""


@contextmanager
def stoppable(let_go: threading.Event) -> Iterator[None]:
    """Let every wait in the block end with `Stopped` once `let_go` is set."""
    token = _let_go.set(let_go)
    try:
        yield
    finally:
        _let_go.reset(token)


@dataclass(frozen=True, slots=True)
class _End:
    """The source has come to its end, by itself or by an error."""

    error: BaseException | None = None


def _run(start: Callable[[], Iterator[T]], put: Callable[[T | _End], object], stopped: threading.Event) -> None:
    """Put the items of a source one by one, and its end; nothing more once `stopped` is set."""
    try:
        for item in start():
            if stopped.is_set():
                return
            put(item)
        put(_End())
    except BaseException as error:
        put(_End(error))


# ----------------------------------------------------------------------------------------------------
# A source of items runs in a thread, and each wait for its next item has a limit.
#
# Read timeouts of an HTTP client restart with every byte, and do not cover name look-ups; a server that sends only
# keep-alive comments would hold a person for ever. Who waits may also be told to stop, by `stoppable`. Not handled:
# stopping a source that is blocked in the system and gives no `hang_up`; its thread is a daemon, and ends when the
# blocked call does.


def limited(
    source: Callable[[threading.Event], Iterator[T]],
    seconds: float,
    in_all: float = float("inf"),
    *,
    counts: Callable[[T], bool] = lambda item: True,
    hang_up: Callable[[], None] = lambda: None,
) -> Iterator[T]:
    """Yield the items of `source(stopped)` in order, and raise what it raises.

    TimeoutError after `seconds` without an item, and after `in_all` seconds. Items that do not `count` are passed on
    and are not waited for. `stopped` is set, and `hang_up` called, once nobody waits any more, so that the source can
    end early.
    """
    items: Queue[T | _End] = Queue()
    stopped = threading.Event()
    threading.Thread(target=_run, args=(lambda: source(stopped), items.put, stopped), daemon=True).start()
    started = since = time.monotonic()
    try:
        while not isinstance(item := _next(items, min(since + seconds, started + in_all), started), _End):
            yield item
            if counts(item):
                since = time.monotonic()
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        hang_up()


def in_time(call: Callable[[], T], seconds: float) -> T:
    """Return what `call` returns, and raise what it raises; TimeoutError after `seconds`."""
    return next(limited(lambda _: iter((call(),)), seconds))


def _next(items: Queue[T | _End], ends: float, started: float) -> T | _End:
    """Return the next item; TimeoutError at the time `ends`, Stopped once nobody waits."""
    let_go = _let_go.get()
    while True:
        left = ends - time.monotonic()
        try:
            return items.get(timeout=max(min(left, _TICK), 0.001))
        except Empty:
            if let_go is not None and let_go.is_set():
                raise Stopped from None
            if left <= _TICK and time.monotonic() >= ends:
                raise TimeoutError(f"nothing came within {round(ends - started, 1):g} s") from None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, by number or HTTP date; None when there is none."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        return float(text)
    try:
        then = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


# ----------------------------------------------------------------------------------------------------
# A library's answers, brought from a thread beside to an event loop.
#
# Whoever reads may let go at any moment (Stop, a closed tab): the thread then ends at the answer's next update, or
# where it waits for a model, which is hung up on. Updates that come faster than they can be shown are skipped, never
# the last.


async def in_thread(start: Callable[[], Iterator[T]]) -> AsyncIterator[T]:
    """Yield what the iterator of `start` yields, run in a thread beside; its error is raised here."""
    loop, let_go = asyncio.get_running_loop(), threading.Event()
    updates: asyncio.Queue[T | _End] = asyncio.Queue()

    def put(update: T | _End) -> None:
        # A loop that is closed belongs to a page that has gone: nobody is left to tell.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(updates.put_nowait, update)

    def run() -> None:
        with stoppable(let_go):
            _run(start, put, let_go)

    threading.Thread(target=run, daemon=True, name="answer").start()
    try:
        while True:
            arrived = [await updates.get()]
            while not updates.empty():
                arrived.append(updates.get_nowait())
            for newest in [update for update in arrived if not isinstance(update, _End)][-1:]:
                yield newest
            if isinstance(arrived[-1], _End):
                break
            await asyncio.sleep(_PAUSE)
        if arrived[-1].error is not None:
            raise arrived[-1].error
    finally:
        let_go.set()
