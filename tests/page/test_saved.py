import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.base.errors import UsageError
from rag.library import Library
from rag.page.cards import sources_html
from rag.page.conversation import Conversation, Stage, Thumb, Turn
from rag.page.saved import from_json, to_json
from rag.page.turn_html import markdown_holder, turn_html
from tests.page.papers import PAPERS
from tests.page.scripted import LINES, scripted_answer

SHELF = {p.paper_id: p for p in PAPERS}


def talk() -> Conversation:
    answer = scripted_answer("How?", LINES)
    return Conversation().asking("How?").changed(1, answer=answer, stage=Stage.DONE, thumb=Thumb.UP, opinion="Fine.")


def test_a_conversation_comes_back_as_it_was():
    back = from_json(to_json(talk()), SHELF.get)
    assert back == talk().changed(1, from_file=True, answer=back.turns[0].answer)
    answer, before = back.turns[0].answer, talk().turns[0].answer
    assert answer
    assert before
    assert answer.to_dict() == before.to_dict()
    assert answer.citations == before.citations


def test_papers_come_from_the_library_never_from_the_file():
    back = from_json(to_json(talk()), {}.get)
    answer = back.turns[0].answer
    assert answer
    assert {c.paper.abstract for c in answer.citations} == {""}
    assert "has changed since, or is not here" in sources_html(answer, 1)


def test_filters_of_every_kind_come_back():
    filters = {"since": "2025-08-01", "until": "2025-08-31", "min_authors": 6, "mentions": ["raters"], "page": "may"}
    answer = scripted_answer("How?", LINES, filters=filters)
    talk = Conversation().asking("How?", dropped={"not_on": ["june"]}).changed(1, answer=answer, stage=Stage.DONE)
    (turn,) = from_json(to_json(talk), SHELF.get).turns
    assert turn.answer
    assert (turn.answer.filters, turn.dropped) == (filters, {"not_on": ["june"]})


@pytest.mark.parametrize(
    "filters", [{"since": 5}, {"page": ["a"]}, {"mentions": "a"}, {"min_authors": "6"}, {"x": "y"}]
)
def test_filters_that_are_none_are_refused(filters: dict[str, object]):
    whole = json.loads(to_json(talk()))
    whole["turns"][0]["answer"]["filters"] = filters
    with pytest.raises(UsageError, match="not a conversation saved from this page"):
        from_json(json.dumps(whole), SHELF.get)


def test_an_unfinished_turn_is_not_saved():
    assert json.loads(to_json(talk().asking("And?")))["turns"][1:] == []


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", '{"format": "abstract-qa conversation", "version": 2, "turns": []}', "[" * 100_000]
)
def test_another_file_is_refused(text: str):
    with pytest.raises(UsageError, match="not a conversation saved from this page"):
        from_json(text, SHELF.get)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_a_file_with_anything_in_any_place_is_read_or_refused(data: st.DataObject):
    whole = json.loads(to_json(talk()))
    place = whole["turns"][0] if data.draw(st.booleans()) else whole["turns"][0]["answer"]
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    try:
        back = from_json(json.dumps(whole), SHELF.get)
    except UsageError:
        return
    assert isinstance(to_json(back), str)


def test_what_is_known_comes_back_in_its_groups(sample: Library) -> None:
    answer = sample.ask("What is known about value alignment?")
    kept = to_json(Conversation((Turn(1, answer.question, answer, Stage.DONE),)))
    back = from_json(kept, sample.paper).turns[0].answer
    assert back is not None
    assert back.synthesis is not None
    assert answer.synthesis is not None
    assert back.synthesis.to_dict() == answer.synthesis.to_dict()


def test_groups_of_a_sentence_that_has_changed_leave_the_text(sample: Library) -> None:
    answer = sample.ask("What is known about value alignment?")
    kept = to_json(Conversation((Turn(1, answer.question, answer, Stage.DONE),)))
    back = from_json(kept, lambda name: None).turns[0].answer
    assert back is not None
    assert back.synthesis is None
    assert back.text == answer.text


def places(told: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the places of all texts in a JSON value."""
    inner = told.items() if isinstance(told, dict) else enumerate(told[:2]) if isinstance(told, list) else ()
    for key, value in inner:
        yield from places(value, (*place, key))
    if isinstance(told, str):
        yield place


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "half a character: \ud800", "a\x00b"])
@pytest.mark.parametrize("question", ["What is known about value alignment?", "How many papers are there per year?"])
def test_no_text_of_a_file_is_run_or_breaks_the_page(sample: Library, question: str, hostile: str) -> None:
    answer = sample.ask(question)
    kept = to_json(Conversation((Turn(1, answer.question, answer, Stage.DONE),)))
    for *before, last in places(json.loads(kept)):
        whole = at = json.loads(kept)
        for key in before:
            at = at[key]
        at[last] = hostile
        try:
            back = from_json(json.dumps(whole), sample.paper)
        except UsageError:
            continue
        shown = turn_html(back.turns[0], can_check=True) + markdown_holder(back.turns[0]) + to_json(back)
        shown.encode("utf-8")
        assert "<script" not in turn_html(back.turns[0], can_check=True), (*before, last)
