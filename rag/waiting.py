"""Waiting that ends: a source of items runs in a thread, and each wait for its next item has a limit.

Read timeouts of an HTTP client restart with every byte, and do not cover name look-ups; a server that sends only
keep-alive comments would hold a person for ever. Who waits may also be told to stop, by `stoppable`. Not handled:
stopping a source that is blocked in the system and gives no `hang_up`; its thread is a daemon, and ends when the
blocked call does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from queue import Empty, Queue
from typing import Generic, TypeVar

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
