"""An iterator whose next item is made on another thread while this one is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


class Ahead(Generic[_Item]):
    """Gives the items of `items`, none of which may be None, and ends at a failure, which it keeps in `failure`."""

    def __init__(self, items: Iterable[_Item]) -> None:
        self.ended = False
        self.failure: BaseException | None = None
        self._items = iter(items)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._next = self._thread.submit(next, self._items, None)

    def __enter__(self) -> Ahead[_Item]:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def __iter__(self) -> Iterator[_Item]:
        return self

    def __next__(self) -> _Item:
        try:
            item = None if self.ended else self._next.result()
        except BaseException as exc:  # also the person's own interrupt, while we wait
            self.failure, item = exc, None
        if item is None:
            self.ended = True
            raise StopIteration
        self._next = self._thread.submit(next, self._items, None)
        return item
