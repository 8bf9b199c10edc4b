"""The real server over the sample library, without a password and with one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.library import Library
from rag.page.server import start
from tests.page.conftest import free_port


@pytest.fixture(scope="session")
def address(sample: Library) -> Iterator[str]:
    page, address = start(sample, port=free_port())
    yield address
    page.close(verbose=False)


@pytest.fixture(scope="session")
def guarded(sample: Library) -> Iterator[str]:
    page, address = start(sample, port=free_port(), auth="ada:se:cret")
    yield address
    page.close(verbose=False)
