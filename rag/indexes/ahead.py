"""An iterator whose next items are made on another thread while one is used."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


class Ahead(Generic[_Item]):
    """Gives the items of `items`, none of which may be None, and ends at a failure, which it keeps in `failure`.

    Up to `depth` of them are made before they are asked for.
    """

    def __init__(self, items: Iterable[_Item], depth: int = 1) -> None:
        self.ended = False
        self.failure: BaseException | None = None
        self._items = iter(items)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._next = deque(self._thread.submit(next, self._items, None) for _ in range(depth))

    def __enter__(self) -> Ahead[_Item]:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def __iter__(self) -> Iterator[_Item]:
        return self

    def __next__(self) -> _Item:
        try:
            item = None if self.ended else self._next[0].result()
        except BaseException as exc:  # also the person's own interrupt, while we wait
            self.failure, item = exc, None
        if item is None:
            self.ended = True
            raise StopIteration
        self._next.popleft()
        self._next.append(self._thread.submit(next, self._items, None))
        return item
