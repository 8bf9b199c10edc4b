"""Marks for papers, and reading a whole library by them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rag.models.chat.endpoint import Endpoint
from rag.nouns import Passage, Usage
from rag.read.batches import IN_FULL, LEAST, excerpts, read_all, rerank
from tests.endpoint_server import MODEL, PATIENT, EndpointServer, Turn
from tests.read.papers import BATS, OWLS, paper, passages

ANTS = paper("ants", "Ants", "Ants carry leaves.")
SHOWN = passages(OWLS, BATS, ANTS)


def names(found: tuple[Passage, ...]) -> list[str]:
    return [passage.paper.paper_id for passage in found]


def reranked(reply: Turn | str) -> list[str] | None:
    with EndpointServer([reply]) as server:
        found = rerank("Who carries leaves?", SHOWN, Endpoint(server.url, MODEL, timeout=PATIENT, backoff=0.01))
    return names(found.passages) if found.passages else None


@pytest.mark.parametrize(
    ("reply", "order"),
    [
        ('{"P3": 3, "P1": 1}', ["ants", "owls", "bats"]),
        ('{"marks": {"3": 2}}', ["ants", "owls", "bats"]),
        ('```json\n{"[P2]": 3, "P9": 3, "P1": 7, "P3": "high"}\n```', ["bats", "owls", "ants"]),
        ("{}", ["owls", "bats", "ants"]),
    ],
)
def test_marked_papers_come_first_and_the_rest_keep_their_order(reply: str, order: list[str]) -> None:
    assert reranked(reply) == order


def test_of_many_papers_the_marked_ones_are_kept_and_a_few_more() -> None:
    many = passages(*(paper(f"p{n}", f"Paper {n}", "Ants carry leaves.") for n in range(30)))
    with EndpointServer(['{"P29": 3}']) as server:
        found = rerank("Who carries leaves?", many, Endpoint(server.url, MODEL, timeout=PATIENT, backoff=0.01))
    assert names(found.passages) == ["p28", *(f"p{n}" for n in range(LEAST - 1))]


@pytest.mark.parametrize("reply", ["P3 is best.", Turn(status=401)])
def test_what_cannot_be_read_changes_nothing(reply: Turn | str) -> None:
    assert reranked(reply) is None


def test_an_excerpt_holds_the_sentences_with_the_rarer_words_of_the_question_in_their_order() -> None:
    common = [f"Ants of kind {n} are many." for n in range(8)]
    long = paper("p", "Title", *common, "Leaves are carried home.")
    assert excerpts(passages(long), "Which ants carried leaves?") == [
        "Title\nAnts of kind 0 are many. Ants of kind 1 are many. Leaves are carried home.\n"
    ]


class TestReadingAll:
    LIBRARY = passages(
        *(paper(f"p{n}", f"Paper {n}", *["Nine words stand in this long sentence of mine."] * 60) for n in range(30))
    )

    @staticmethod
    def even(request: dict[str, Any]) -> Turn:
        shown = re.findall(r"^P(\d+) · Paper (\d+)$", request["messages"][1]["content"], re.M)
        marks = [f'"P{number}": {3 if name == "8" else 2}' for number, name in shown if int(name) % 2 == 0]
        return Turn("{" + ", ".join(marks) + "}")

    def test_every_batch_is_read_and_the_papers_that_help_are_kept_best_first(self) -> None:
        with EndpointServer(self.even) as server:
            reading = read_all("Which are even?", self.LIBRARY, Endpoint(server.url, MODEL, timeout=PATIENT))
        assert len(server.requests) == 2
        assert names(reading.passages)[:3] == ["p8", "p0", "p2"]
        assert len(reading.passages) == 15
        assert (reading.read, reading.warnings, reading.usage) == (30, (), Usage(2000, 100))

    def test_a_small_window_means_more_batches_and_what_was_left_unread_is_told(self) -> None:
        with EndpointServer(self.even) as server:
            endpoint = Endpoint(server.url, MODEL, timeout=PATIENT, context_window=4_000)
            reading = read_all("Which are even?", self.LIBRARY, endpoint)
        assert len(server.requests) == 4
        assert reading.read < 30
        assert reading.warnings == (f"Only the {reading.read} papers nearest to the question were read, of 30.",)

    def test_a_batch_that_fails_is_told(self) -> None:
        def first_fails(request: dict[str, Any]) -> Turn:
            return self.even(request) if "Paper 29\n" in request["messages"][1]["content"] else Turn("no JSON")

        with EndpointServer(first_fails) as server:
            reading = read_all("Which are even?", self.LIBRARY, Endpoint(server.url, MODEL, timeout=PATIENT))
        assert 0 < reading.read < 30
        assert reading.warnings == (f"The model could not be brought to read {30 - reading.read} of the papers.",)

    def test_the_nearest_papers_are_read_in_full_and_the_others_by_what_is_near_the_question(self) -> None:
        long = [paper(f"p{n}", f"Paper {n}", *["Bees sing."] * 5, "Ants carry leaves.") for n in range(IN_FULL + 5)]
        with EndpointServer(['{"P45": 3}']) as server:
            reading = read_all("Who carries leaves?", passages(*long), Endpoint(server.url, MODEL, timeout=PATIENT))
        shown = server.requests[0]["messages"][1]["content"]
        assert shown.count("Ants carry leaves.") == IN_FULL + 5
        assert shown.count("Bees sing.") == 5 * IN_FULL + 2 * 5
        assert (names(reading.passages), reading.read) == (["p44"], IN_FULL + 5)

    def test_an_empty_library_is_read_without_a_call(self) -> None:
        with EndpointServer([]) as server:
            assert read_all("Q?", (), Endpoint(server.url, MODEL)).read == 0
        assert server.requests == []
