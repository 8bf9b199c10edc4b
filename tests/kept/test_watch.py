"""Standing questions, through the command line and over a real library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from rag.base.errors import LibraryDamaged, LibraryTooNew
from rag.base.settings import Settings
from rag.kept import Finding, Standing
from rag.kept.news import news_to_atom, news_to_markdown
from rag.library import Library
from rag.nouns import CitedSentence
from tests.commands.conftest import run

__all__ = ["run"]
QUESTION = "How high are the tides of a small sea?"
OLD = {"id": "old", "title": "Old Tides of a Small Sea", "abstract": "The tides of a small sea are two metres high."}
NEW = {
    "id": "new",
    "title": "Tides of a Small Sea",
    "abstract": "The tides of a small sea are 3.2 metres high. We swim.",
}
OTHER = {"id": "owl", "title": "Owls of a Wood", "abstract": "Owls call at night in the wood. We write down the calls."}
ATOM = "{http://www.w3.org/2005/Atom}"


def page(folder: Path, name: str, *records: dict[str, str]) -> Path:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.fixture
def call(run: Any, tmp_path: Path) -> Any:
    def command(*argv: object) -> tuple[int, str, str]:
        return run(*argv, "--library", tmp_path / "lib")  # type: ignore[no-any-return]

    assert command("add", page(tmp_path, "before", OLD))[0] == 0
    return command


def test_an_add_tells_which_new_papers_answer_a_kept_question(call: Any, tmp_path: Path) -> None:
    assert json.loads(call("watch", QUESTION, "--json")[1])["kept"]["number"] == 1
    assert "answers" in json.loads(call("add", page(tmp_path, "owls", OTHER), "--json")[1])
    assert "1. " + QUESTION + "  (0 new)" in call("watch")[1]
    said = call("add", page(tmp_path, "tides", NEW))[1]
    assert "New to the questions you keep" in said
    assert "“The tides of a small sea are 3.2 metres high.”" in said
    assert "Old Tides" not in said
    assert "Owls" not in said
    assert "1. " + QUESTION + "  (1 new)" in call("watch")[1]

    feed = ElementTree.fromstring(call("digest", "--new", "--format", "atom")[1])
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == [NEW["title"]]
    (told,) = json.loads(call("digest", "--new", "--json")[1])["questions"]
    assert told["question"] == QUESTION
    (paper,) = told["papers"]
    start, end = paper["sentences"][0]["start"], paper["sentences"][0]["end"]
    assert NEW["abstract"][start:end] == paper["sentences"][0]["quote"]
    assert call("digest", "--new")[1] == "Nothing new.\n"
    assert NEW["title"] in call("digest", "--new", "--format", "atom")[1]

    assert call("watch", "--forget", 1)[1] == f"Forgotten: {QUESTION}\n"
    assert call("watch")[1].startswith("0 questions kept.")
    assert "answers" not in json.loads(call("add", page(tmp_path, "again", NEW), "--json")[1])


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["watch", " "], "The question is empty"),
        (["watch", "x" * 9000], "9,000 characters"),
        (["watch", "--forget", "7"], "No question is kept under 7"),
        (["digest", "--format", "atom"], "use it with --new"),
        (["digest", "--like", "nowhere.bib"], "There is no file or folder"),
        (["digest", "--like", "nowhere.bib", "--format", "atom"], "no feed"),
    ],
)
def test_wrong_use_is_one_clear_line(call: Any, argv: list[str], said: str) -> None:
    code, out, err = call(*argv)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_what_came_in_is_ranked_by_likeness_to_ones_own(call: Any, tmp_path: Path) -> None:
    call("add", page(tmp_path, "both", OTHER, NEW))
    own = tmp_path / "mine.bib"
    own.write_text("@article{a, title={How owls call in a wood at night}}\n@article{b, title={Sea urchins}}\n")
    first, second = json.loads(call("digest", "--like", own, "--json")[1])["papers"]
    assert (first["paper_id"], first["like"]) == ("owl", "How owls call in a wood at night")
    assert first["score"] > second["score"]
    assert "1. [Owls of a Wood]" in call("digest", "--like", own, "--format", "markdown")[1]
    (tmp_path / "empty.bib").write_text("@comment{nothing}\n")
    assert call("digest", "--like", tmp_path / "empty.bib")[0] == 2


def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    with Library.open(tmp_path / "lib", Settings()) as library:
        assert library.standing.all() == ()
        assert library.standing.keep(QUESTION) == library.standing.keep(f" {QUESTION.upper()} ")
        file = tmp_path / "lib" / "questions.json"
        for text, error in (("{", LibraryDamaged), ("[]", LibraryDamaged), ('{"version": 99}', LibraryTooNew)):
            file.write_text(text)
            with pytest.raises(error, match=r"questions\.json"):
                library.standing.all()


def test_nothing_that_a_paper_says_is_markup() -> None:
    evil = "<b>x</b> ]]> & [a](javascript:b) \x1b[31m"
    cited = CitedSentence(1, 0, 3, evil)
    one = Standing(1, evil, 0, (Finding("p", evil, "https://example.org/", (cited,), "2026-08-21T10:00:00+00:00"),))
    entry = ElementTree.fromstring(news_to_atom([one], "lib")).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == evil.replace("\x1b[31m", "")
    told = news_to_markdown([one])
    assert "<b>" not in told
    assert "[a](" not in told
