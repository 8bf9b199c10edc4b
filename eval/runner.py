"""Asking: every question of a set, of the right library, each answer kept the moment it is there.

A run can be broken off and taken up again: what is answered is not asked again, what failed is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from typing import NamedTuple

from .libraries import AskableLibrary, Contents, Libraries
from .questions import Question
from .records import Record, RunFolder

SEARCH_DEPTH = 50


class Task(NamedTuple):
    """One asking: a question, which repeat of it, the library's contents, and the one page it is asked of, if any."""

    question: Question
    repeat: int
    contents: Contents
    page: str | None = None


def plan(questions: Iterable[Question], repeats: int = 1) -> list[Task]:
    """Return the askings, all questions once before any is asked again."""
    questions = list(questions)
    return [Task(q, repeat, Contents.of(q)) for repeat in range(repeats) for q in questions]


def run(
    tasks: Sequence[Task],
    libraries: Libraries,
    folder: RunFolder,
    *,
    concurrency: int = 1,
    misses: Callable[[], int] = lambda: 0,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Ask what the folder has no answer to yet; `misses` counts requests without a recording so far.

    With replayed replies `concurrency` must be 1, so that a miss is laid to the right question.
    """
    answered = {(r.question_id, r.repeat) for r in folder.records() if not r.failed}
    waiting = [t for t in tasks if (t.question.id, t.repeat) not in answered]
    done = len(tasks) - len(waiting)
    for contents, group in _by_contents(waiting).items():
        with libraries.holding(contents) as library, ThreadPoolExecutor(concurrency) as pool:
            futures = [pool.submit(_ask_and_keep, library, task, folder, misses) for task in group]
            try:
                for future in as_completed(futures):
                    future.result()
                    done += 1
                    on_done(done, len(tasks))
            except BaseException:  # broken off: what has not begun is not begun, what is being answered is kept
                pool.shutdown(cancel_futures=True)
                raise


def ask(library: AskableLibrary, task: Task, misses: Callable[[], int] = lambda: 0) -> Record:
    """Ask one question and return what became of it; an exception becomes the record's error."""
    question, before, start = task.question, misses(), time.perf_counter()
    try:
        answer = library.ask(question.question, history=list(question.history), page=task.page).to_dict()
        seconds = time.perf_counter() - start
        hits = library.search(str(answer.get("standalone_question") or question.question), k=SEARCH_DEPTH)
    except Exception as error:  # whatever went wrong with one question must not cost the others
        told = f"{type(error).__name__}: {error}"
        seconds = time.perf_counter() - start
        return Record(question.id, task.repeat, wall_s=seconds, error=told, missing=misses() > before)
    search = tuple(asdict(hit) for hit in hits)
    return Record(question.id, task.repeat, answer, search, seconds, missing=misses() > before)


def _ask_and_keep(library: AskableLibrary, task: Task, folder: RunFolder, misses: Callable[[], int]) -> None:
    folder.append(ask(library, task, misses))


def _by_contents(tasks: Iterable[Task]) -> dict[Contents, list[Task]]:
    groups: dict[Contents, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.contents, []).append(task)
    return groups
