"""What a person who is new to the commands types and sees: options, orders, ids, titles that are missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

RECORDS = [
    {"id": "perch", "title": "Perch of a Lake", "abstract": "We count perch in a lake. They return.", "date": "2024"},
    {
        "id": "clock",
        "title": "",
        "abstract": "Red clocks of a small town run slow in the winter. We time them with a quartz.",
    },
    {"id": "owl", "title": "Owls of a Wood", "abstract": "Owls call at night. We write it down.", "date": "2025-03"},
]


@pytest.fixture
def folder(tmp_path: Path, run) -> Path:  # type: ignore[no-untyped-def]
    page, ids = tmp_path / "page.jsonl", tmp_path / "ids.txt"
    page.write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    ids.write_text("2501.05441\n")
    assert run("add", page, ids, "--library", tmp_path / "lib")[0] == 0
    return tmp_path / "lib"


def test_what_every_command_takes_may_stand_before_the_command(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    code, before, _ = run("--library", folder, "--json", "papers")
    assert (code, before) == (0, run("papers", "--json", "--library", folder)[1])
    assert run("--library", "/nowhere", "papers", "--library", folder)[0] == 0


def test_a_wrong_flag_prints_the_usage_of_its_command(run) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("ask", "why?", "--sinse", "2024")
    assert (code, out) == (2, "")
    assert "abstract-qa ask" in err
    assert "--since DATE" in err
    assert "unrecognized arguments: --sinse 2024" in err


def test_the_version_is_told(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("--version")
    assert code == 0
    assert out.startswith("abstract-qa")


def test_papers_are_listed_newest_first_and_wanted_ones_counted_apart(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    head, _, first, second, third, fourth, _, count = run("papers", "--library", folder)[1].splitlines()
    assert head == "Newest first; those without a date last."
    assert [line[:11].strip() for line in (first, second, third, fourth)] == [
        "2025-03",
        "2024",
        "(no date)",
        "(no date)",
    ]
    assert "wanted: arXiv 2501.05441" in third + fourth
    assert count == "3 papers, and 1 wanted, of which no more than an id is known."


def test_a_paper_without_a_title_is_shown_by_how_its_abstract_begins(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    shown = "(no title: Red clocks of a small town run slow …)"
    for argv in (["papers"], ["search", "red clocks"], ["related", "perch"], ["ask", "What runs slow in winter?"]):
        assert shown in run(*argv, "--library", folder)[1], argv
    answer = run("ask", "What runs slow in winter?", "--library", folder)[1]
    assert "**" not in answer
    assert f"[1] {shown}" in answer


def test_the_digest_names_wanted_papers_by_their_id(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    assert "(wanted: arXiv 2501.05441, not fetched yet)" in run("digest", "--library", folder)[1]


def test_removed_papers_are_named_and_unknown_ids_do_not_hide_them(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("remove", "perch", "nobody", "--library", folder)
    assert (code, out) == (2, "Removed: Perch of a Lake  (perch)\n")
    assert "1 paper removed, but no paper has the id nobody" in err


def test_enrich_does_not_say_that_it_looked_up_what_it_did_not(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("enrich", "--dry-run", "--pause", "0", "--library", folder)
    assert code == 1
    assert "0 papers looked up" in out
    assert "were not looked up" in err
