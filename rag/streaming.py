"""A library's answers, brought from a thread beside to an event loop.

Whoever reads may let go at any moment (Stop, a closed tab): the thread then ends at the answer's next update, or where
it waits for a model, which is hung up on. Updates that come faster than they can be shown are skipped, never the last.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

from rag.waiting import Stopped, stoppable

T = TypeVar("T")
_PAUSE = 0.04
"""Seconds between two updates: fast enough to look like writing."""


@dataclass(frozen=True, slots=True)
class _End:
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
        self._queue: asyncio.Queue[T | _End] = asyncio.Queue()

    def run(self, start: Callable[[], Iterator[T]]) -> None:
        """Run the iterator to its end, or until it is let go."""
        end = _End()
        try:
            with stoppable(self.let_go):
                for update in start():
                    if self.let_go.is_set():
                        return
                    self._put(update)
        except Stopped:
            return
        except Exception as exc:  # it is raised again where the page can show it
            end = _End(exc)
        self._put(end)

    async def newest(self) -> tuple[T | None, bool]:
        """Wait for an update; return the newest there is, and whether it was the last."""
        item = await self._queue.get()
        latest: T | None = None
        while not isinstance(item, _End):
            latest = item
            if self._queue.empty():
                return latest, False
            item = self._queue.get_nowait()
        if item.error is not None:
            raise item.error
        return latest, True

    def _put(self, item: T | _End) -> None:
        # A loop that is closed belongs to a page that has gone: nobody is left to tell.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)
