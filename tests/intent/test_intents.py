"""What a question asks for, as the one intent that it is given, over the sample."""

from __future__ import annotations

import pytest

from rag.catalogue.filters import Filters
from rag.intent.comparison import Comparison, Similar
from rag.intent.interpretation import Intent, LookUp, Search, Unknown, interpret
from rag.intent.kinds import Aggregation
from rag.intent.opening import Opened
from rag.library import Library
from rag.nouns import Answer


def intent(library: Library, question: str, history: tuple[Answer, ...] = ()) -> Intent:
    return interpret(question, library.catalogue, library.indexes, Filters(), history).intent


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("hello", Opened),
        ("Summarise the library", Opened),
        ("What should I read first on value alignment?", Opened),
        ("papers like KorNAT", Similar),
        ("What is FooBar-9 about?", Unknown),
        ("What should I read first on FooBar-9?", Unknown),
        ("Who wrote KorNAT?", LookUp),
        ("How many papers are from 2025?", Aggregation),
        ("Which paper has the most authors?", Aggregation),
        ("Compare KorNAT with NormAd", Comparison),
        ("How many value rules does CVC hold?", Search),
        ("What is known about KorNAT?", Search),
        ("Which papers deal with jailbreaks?", Search),
    ],
)
def test_each_question_has_one_intent(sample: Library, question: str, kind: type[Intent]) -> None:
    assert isinstance(intent(sample, question), kind)


def test_what_to_read_first_may_be_asked_at_any_time(sample: Library) -> None:
    earlier = sample.ask("How many value rules does CVC hold?")
    assert isinstance(intent(sample, "What should I read first?", (earlier,)), Opened)


def test_a_pronoun_is_looked_up_of_the_paper_under_discussion(sample: Library) -> None:
    earlier = sample.ask("How many value rules does CVC hold?")
    found = intent(sample, "And when did it come out?", (earlier,))
    assert isinstance(found, LookUp)
    assert found.fields == ("date",)
    assert found.paper_ids == (earlier.citations[0].paper.paper_id,)


@pytest.mark.parametrize("question", ["Did they also release a benchmark?", "Did they publish a benchmark too?"])
def test_what_a_paper_brings_is_no_question_for_its_date(sample: Library, question: str) -> None:
    earlier = sample.ask("How many value rules does CVC hold?")
    assert intent(sample, question, (earlier,)) == Search()
