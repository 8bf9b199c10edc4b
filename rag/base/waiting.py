"""Waiting that ends: limits on each wait for the next item, and items brought from a thread to an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from queue import Empty, Queue, SimpleQueue
from typing import Generic, TypeVar

# ----------------------------------------------------------------------------------------------------
# Waiting that ends: a source of items runs in a thread, and each wait for its next item has a limit.
#
# Read timeouts of an HTTP client restart with every byte, and do not cover name look-ups; a server that sends only
# keep-alive comments would hold a person for ever. Who waits may also be told to stop, by `stoppable`. Not handled:
# stopping a source that is blocked in the system and gives no `hang_up`; its thread is a daemon, and ends when the
# blocked call does.

T = TypeVar("T")
_TICK = 0.2
"""Seconds after which it is looked whether nobody wants to wait any more."""
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
class Limits:
    """Seconds to the first item, between two items, and in all (None: no limit in all)."""

    first: float
    between: float
    total: float | None = None


@dataclass(frozen=True, slots=True)
class _Item(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


def limited(
    source: Callable[[threading.Event], Iterator[T]],
    limits: Limits,
    *,
    counts: Callable[[T], bool] = lambda item: True,
    hang_up: Callable[[], None] = lambda: None,
) -> Iterator[T]:
    """Yield the items of `source(stopped)` in order, and raise what it raises; TimeoutError at one of `limits`.

    Items that do not `count` are passed on and are not waited for. `stopped` is set, and `hang_up` called, once nobody
    waits any more, so that the source can end early.
    """
    items: Queue[_Item[T] | _End] = Queue()
    stopped = threading.Event()
    threading.Thread(target=_run, args=(source, stopped, items), daemon=True).start()
    started = since = time.monotonic()
    patience = limits.first
    try:
        while True:
            ends = since + patience if limits.total is None else min(since + patience, started + limits.total)
            item = _next(items, ends, started)
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item.value
            if counts(item.value):
                since, patience = time.monotonic(), limits.between
    finally:
        stopped.set()
        hang_up()


def _next(items: Queue[_Item[T] | _End], ends: float, started: float) -> _Item[T] | _End:
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


def _run(
    source: Callable[[threading.Event], Iterator[T]], stopped: threading.Event, items: Queue[_Item[T] | _End]
) -> None:
    try:
        for value in source(stopped):
            if stopped.is_set():
                break
            items.put(_Item(value))
        items.put(_End())
    except BaseException as error:
        items.put(_End(error))


# ----------------------------------------------------------------------------------------------------
# A library's answers, brought from a thread beside to an event loop.
#
# Whoever reads may let go at any moment (Stop, a closed tab): the thread then ends at the answer's next update, or
# where it waits for a model, which is hung up on. Updates that come faster than they can be shown are skipped, never
# the last.

_PAUSE = 0.04
"""Seconds between two updates: fast enough to look like writing."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """The iterator has come to its end, by itself or by an error."""

    error: Exception | None = None


async def in_thread(start: Callable[[], Iterator[T]]) -> AsyncIterator[T]:
    """Yield what the iterator of `start` yields, run in a thread beside; its error is raised here."""
    relay: _Relay[T] = _Relay(asyncio.get_running_loop())
    _workers.run(lambda: relay.run(start))
    try:
        while True:
            latest, ended = await relay.newest()
            if latest is not None:
                yield latest
            if ended:
                return
            await asyncio.sleep(_PAUSE)
    finally:
        relay.let_go.set()


class _Workers:
    """Threads that are used again: as many as were ever busy at once, and none that the program's end waits for."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._idle = threading.Semaphore(0)

    def run(self, job: Callable[[], None]) -> None:
        """Run a job now; it must not raise."""
        self._jobs.put(job)
        if not self._idle.acquire(blocking=False):
            threading.Thread(target=self._work, daemon=True, name="answer").start()

    def _work(self) -> None:
        while True:
            self._jobs.get()()
            self._idle.release()


_workers = _Workers()


class _Relay(Generic[T]):
    """The hand-over between the thread that answers and the loop that shows."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.let_go = threading.Event()
        self._loop = loop
        self._queue: asyncio.Queue[T | _Ended] = asyncio.Queue()

    def run(self, start: Callable[[], Iterator[T]]) -> None:
        """Run the iterator to its end, or until it is let go."""
        end = _Ended()
        try:
            with stoppable(self.let_go):
                for update in start():
                    if self.let_go.is_set():
                        return
                    self._put(update)
        except Stopped:
            return
        except Exception as exc:  # it is raised again where the page can show it
            end = _Ended(exc)
        self._put(end)

    async def newest(self) -> tuple[T | None, bool]:
        """Wait for an update; return the newest there is, and whether it was the last."""
        item = await self._queue.get()
        latest: T | None = None
        while not isinstance(item, _Ended):
            latest = item
            if self._queue.empty():
                return latest, False
            item = self._queue.get_nowait()
        if item.error is not None:
            raise item.error
        return latest, True

    def _put(self, item: T | _Ended) -> None:
        # A loop that is closed belongs to a page that has gone: nobody is left to tell.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)
