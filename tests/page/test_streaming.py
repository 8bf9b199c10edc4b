import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from rag.page.streaming import in_thread


async def collected(start) -> list[int]:
    return [item async for item in in_thread(start)]


def test_the_last_update_always_arrives():
    assert asyncio.run(collected(lambda: iter(range(1000))))[-1] == 999


def test_nothing_yields_nothing():
    assert asyncio.run(collected(lambda: iter(()))) == []


def test_an_error_arrives_where_the_page_can_show_it():
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("told")

    with pytest.raises(ValueError, match="told"):
        asyncio.run(collected(failing))


def test_letting_go_ends_the_work_and_waits_for_nobody():
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
                time.sleep(0.02)
        finally:
            closed.set()

    async def look_once() -> None:
        updates = in_thread(endless)
        await anext(updates)
        await updates.aclose()

    asyncio.run(look_once())
    assert closed.wait(2)
