"""The targets of the long fuzzing hold for a few texts in every run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import SEEDS, TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_any_bytes(name: str) -> None:
    parts = st.sampled_from([seed[i : i + 6] for seed in SEEDS for i in range(0, len(seed), 3)])

    @settings(max_examples=25, deadline=None)
    @given(st.lists(parts | st.binary(max_size=8), max_size=30).map(b"".join))
    def takes(data: bytes) -> None:
        TARGETS[name](data)

    for seed in SEEDS:
        TARGETS[name](seed)
    takes()
