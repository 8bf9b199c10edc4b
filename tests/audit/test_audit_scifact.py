from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.audit_scifact import main
from eval.metrics import auroc


def test_auroc_is_the_share_of_pairs_in_order():
    assert auroc([3.0, 1.0], [2.0, 0.0]) == pytest.approx(0.75)
    assert auroc([1.0], [1.0]) == pytest.approx(0.5)


def test_the_comparison_runs_on_a_folder_of_that_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    subjects = ["owls", "bats", "moths", "mice"]
    abstracts = [
        {"doc_id": n, "title": f"On {subject}", "abstract": [f"All {subject} hunt food.", f"Some {subject} sleep."]}
        for n, subject in enumerate(subjects)
    ]
    claims = [
        {"id": 1, "claim": "All owls hunt food.", "evidence": {"0": [{"sentences": [0], "label": "SUPPORT"}]}},
        {"id": 2, "claim": "No bats sleep.", "evidence": {"1": [{"sentences": [1], "label": "CONTRADICT"}]}},
        {"id": 3, "claim": "Moths can sing.", "evidence": {}},
    ]
    rows = [claim | {"cited_doc_ids": [n]} for n, claim in enumerate(claims)]
    for name, content in (("abstracts_by_sentence.jsonl", abstracts), ("claims_train.jsonl", rows)):
        (tmp_path / name).write_text("\n".join(map(json.dumps, content)), encoding="utf-8")
    assert main([str(tmp_path), "--show", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "support",
        "contradict",
        "says neither",
        "wrong, at random",
        "wrong, nearest",
    ]
