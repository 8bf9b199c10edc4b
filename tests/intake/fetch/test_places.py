"""What an address asks for, and what is said of one that is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rag.base.errors import UsageError
from rag.base.settings import Settings
from rag.intake.fetch import is_address, place_of

TODAY = date(2026, 8, 21)
DAILY = "https://huggingface.co/api/daily_papers?date=2026-08-21&limit=100"
ARXIV = "https://export.arxiv.org/api/query"


@pytest.mark.parametrize(
    ("said", "url", "page"),
    [
        ("hf:2026-08-21", DAILY, "hf-2026-08-21"),
        ("hf:", DAILY, "hf-2026-08-21"),
        ("HF:", DAILY, "hf-2026-08-21"),
        ("https://huggingface.co/papers/date/2026-08-21", DAILY, "hf-2026-08-21"),
        ("arxiv:2401.00001", f"{ARXIV}?id_list=2401.00001&max_results=1", "arxiv"),
        ("arxiv:2401.00001v3", f"{ARXIV}?id_list=2401.00001&max_results=1", "arxiv"),
        ("https://arxiv.org/abs/2401.00001v2", f"{ARXIV}?id_list=2401.00001&max_results=1", "arxiv"),
        ("https://arxiv.org/pdf/2401.00001", f"{ARXIV}?id_list=2401.00001&max_results=1", "arxiv"),
        (
            "https://arxiv.org/list/cs.CL/new",
            f"{ARXIV}?search_query=cat%3Acs.CL&sortBy=submittedDate&sortOrder=descending&max_results=200",
            "arxiv-cs.CL",
        ),
        ("zotero:", "http://127.0.0.1:23119/api/users/0/items/top?v=3&format=keys", "zotero"),
        ("zotero:To Read", "http://127.0.0.1:23119/api/users/0/collections?v=3", "zotero-To-Read"),
        ("https://example.org/a/b?c=é#d", "https://example.org/a/b?c=%C3%A9", "example.org-a-b"),
    ],
)
def test_an_address_asks_for_one_thing(said: str, url: str, page: str) -> None:
    place = place_of(said, Settings(), TODAY)
    assert (place.url, place.page) == (url, page)


@pytest.mark.parametrize("category", ["cs.CL", "math.AG", "hep-th", "physics.flu-dyn", "cond-mat.mes-hall", "stat.ML"])
def test_every_kind_of_category_is_one(category: str) -> None:
    assert f"cat%3A{category}" in place_of(f"arxiv:{category}", Settings(), TODAY).url


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("ftp://example.org/x", "nothing is known of ftp:"),
        ("file:///etc/passwd", "nothing is known of file:"),
        ("doi:10.1/x", "nothing is known of doi:"),
        ("hf:yesterday", "names no day"),
        ("hf:2026-02-30", "names no day"),
        ("hf:2026-08-22", "a day to come"),
        ("arxiv:", "neither a paper nor a category"),
        ("arxiv:cs.CL&x=1", "neither a paper nor a category"),
        ("https://", "no web address"),
        ("https://[", "no web address"),
        ("https://ada:secret@example.org/", "leave them out"),
    ],
)
def test_what_is_no_address_is_one_clear_line(said: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        place_of(said, Settings(), TODAY)
    assert "secret" not in str(caught.value)


def test_zotero_is_asked_on_this_machine_alone() -> None:
    with pytest.raises(UsageError, match="address of this machine"):
        place_of("zotero:", Settings(zotero_url="https://zotero.example"), TODAY)


def test_a_file_is_never_taken_for_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_address("hf:mine.txt")
    Path("hf:mine.txt").write_text("x")
    for said in ("hf:mine.txt", "page.txt", "./a:b", "C:", "sample:", "-", "x" * 5000):
        assert not is_address(said), said
