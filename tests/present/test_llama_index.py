"""The library within other people's programs: an event loop, and llama-index."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rag.library import Library

QUESTION = "What is NormAd?"


def in_loop(coroutine: Any) -> Any:
    """Run to the end in a thread of its own: the browser tests keep a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def test_an_answer_can_be_awaited_and_watched_growing(sample: Library) -> None:
    asked = sample.ask(QUESTION)

    async def both() -> Any:
        return await sample.aask(QUESTION), [growing async for growing in sample.astream(QUESTION, k=5)]

    awaited, grown = in_loop(both())
    assert (awaited.text, awaited.citations) == (asked.text, asked.citations)
    assert grown[-1].final
    assert not any(growing.final for growing in grown[:-1])


def test_a_query_engine_gives_cited_sentences_with_their_offsets(sample: Library) -> None:
    engine = sample.as_query_engine(page="cultural-alignment")
    response: Any = engine.query(QUESTION)
    assert str(response) == str(sample.ask(QUESTION, page="cultural-alignment"))
    assert response.metadata["status"] == "answered"
    for node in response.source_nodes:
        told = node.node.metadata
        for sentence in told["sentences"]:
            assert told["abstract"][sentence["start"] : sentence["end"]] == sentence["quote"]
    assert response.source_nodes[0].node.metadata["number"] == 1
    assert str(in_loop(engine.aquery(QUESTION))) == str(response)
