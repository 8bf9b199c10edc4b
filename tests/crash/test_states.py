"""Whatever is added, edited, removed, reopened and asked, in whatever order: the indexes are the catalogue."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rag.library import Library
from tests.crash.hashed import open_hashed

NAMES = st.integers(0, 7)
VOCABULARY = ["perch", "eel", "lake", "delta", "star", "cluster", "rye", "dough", "map", "kettle"]
WORDS = st.lists(st.sampled_from(VOCABULARY), min_size=3, max_size=9)
PAGES = st.sampled_from(["north", "south"])


class LibraryStates(RuleBasedStateMachine):
    """A library beside what it should hold: the abstract of each (page, paper) as told last."""

    def __init__(self) -> None:
        super().__init__()
        self.work = Path(tempfile.mkdtemp())
        self.library = self._open()
        self.told: dict[str, str] = {}
        self.gone: set[str] = set()

    def _open(self) -> Library:
        return open_hashed(self.work / "library")

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.work)

    def _add(self, page: str, papers: list[dict[str, Any]]) -> None:
        path = self.work / f"{page}.jsonl"
        path.write_text("".join(json.dumps(paper) + "\n" for paper in papers))
        self.library.add(path)
        self.told |= {paper["id"]: paper["abstract"] for paper in papers}
        self.gone -= {paper["id"] for paper in papers}

    @rule(page=PAGES, papers=st.dictionaries(NAMES, WORDS, min_size=1, max_size=4))
    def add_or_edit(self, page: str, papers: dict[int, list[str]]) -> None:
        told = [{"id": f"n{n}", "title": f"Paper named n{n}", "abstract": " ".join(w)} for n, w in papers.items()]
        self._add(page, told)

    @rule(page=PAGES, count=st.integers(1, 2))
    def add_what_is_there(self, page: str, count: int) -> None:
        known = [{"id": i, "title": f"Paper named {i}", "abstract": a} for i, a in sorted(self.told.items())[:count]]
        if known:
            self._add(page, known)

    @rule(name=NAMES)
    def remove(self, name: int) -> None:
        removed, unknown = self.library.remove(f"n{name}")
        assert (removed, unknown) == (([f"n{name}"], []) if f"n{name}" in self.told else ([], [f"n{name}"]))
        self.told.pop(f"n{name}", None)
        self.gone |= set(removed)

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = self._open()

    @rule(page=PAGES, name=NAMES, words=WORDS)
    def be_interrupted_before_indexing(self, page: str, name: int, words: list[str]) -> None:
        from rag.intake.adding import Intake

        path = self.work / f"{page}.jsonl"
        told = {"id": f"n{name}", "title": f"Paper named n{name}", "abstract": " ".join(words)}
        path.write_text(json.dumps(told) + "\n")
        Intake(self.library.catalogue, None).add([path])
        self.told[f"n{name}"] = told["abstract"]
        self.gone.discard(f"n{name}")
        self.reopen()

    @rule()
    def rebuild(self) -> None:
        self.library.rebuild()

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def find_each_by_its_own_words(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.told)))
        found = self.library.search(f"Paper named {name}\n{self.told[name]}", 10)
        assert name in {hit.paper_id for hit in found}

    @rule(words=WORDS)
    def ask(self, words: list[str]) -> None:
        answer = self.library.ask("Which papers are about " + " ".join(words) + "?")
        named = {p.paper.paper_id for p in answer.evidence} | {c.paper.paper_id for c in answer.citations}
        assert named | {paper.paper_id for paper in answer.related} <= set(self.told)

    @invariant()
    def the_indexes_are_the_catalogue(self) -> None:
        if self.library.catalogue.count_stale():
            return  # an interrupted run, which the next question completes
        held = {p.paper_id: p.abstract for p in self.library.papers()}
        assert held == self.told
        assert self.library.indexes.vectors.paper_ids() == set(held)
        assert self.library.indexes.words.count() == len(held)


TestLibraryStates = LibraryStates.TestCase
TestLibraryStates.settings = settings(
    max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
