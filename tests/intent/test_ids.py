"""Papers named by their ids."""

from __future__ import annotations

import json

import pytest

from rag.intent.paper_mentions import spell_ids
from rag.library import Library
from rag.nouns import Reason

BEES = {"id": "hive-17", "title": "Bees that hum", "abstract": "Bees hum at 250 hertz. They sleep at night."}
OWLS = {"title": "Owls hunt by ear", "abstract": "Owls hunt mice at night.", "arxiv_id": "2401.00001"}


@pytest.fixture(scope="module")
def birds(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("ids")
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, (BEES, OWLS))), encoding="utf-8")
    (folder / "wanted.txt").write_text("2402.00002\n", encoding="utf-8")
    library = Library.open(folder / "library")
    library.add([folder / "a.jsonl", folder / "wanted.txt"])
    return library


@pytest.mark.parametrize(
    ("question", "spelled"),
    [
        ("What is hive-17 about?", "What is Bees that hum about?"),
        ("What is paper 2401.00001 about?", "What is paper Owls hunt by ear about?"),
        ("What does arXiv:2401.00001v2 say?", "What does Owls hunt by ear say?"),
        ("Sum up https://arxiv.org/abs/2401.00001.", "Sum up Owls hunt by ear."),
        ("Is 0.95 or 2401.000012 or 12401.00001 a score of hive-18?",) * 2,
    ],
)
def test_ids_of_papers_give_way_to_their_titles(question: str, spelled: str, birds: Library) -> None:
    assert spell_ids(question, birds.catalogue)[0] == spelled


def test_a_question_by_id_is_answered_from_that_paper(birds: Library) -> None:
    answer = birds.ask("What is paper 2401.00001 about?")
    assert [c.paper.title for c in answer.citations] == ["Owls hunt by ear"]
    assert answer.question == "What is paper 2401.00001 about?"


def test_an_id_that_is_wanted_or_unknown_is_not_answered_from_another_paper(birds: Library) -> None:
    wanted, unknown = birds.ask("What is paper 2402.00002 about?"), birds.ask("What is 2403.00003 about?")
    assert (wanted.reason, unknown.reason) == (Reason.NOT_IN_LIBRARY, Reason.NOT_IN_LIBRARY)
    assert any("enrich" in warning for warning in wanted.warnings)
    assert "2403.00003" in unknown.text
