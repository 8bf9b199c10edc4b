"""Possible duplicates through the command line: listed, merged, kept apart, remembered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.__main__ import main

FISH = {"title": "Fish of a Lake", "abstract": "We count fish in a lake for ten years. They come back in spring."}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path):  # type: ignore[no-untyped-def]
    def call(*argv: object) -> tuple[int, str, str]:
        code = main([*(str(a) for a in argv), "--library", str(tmp_path / "lib")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def page(tmp_path: Path, run) -> Path:  # type: ignore[no-untyped-def]
    place = tmp_path / "page.jsonl"
    place.write_text(json.dumps(FISH | {"id": "one"}) + "\n" + json.dumps(FISH | {"id": "two"}) + "\n")
    assert run("add", place)[0] == 0
    return place


def test_duplicates_are_listed_with_what_they_share(run, page: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("papers", "--duplicates")
    assert code == 0
    assert "the same title" in out
    assert "(one)" in out
    assert "(two)" in out
    assert "merge --apart" in out
    _, out, _ = run("papers", "--duplicates", "--json")
    (found,) = json.loads(out)["duplicates"]
    assert (found["why"], [p["paper_id"] for p in found["papers"]]) == ("the same title", ["one", "two"])


def test_a_merge_is_remembered_when_the_page_is_added_again(run, page: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("merge", "one", "two", "--json")
    assert (code, json.loads(out)) == (0, {"paper_id": "one", "aliases": ["two"]})
    run("add", page)
    run("remove", "two")
    run("add", page)
    assert len(json.loads(run("papers", "--json")[1])["papers"]) == 1
    assert "No possible duplicates" in run("papers", "--duplicates")[1]
    assert [hit["paper_id"] for hit in json.loads(run("search", "fish", "--json")[1])["results"]] == ["one"]


def test_keeping_apart_is_remembered_and_takes_a_merge_back(run, page: Path) -> None:  # type: ignore[no-untyped-def]
    run("merge", "one", "two")
    code, out, _ = run("merge", "--apart", "one", "two", "--json")
    assert (code, json.loads(out)) == (0, {"apart": ["one", "two"]})
    run("add", page)
    assert len(json.loads(run("papers", "--json")[1])["papers"]) == 2
    assert json.loads(run("papers", "--duplicates", "--json")[1]) == {"duplicates": []}
    assert len(json.loads(run("search", "fish", "--json")[1])["results"]) == 2


@pytest.mark.parametrize("ids", [["one"], ["one", "one"], ["one", "nobody"]])
def test_wrong_ids_decide_nothing(run, page: Path, ids: list[str]) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("merge", *ids)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert len(json.loads(run("papers", "--json")[1])["papers"]) == 2
