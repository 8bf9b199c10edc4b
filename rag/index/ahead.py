"""Work done ahead on another thread: the next items of an iterator, and texts embedded while papers are still read."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]


_Item = TypeVar("_Item")


def ahead(items: Iterable[_Item], depth: int = 1) -> Generator[_Item]:
    """Yield `items`, none of which may be None, while another thread makes up to `depth` of those that follow.

    A failure is raised where its item would have come; close the generator to stop before the end.
    """
    source = iter(items)
    thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
    try:
        begun = deque(thread.submit(next, source, None) for _ in range(depth))
        while (item := begun.popleft().result()) is not None:
            begun.append(thread.submit(next, source, None))
            yield item
    finally:
        thread.shutdown(cancel_futures=True)


# ----------------------------------------------------------------------------------------------------
# Texts embedded on another thread while papers are still being read, which keeps one core busy and leaves others
# idle.
#
# Their vectors wait under the very texts, so that nothing is wrong where a paper changes before it is written. What
# fails here is left undone: it fails again where the text is asked for, and is told there.

_PAPERS = 64
"""Papers embedded at once; who stops waits for them, about a second."""
_MOST = 30_000
"""Texts that are kept, in about 100 MB; 12,000 are done while 75,000 papers are read."""
_PAUSE = 0.1
"""Seconds after which to look again, where there were not so many."""

Some = Callable[[int, int], tuple[int, Sequence[str]]]
"""From (how many papers, the number after which) to (the last one's number, their texts); no texts: not so many yet."""


class Early:
    """An embedder that begins before it is asked."""

    def __init__(self, some: Some, embed: Callable[[Sequence[str]], Matrix]) -> None:
        self._some, self._embed = some, embed
        self._vectors: dict[str, Matrix] = {}

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Embed what there is while the block runs."""
        over = threading.Event()
        with ThreadPoolExecutor(1, thread_name_prefix="early") as thread:
            thread.submit(self._work, over)
            try:
                yield
            finally:
                over.set()

    def _work(self, over: threading.Event) -> None:
        last = 0
        while not over.is_set() and len(self._vectors) < _MOST:
            last, texts = self._some(_PAPERS, last)
            if texts:
                self._vectors.update(zip(texts, self._embed(texts), strict=True))
            else:
                over.wait(_PAUSE)

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row for each text, in the order given; what was embedded early is given once."""
        import numpy as np

        known = {text: self._vectors.pop(text) for text in texts if text in self._vectors}
        if not known:
            return self._embed(texts)
        made = iter(self._embed([text for text in texts if text not in known]))
        return np.stack([known[text] if text in known else next(made) for text in texts])

    def forget(self) -> None:
        """Let go of what nobody asked for."""
        self._vectors.clear()
