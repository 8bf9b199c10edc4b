"""How the work of a function grows: the processor time of this thread alone, the collector kept out of it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def grows_linearly(work: Callable[[int], object], small: int, times: int = 8) -> bool:
    """Whether `times` as much costs at most three times `times` as much; a square would cost `times` times."""
    bound = 3 * times * _seconds(lambda: work(small)) + 0.2
    return any(_seconds(lambda: work(small * times)) < bound for _ in range(2))


def _seconds(work: Callable[[], object]) -> float:
    gc.disable()
    began = time.thread_time()
    try:
        work()
    finally:
        gc.enable()
    return time.thread_time() - began
