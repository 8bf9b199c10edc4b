"""The small library of bees, made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.base.settings import Settings
from rag.catalogue import Catalogue
from rag.library import Library
from tests.intent.papers import write_pages


@pytest.fixture(scope="session")
def bees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Five papers on two pages; for reading only."""
    folder = tmp_path_factory.mktemp("bees")
    with Library.open(folder / "library", Settings()) as library:
        library.add(write_pages(folder))
        yield library


@pytest.fixture(scope="session")
def held(bees: Library) -> Catalogue:
    """The catalogue of the library of bees."""
    return bees.catalogue
