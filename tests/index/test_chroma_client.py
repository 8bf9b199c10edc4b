"""How far a search looks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rag.index.chroma_client import opened, searched


def test_a_larger_library_is_searched_wider() -> None:
    assert [searched(rows) for rows in (0, 3000, 10_000, 75_000, 170_000)] == [200, 250, 450, 1250, 1850]


def test_a_collection_that_has_grown_is_searched_wider_by_who_opens_it_next(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(5000, 4)).astype(np.float32)
    with opened(str(tmp_path), "abstracts") as rows:
        rows.add(ids=[str(n) for n in range(5000)], embeddings=vectors)
        assert rows.configuration["hnsw"]["ef_search"] == 200
    with opened(str(tmp_path), "abstracts") as rows:
        assert rows.configuration["hnsw"]["ef_search"] == searched(5000) == 350
