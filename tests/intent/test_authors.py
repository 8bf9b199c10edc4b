"""Papers by an author, however the file wrote the name."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.library import Library


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("Papers by Smith", {"Debate of Crows", "Song of Larks"}),
        ("Papers by J. Smith", {"Debate of Crows"}),
        ("Papers by Doe", {"Debate of Crows"}),
        ("Papers by Roe", {"Song of Larks"}),
    ],
)
def test_papers_by_a_surname_are_found_when_the_file_puts_it_first(
    empty: Library, tmp_path: Path, question: str, titles: set[str]
) -> None:
    table = tmp_path / "birds.csv"
    table.write_text(
        "title,abstract,authors\n"
        'Debate of Crows,"Crows debate in rows, and we count them.","Smith, J.; Doe, K."\n'
        'Song of Larks,"Larks sing over fields, and we listen.","Smith, Ann; Roe, R."\n'
    )
    empty.add(table)
    answer = empty.ask(question)
    assert {citation.paper.title for citation in answer.citations} == titles
