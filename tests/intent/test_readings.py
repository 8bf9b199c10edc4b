"""Questions that papers answer differently, and that do not say which paper is meant."""

from __future__ import annotations

import json

import pytest

from rag.base.settings import Settings
from rag.library import Library
from rag.nouns import Reason, Status

SIZES = {"Owls of Bern": 40, "Bats of Basel": 70, "Toads of Thun": 90}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Three papers, each with a data set of its own, and one without."""
    folder = tmp_path_factory.mktemp("three")
    papers = [
        {"title": title, "abstract": f"Calls at night are many. We present a dataset of {size} recordings."}
        for title, size in SIZES.items()
    ]
    papers.append({"title": "Night", "abstract": "We walk at night. Prior datasets hold 9 recordings."})
    (folder / "night.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
    library = Library.open(folder / "library", Settings())
    library.add(folder / "night.jsonl")
    return library


def test_an_ambiguous_question_is_answered_reading_by_reading(three: Library) -> None:
    answer = three.ask("How large is the dataset?")
    assert (answer.status, answer.reason) == (Status.PARTIAL, Reason.AMBIGUOUS)
    readings = answer.text.splitlines()[2:]
    assert len(readings) == len(SIZES)
    for title, size in SIZES.items():
        (reading,) = [line for line in readings if title in line]
        assert f"a dataset of {size} recordings" in reading
        assert reading.startswith("- If ")
    cites = [claim.cites for claim in answer.claims if "recordings" in claim.text]
    assert len(cites) == len(SIZES)
    assert all(cites)


def test_where_there_are_too_many_readings_it_is_asked_which_is_meant(sample: Library) -> None:
    answer = sample.ask("how large is the benchmark?")
    assert answer.reason is Reason.AMBIGUOUS
    assert "Name the one that is meant" in answer.text
    assert len(answer.citations) == 3


@pytest.mark.parametrize(
    "question",
    ["How large is the dataset of Owls of Bern?", "How large is the toad dataset?", "Which papers have a dataset?"],
)
def test_a_question_that_tells_which_is_meant_is_not_ambiguous(three: Library, question: str) -> None:
    assert three.ask(question).reason is not Reason.AMBIGUOUS


def test_what_the_conversation_tells_is_not_ambiguous(three: Library) -> None:
    earlier = three.ask("What is Owls of Bern about?")
    answer = three.ask("How large is the dataset?", history=[earlier])
    assert {citation.paper.title for citation in answer.citations} == {"Owls of Bern"}
