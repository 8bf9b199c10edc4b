"""What people asked and kept: nothing is lost between windows, persons, processes and damaged rows."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from rag.base.errors import LibraryDamaged, LibraryTooNew, UsageError
from rag.kept.conversations import FILE, LONGEST_NOTE, Conversations, StoredTurn
from tests.conftest import ROOT


def turn(name: str, question: str = "How?", answer: str = "So.") -> StoredTurn:
    return StoredTurn(name, question, f"{question}\n{answer}".casefold(), f'{{"text": "{answer}"}}')


@pytest.fixture
def store(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


def titles(store: Conversations, search: str = "", owner: str = "ann") -> list[str]:
    return [listed.title for listed in store.all(owner, search)]


def test_turns_come_back_in_another_process_as_they_were_put(store: Conversations, tmp_path: Path) -> None:
    store.put("ann", "c1", [turn("a")])
    store.put("ann", "c1", [turn("b", "And why?")])
    assert Conversations(tmp_path).turns("ann", "c1") == (turn("a"), turn("b", "And why?"))


def test_text_that_is_no_unicode_is_stored_all_the_same(store: Conversations) -> None:
    store.put("ann", "c1", [turn("a", "half \ud800", "\udfff")])
    store.keep("ann", "c1", turn("a", "\ud800"))
    store.note("ann", "a", "\ud800")
    store.rename("ann", "c1", "half \ud800 \x00")
    assert [t.question for t in store.turns("ann", "c1")] == ["half ?"]


def test_reading_makes_no_file(store: Conversations, tmp_path: Path) -> None:
    assert store.all("ann") == store.kept("ann") == store.turns("ann", "c1") == ()
    assert not (tmp_path / FILE).exists()


def test_a_turn_that_is_put_again_changes_in_its_place(store: Conversations) -> None:
    store.put("ann", "c1", [turn("a"), turn("b")])
    store.put("ann", "c1", [turn("a", answer="Now.")])
    assert store.turns("ann", "c1") == (turn("a", answer="Now."), turn("b"))


def test_two_windows_that_go_on_with_one_conversation_lose_no_turn(tmp_path: Path) -> None:
    def ask(name: str) -> None:
        Conversations(tmp_path).put("ann", "c1", [turn(name)])

    names = [f"t{n}" for n in range(40)]
    with ThreadPoolExecutor(8) as windows:
        list(windows.map(ask, names))
    assert sorted(t.id for t in Conversations(tmp_path).turns("ann", "c1")) == sorted(names)


def test_what_a_window_replaces_takes_no_turn_of_another_window_with_it(store: Conversations) -> None:
    store.put("ann", "c1", [turn("a"), turn("b")])
    store.put("ann", "c1", [turn("other")])
    store.put("ann", "c1", [turn("edited")], replaces=["a", "b"])
    assert [t.id for t in store.turns("ann", "c1")] == ["other", "edited"]


def test_the_latest_conversation_comes_first_under_its_first_question(store: Conversations) -> None:
    store.put("ann", "c1", [turn("a", "What is\n NormAd?"), turn("b", "And why?")])
    store.put("ann", "c2", [turn("c", "Who else?")])
    assert titles(store) == ["Who else?", "What is NormAd?"]
    store.put("ann", "c1", [turn("d", "And then?")])
    assert titles(store) == ["What is NormAd?", "Who else?"]
    assert store.all("ann")[0].turns == 3


def test_a_name_given_stays_and_an_empty_one_gives_the_question_back(store: Conversations) -> None:
    store.put("ann", "c1", [turn("a", "What is NormAd?")])
    store.rename("ann", "c1", "  Norms,\n for the  thesis ")
    store.put("ann", "c1", [turn("b")])
    assert titles(store) == ["Norms, for the thesis"]
    store.rename("ann", "c1", " ")
    assert titles(store) == ["What is NormAd?"]


def test_conversations_are_searched_by_title_question_and_answer(store: Conversations) -> None:
    store.put("ann", "c1", [turn("a", "What is NormAd?", "A set of ÉTIQUETTE stories.")])
    store.put("ann", "c2", [turn("b", "Who pays 100%?", "Nobody.")])
    store.rename("ann", "c2", "Großes Geld")
    assert titles(store, "étiquette normad") == ["What is NormAd?"]
    assert titles(store, "100%") == titles(store, "GROSSES nobody") == ["Großes Geld"]
    assert titles(store, "1_0%") == titles(store, "normad nobody") == []


def test_what_is_removed_is_gone_and_kept_answers_of_it_stay(store: Conversations) -> None:
    store.put("ann", "c1", [turn("a"), turn("b")])
    store.keep("ann", "c1", turn("a"))
    store.remove("ann", "c1")
    assert store.all("ann") == store.turns("ann", "c1") == ()
    assert [kept.id for kept in store.kept("ann")] == ["a"]


def test_persons_neither_see_nor_touch_what_is_anothers(store: Conversations) -> None:
    store.put("ann", "c1", [turn("a")])
    store.keep("ann", "c1", turn("a"))
    assert store.all("bob") == store.turns("bob", "c1") == store.kept("bob") == ()
    assert store.conversation_of("bob", "a") is None
    assert store.conversation_of("ann", "a") == "c1"
    store.rename("bob", "c1", "mine")
    store.remove("bob", "c1")
    store.let_go("bob", "a")
    store.note("bob", "a", "mine")
    with pytest.raises(UsageError, match="another person's"):
        store.put("bob", "c1", [turn("b")], replaces=["a"])
    store.put("bob", "c2", [turn("a", "stolen")], replaces=["a"])
    assert store.turns("ann", "c1") == (turn("a"),)
    assert titles(store) == ["How?"]
    assert [(kept.id, kept.note) for kept in store.kept("ann")] == [("a", "")]


def test_a_kept_answer_has_a_note_and_follows_its_turn(store: Conversations) -> None:
    store.put("ann", "c1", [turn("a")])
    store.keep("ann", "c1", turn("a"))
    store.note("ann", "a", " For the thesis. ")
    store.keep("ann", "c1", turn("a"))
    store.put("ann", "c1", [turn("a", answer="Now.")])
    (kept,) = store.kept("ann")
    assert (kept.conversation, kept.note, kept.body) == ("c1", "For the thesis.", turn("a", answer="Now.").body)
    assert store.kept_ids("ann") == {"a"}
    with pytest.raises(UsageError, match="at most 10,000 characters"):
        store.note("ann", "a", "x" * (LONGEST_NOTE + 1))
    store.let_go("ann", "a")
    assert store.kept("ann") == ()


@pytest.mark.parametrize("bad", ["cast(x'ff00fe' as text)", "x'00ff'", "7", "cast(zeroblob(6000000) as text)"])
def test_a_damaged_row_costs_only_itself(store: Conversations, tmp_path: Path, bad: str) -> None:
    store.put("ann", "c1", [turn("a"), turn("b")])
    store.keep("ann", "c1", turn("a"))
    with closing(sqlite3.connect(tmp_path / FILE)) as db, db:
        db.execute(f"update turns set body = {bad}, question = {bad}, words = {bad} where id = 'a'")
        db.execute(f"update kept set body = {bad}, note = {bad}")
    spoilt, whole = store.turns("ann", "c1")
    assert (spoilt.id, whole) == ("a", turn("b"))
    assert isinstance(spoilt.body, str)
    assert len(store.all("ann")) == len(store.kept("ann")) == len(store.all("ann", "so.")) == 1


def test_a_process_that_is_killed_loses_nothing_it_was_told_is_stored(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom rag.kept.conversations import Conversations, StoredTurn\n"
        "store, n = Conversations(Path(sys.argv[1])), 0\n"
        "while True:\n    store.put('ann', 'c1', [StoredTurn(str(n), 'q', 'q', '{}')])\n"
        "    print(n, flush=True)\n    n += 1\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(20)]
        process.send_signal(signal.SIGKILL)
    stored = [t.id for t in Conversations(tmp_path).turns("ann", "c1")]
    assert stored[: len(told)] == [line.decode().strip() for line in told]
    assert Conversations(tmp_path).is_sound()


def test_a_later_version_is_refused(store: Conversations, tmp_path: Path) -> None:
    store.put("ann", "c1", [turn("a")])
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("pragma user_version = 9")
    with pytest.raises(LibraryTooNew, match="update the program"):
        store.all("ann")


def test_a_file_that_is_no_database_is_told_and_repaired(store: Conversations, tmp_path: Path) -> None:
    assert store.repair() == ""
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(LibraryDamaged, match="doctor --repair"):
        store.all("ann")
    assert not store.is_sound()
    assert "kept as conversations.db.damaged-1" in store.repair()
    store.put("ann", "c1", [turn("a")])
    assert titles(store) == ["How?"]


def test_a_repair_saves_the_rows_that_can_be_read(store: Conversations, tmp_path: Path) -> None:
    for n in range(20):
        store.put("ann", f"c{n % 3}", [turn(f"t{n}-{m}", answer="word " * 60) for m in range(20)])
    store.keep("ann", "c1", turn("t1-1"))
    raw = bytearray((tmp_path / FILE).read_bytes())
    middle = len(raw) // 2 // 4096 * 4096
    raw[middle : middle + 4096] = b"\xff" * 4096
    (tmp_path / FILE).write_bytes(raw)
    assert not store.is_sound()
    assert "questions could be saved" in store.repair()
    assert store.is_sound()
    assert sum(listed.turns for listed in store.all("ann")) > 200
