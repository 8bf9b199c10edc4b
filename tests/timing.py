"""How the work of a function grows: a ratio of two works of this thread, whatever the processor and who else uses it.

How long anything takes is no matter of tests: `python -m tests.page.speed` and `python -m eval bench` tell it.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

_TRIES = 6


def grows_linearly(work: Callable[[int], object], small: int, times: int = 8) -> bool:
    """Whether `times` as much costs at most three times `times` as much; a square would cost `times` times.

    Both are measured again where they do not: a disturbance passes, a square stays.
    """
    return any(_costs_little(work, small, times) for _ in range(_TRIES))


def _costs_little(work: Callable[[int], object], small: int, times: int) -> bool:
    bound = 3 * times * _seconds(lambda: work(small)) + 0.2
    return _seconds(lambda: work(small * times)) < bound


def _seconds(work: Callable[[], object]) -> float:
    gc.disable()
    began = time.thread_time()
    try:
        work()
    finally:
        gc.enable()
    return time.thread_time() - began
