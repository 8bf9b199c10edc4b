"""Waiting that ends: a source of items runs in a thread, and each wait for its next item has a limit.

Read timeouts of an HTTP client restart with every byte, and do not cover name look-ups; a server that sends only
keep-alive comments would hold a person for ever. Not handled: stopping a source that is blocked in the system; its
thread is a daemon, and ends when the blocked call does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from typing import Generic, TypeVar

T = TypeVar("T")


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


def limited(source: Callable[[threading.Event], Iterator[T]], limits: Limits) -> Iterator[T]:
    """Yield the items of `source(stopped)` in order, and raise what it raises; TimeoutError at one of `limits`.

    `stopped` is set once nobody waits any more, so that the source can end early.
    """
    items: Queue[_Item[T] | _End] = Queue()
    stopped = threading.Event()
    threading.Thread(target=_run, args=(source, stopped, items), daemon=True).start()
    started = time.monotonic()
    patience = limits.first
    try:
        while True:
            spent = time.monotonic() - started
            left = patience if limits.total is None else min(patience, limits.total - spent)
            item = _next(items, left, spent)
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item.value
            patience = limits.between
    finally:
        stopped.set()


def _next(items: Queue[_Item[T] | _End], left: float, spent: float) -> _Item[T] | _End:
    try:
        return items.get(timeout=max(left, 0.001))
    except Empty:
        raise TimeoutError(f"nothing came within {spent + max(left, 0):.0f} s") from None


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
