"""Many at once: processes that add, remove and ask, and threads that ask while their own process adds."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.crash.crowd import crowd
from tests.crash.hashed import open_hashed
from tests.crash.pages import paper, write_page


def test_processes_that_add_remove_and_ask_at_once_see_what_holds(tmp_path: Path) -> None:
    done = crowd(tmp_path / "library", seconds=5)
    assert all(done[role] >= 5 for role in ("adding", "removing", "asking"))


def test_threads_are_answered_while_their_own_process_adds(tmp_path: Path) -> None:
    with open_hashed(tmp_path / "library") as library:
        library.add(write_page(tmp_path / "first.jsonl", range(20)))
        adding, wrong, asked = threading.Event(), list[str](), [0]
        adding.set()

        def ask() -> None:
            while adding.is_set():
                told = paper(7)
                found = library.search(f"{told['title']}. {told['abstract']}", 5)
                asked[0] += 1
                if not found or found[0].paper_id != "p7":
                    wrong.append(str(found))

        askers = [threading.Thread(target=ask) for _ in range(3)]
        for asker in askers:
            asker.start()
        for number in range(6):
            library.add(write_page(tmp_path / f"page-{number}.jsonl", range(100 * number, 100 * number + 40)))
        adding.clear()
        for asker in askers:
            asker.join()
        assert wrong == []
        assert asked[0] > 6


def test_a_question_is_not_kept_waiting_by_an_add_in_its_own_process(tmp_path: Path) -> None:
    """An embedder that takes its time does so for the one who adds, and not for those who ask."""
    with open_hashed(tmp_path / "library") as library:
        library.add(write_page(tmp_path / "first.jsonl", range(5)))
        inner, entered, leave = library.embedder(), threading.Event(), threading.Event()

        class Slow:
            name, dimension, max_tokens = inner.name, inner.dimension, inner.max_tokens
            count_tokens, embed_query = inner.count_tokens, inner.embed_query

            def embed(self, texts):  # type: ignore[no-untyped-def]
                entered.set()
                assert leave.wait(60)
                return inner.embed(texts)

        library._embedder = Slow()
        adder = threading.Thread(target=library.add, args=(write_page(tmp_path / "second.jsonl", range(5, 9)),))
        adder.start()
        assert entered.wait(60)
        assert library.search(paper(3)["title"], 5)
        assert adder.is_alive()
        leave.set()
        adder.join()
        assert len(library.search(paper(3)["title"], 10)) == 9
