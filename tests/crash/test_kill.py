"""A process that is killed while it adds loses nothing that it had acknowledged."""

from __future__ import annotations

from pathlib import Path

from tests.crash.kills import kill_at_random
from tests.crash.pages import write_pages


def test_six_kills_at_random_moments_lose_no_acknowledged_paper_and_the_same_add_completes(tmp_path: Path) -> None:
    pages = write_pages(tmp_path / "pages", papers=120, each=30)
    tally = kill_at_random(tmp_path, pages, kills=6, seed=8)
    assert tally.kills == 6
