"""Work done before it is asked for, on another thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.base.errors import WorkFailed
from rag.base.settings import Settings
from rag.index.embedding import ahead
from rag.intake.adding import Intake
from rag.library import Library
from tests.crash.hashed import HashedEmbedder
from tests.crash.pages import paper, write_page


def test_items_are_made_before_they_are_asked_for_and_no_more_than_so_many() -> None:
    made: list[int] = []
    third = threading.Event()

    def items() -> Iterator[int]:
        for n in range(10):
            made.append(n)
            if n == 2:
                third.set()
            yield n

    coming = ahead(items(), depth=2)
    assert next(coming) == 0
    assert third.wait(5)
    assert made == [0, 1, 2]
    assert list(coming) == list(range(1, 10))


def test_what_was_made_before_a_failure_is_given_first() -> None:
    def items() -> Iterator[int]:
        yield from (1, 2)
        raise OSError("no more")

    coming = ahead(items(), depth=4)
    assert [next(coming), next(coming)] == [1, 2]
    with pytest.raises(OSError, match="no more"):
        next(coming)


class Recorded(HashedEmbedder):
    """An embedder that remembers what it was asked, and fails where it is told to."""

    works = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.begun = threading.Event()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not self.works:
            self.begun.set()
            raise WorkFailed("no embedder")
        self.asked += texts
        if len(texts) > 1:  # more than the probe
            self.begun.set()
        return super().embed(texts)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", Settings()) as opened:
        opened._embedder = Recorded()
        yield opened


def read_early(library: Library, page: Path) -> Recorded:
    """Read a page into the catalogue, and wait until some of its papers are embedded; return the embedder."""
    embedder = library.embedder()
    assert isinstance(embedder, Recorded)
    with library.indexes.embedding.early():
        Intake(library.catalogue, None).add([page])
        assert embedder.begun.wait(30)
    return embedder


def texts(numbers: Iterable[int]) -> list[str]:
    return [f"{paper(n)['title']}\n{paper(n)['abstract']}" for n in numbers]


def vectors(library: Library, numbers: Iterable[int]) -> list[NDArray[np.float32]]:
    return [library.indexes.vectors.by_paper([f"p{n}"])[f"p{n}"] for n in numbers]


def test_what_came_in_meanwhile_is_embedded_once_and_each_paper_has_its_own_vector(
    library: Library, tmp_path: Path
) -> None:
    embedder = read_early(library, write_page(tmp_path / "page.jsonl", range(70)))
    assert embedder.asked[1:] == texts(range(64))  # after the probe, 64 at a time
    library.indexes.synchronise()
    assert sorted(embedder.asked[1:]) == sorted(texts(range(70)))
    alone = HashedEmbedder().embed(texts(range(70)))
    assert np.allclose(vectors(library, range(70)), alone, atol=1e-3)


def test_a_paper_that_changed_since_is_embedded_anew(library: Library, tmp_path: Path) -> None:
    embedder = read_early(library, write_page(tmp_path / "page.jsonl", range(64)))
    edited = paper(0) | {"abstract": "Glaciers calve into the fjord."}
    (tmp_path / "page.jsonl").write_text(json.dumps(edited) + "\n")
    library.add(tmp_path / "page.jsonl")
    text = f"{edited['title']}\n{edited['abstract']}"
    assert embedder.asked[65:] == [text]
    assert np.allclose(vectors(library, [0]), HashedEmbedder().embed([text]), atol=1e-3)


def test_what_fails_early_fails_again_where_it_is_asked_for(library: Library, tmp_path: Path) -> None:
    library.indexes.embedding.check()
    embedder = library.embedder()
    assert isinstance(embedder, Recorded)
    embedder.works = False
    read_early(library, write_page(tmp_path / "page.jsonl", range(64)))
    with pytest.raises(WorkFailed, match="no embedder"):
        library.indexes.synchronise()
    embedder.works = True
    assert library.indexes.synchronise() == 64
