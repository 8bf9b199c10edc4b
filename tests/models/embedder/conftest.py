from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.models.embedder.server import Server, embedding_server


@pytest.fixture
def server() -> Iterator[Server]:
    with embedding_server() as running:
        yield running
