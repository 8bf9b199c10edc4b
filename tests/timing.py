"""How the work of a function grows: the processor time of this thread alone, the collector kept out of it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Return the better of two runs, in seconds of this thread's own processor time."""
    return min(_once(work), _once(work))


def grows_linearly(work: Callable[[int], object], small: int, times: int = 8) -> bool:
    """Whether `times` as much costs at most three times `times` as much; a square would cost `times` times."""
    work(small)
    return seconds(lambda: work(small * times)) < 3 * times * seconds(lambda: work(small)) + 0.2


def _once(work: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    began = time.thread_time()
    try:
        work()
    finally:
        gc.enable()
    return time.thread_time() - began
