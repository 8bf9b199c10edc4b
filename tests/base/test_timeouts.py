import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from llama_index.core.llms import ChatMessage

from rag.base.timeouts import in_thread
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import ReplyLimits
from tests.endpoint_server import HOURS, MODEL, PATIENT, EndpointServer, Turn


def run(coroutine):  # type: ignore[no-untyped-def]
    """Run to the end in a thread of its own: the browser tests keep a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def collected(start) -> list[int]:
    return [item async for item in in_thread(start)]


def test_the_last_update_always_arrives():
    assert run(collected(lambda: iter(range(1000))))[-1] == 999


def test_nothing_yields_nothing():
    assert run(collected(lambda: iter(()))) == []


def test_an_error_arrives_where_the_page_can_show_it():
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("told")

    with pytest.raises(ValueError, match="told"):
        run(collected(failing))


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

    run(look_once())
    assert closed.wait()


def test_a_thread_ends_with_its_work():
    run(collected(lambda: iter(range(3))))
    for thread in threading.enumerate():
        if thread.name == "answer":
            thread.join(PATIENT)
    assert not [thread for thread in threading.enumerate() if thread.name == "answer"]


def test_letting_go_while_a_model_is_silent_hangs_up_on_it():
    with EndpointServer([Turn(hang=True)]) as server:

        def asking() -> Iterator[str]:
            message = ChatMessage(role="user", content="Owls?")
            yield Endpoint(server.url, MODEL, timeout=HOURS).complete([message], ReplyLimits(20)).text

        async def let_go() -> None:
            updates = in_thread(asking)
            waiting = asyncio.ensure_future(anext(updates))
            while not server.requests:
                await asyncio.sleep(0.05)
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await waiting

        run(let_go())
        assert server.broken_off.wait(PATIENT)
