"""Conversations in the library's store: read back as they were, and a row that is spoilt costs itself alone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.kept.conversations import FILE
from rag.page.conversation import Conversation, Stage, Thumb
from rag.page.saved import Memory
from rag.page.turn_html import turn_html
from tests.page.scripted import LINES, TABLE, ScriptedLibrary, scripted_answer
from tests.page.test_saved import JSON


@pytest.fixture
def library(tmp_path: Path) -> ScriptedLibrary:
    return ScriptedLibrary(tmp_path)


@pytest.fixture
def memory(library: ScriptedLibrary) -> Memory:
    return Memory(library)  # type: ignore[arg-type]


def asked(conversation: Conversation, question: str, number: int | None = None) -> Conversation:
    grown = conversation.asking(question, number)
    answer = scripted_answer(question, LINES, table=TABLE)
    return grown.changed(len(grown.turns), answer=answer, stage=Stage.DONE)


def test_a_conversation_comes_back_turn_by_turn(memory: Memory):
    talk = asked(Conversation(), "How?").changed(1, thumb=Thumb.UP, opinion="Fine.")
    memory.record("ann", talk)
    talk = asked(talk, "And why?")
    memory.record("ann", talk)
    back = memory.load("ann", talk.id)
    assert [t.question for t in back.turns] == ["How?", "And why?"]
    assert [t.asking for t in back.turns] == [t.asking for t in talk.turns]
    assert (back.id, back.turns[0].thumb, back.turns[0].opinion) == (talk.id, Thumb.UP, "Fine.")
    assert [turn_html(t, can_check=False) for t in back.turns] == [turn_html(t, can_check=False) for t in talk.turns]
    assert memory.load("bob", talk.id) == Conversation()


def test_a_question_asked_again_takes_the_place_of_the_old_one_when_it_is_answered(memory: Memory):
    talk = asked(asked(Conversation(), "How?"), "And why?")
    memory.record("", talk, talk.turns)
    again = talk.asking("How else?", 1)
    memory.record("", again)
    assert [t.question for t in memory.load("", talk.id).turns] == ["How?", "And why?", "How else?"]
    memory.record("", again.stopped())
    assert [t.question for t in memory.load("", talk.id).turns] == ["How else?"]


def test_a_question_whose_answer_never_came_says_so(memory: Memory):
    talk = Conversation().asking("How?")
    memory.record("", talk)
    (turn,) = memory.load("", talk.id).turns
    assert (turn.question, turn.stage) == ("How?", Stage.FAILED)
    assert "interrupted" in turn.problem
    assert memory.joined("", Conversation((), talk.id)).turns == ()


def test_what_another_window_asked_joins_at_the_end(memory: Memory):
    mine = asked(Conversation(), "How?")
    memory.record("", mine)
    theirs = asked(memory.load("", mine.id), "And why?")
    memory.record("", theirs)
    mine = memory.joined("", asked(mine, "Who?"))
    assert [(t.number, t.question) for t in mine.turns] == [(1, "How?"), (2, "Who?"), (3, "And why?")]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "7", '{"question": "x"}', "[" * 50_000, '{"stage": 1e999}'])
def test_a_row_that_cannot_be_read_costs_itself_alone(memory: Memory, library: ScriptedLibrary, body: str):
    talk = asked(asked(Conversation(), "How?"), "And why?")
    memory.record("", talk, talk.turns)
    memory.keep("", talk, talk.turns[0])
    with closing(sqlite3.connect(library.folder / FILE)) as db, db:
        db.execute("update turns set body = ? where id = ?", (body, talk.turns[0].asking))
        db.execute("update kept set body = ?", (body,))
    spoilt, whole = memory.load("", talk.id).turns
    assert (spoilt.question, spoilt.answer, whole.question) == ("How?", None, "And why?")
    assert "cannot be read" in spoilt.problem
    assert [kept.turn.question for kept in memory.kept("")] == ["How?"]


def test_a_hostile_row_is_text_on_the_page(memory: Memory, library: ScriptedLibrary):
    talk = asked(asked(Conversation(), "How?"), "And why?")
    memory.record("", talk, talk.turns)
    evil = '"><script>alert(1)</script>'
    with closing(sqlite3.connect(library.folder / FILE)) as db, db:
        db.execute("update turns set id = ?, question = ?, body = '{' where id = ?", (evil, evil, talk.turns[0].asking))
    html = turn_html(memory.load("", talk.id).turns[0], can_check=False)
    assert "<script" not in html


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_row_with_anything_in_any_place_is_shown_or_told(
    data: st.DataObject, memory: Memory, library: ScriptedLibrary
):
    talk = asked(Conversation(), "How?")
    memory.record("", talk)
    told = json.loads(library.conversations.turns("", talk.id)[0].body)
    place = data.draw(st.sampled_from([told, told["answer"], told["answer"]["table"], told["answer"]["coverage"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    with closing(sqlite3.connect(library.folder / FILE)) as db, db:
        db.execute("update turns set body = ? where id = ?", (json.dumps(told), talk.turns[0].asking))
    (turn,) = memory.load("", talk.id).turns
    assert turn_html(turn, can_check=True).startswith("<article")
