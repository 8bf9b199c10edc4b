from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.beir import below_floor, figures, measure, read_qrels
from eval.questions import SetError
from rag.base.settings import Settings
from tests.eval.conftest import PAPERS, write_lines
from tests.eval.small_library import SmallLibrary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus = [{"_id": f"d{n}", "title": p["title"], "text": p["abstract"]} for n, p in enumerate(PAPERS)]
    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(doc) + "\n" for doc in corpus)
    write_lines(
        tmp_path / "queries.jsonl", [{"_id": "1", "text": "glacier dialogues"}, {"_id": "2", "text": "birdsong hours"}]
    )
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\n1\td0\t1\n2\td1\t1\n2\td2\t0\n")
    return tmp_path


def test_a_folder_is_searched_and_measured(folder: Path) -> None:
    result = measure(folder, SmallLibrary, Settings(), lambda done, total: None)
    measured = {name: (figure.value, figure.n) for name, figure in result.figures.items()}
    assert measured == dict.fromkeys(("ndcg@10", "recall@10", "recall@100"), (1.0, 2))
    assert (result.documents, result.not_held) == (3, 0)


def test_the_mean_is_over_every_query_also_one_that_found_nothing() -> None:
    found = figures({"1": ["a"], "2": []}, {"1": {"a": 1.0}, "2": {"b": 1.0}})
    assert [figure.value for figure in found.values()] == [0.5, 0.5, 0.5]


def test_a_floor_is_held_or_named(folder: Path) -> None:
    found = measure(folder, SmallLibrary, Settings(), lambda done, total: None).figures
    assert below_floor(found, {"ndcg@10": 1.0}) == []
    assert below_floor(found, {"ndcg@10": 1.1}) == ["ndcg@10 is 1.0000, below 1.1"]
    with pytest.raises(SetError, match="beauty"):
        below_floor(found, {"beauty": 1})


def test_judgements_of_zero_are_not_relevant(folder: Path) -> None:
    assert read_qrels(folder)["2"] == {"d1": 1.0, "d2": 0.0}


def test_another_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetError, match=r"queries\.jsonl"):
        measure(tmp_path, SmallLibrary, Settings(), lambda done, total: None)
