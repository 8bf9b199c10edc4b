"""Counting a model's opinions against SciFact's labels."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.check_scifact import main
from tests.endpoint_server import EndpointServer, Turn

WORDS = {"hunt": "supported", "sleep": "contradicted", "sing": "not stated"}


def opinions(request: dict[str, Any]) -> Turn:
    sentences = re.findall(r"Sentence: .*?(hunt|sleep|sing)", request["messages"][1]["content"])
    checks = [{"n": n, "reason": "", "opinion": WORDS[word]} for n, word in enumerate(sentences, start=1)]
    return Turn(json.dumps({"checks": checks}))


def test_each_label_is_counted_by_the_opinion_it_met(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    abstracts = [
        {"doc_id": n, "title": f"On {subject}", "abstract": [f"All {subject} hunt food.", f"Some {subject} sleep."]}
        for n, subject in enumerate(["owls", "bats", "moths"])
    ]
    claims: list[dict[str, Any]] = [
        {"claim": "All owls hunt food.", "evidence": {"0": [{"sentences": [0], "label": "SUPPORT"}]}},
        {"claim": "No bats sleep.", "evidence": {"1": [{"sentences": [1], "label": "CONTRADICT"}]}},
        {"claim": "Moths can sing.", "evidence": {}},
    ]
    rows = [claim | {"cited_doc_ids": [n]} for n, claim in enumerate(claims)]
    for name, content in (("abstracts_by_sentence.jsonl", abstracts), ("claims_train.jsonl", rows)):
        (tmp_path / name).write_text("\n".join(map(json.dumps, content)), encoding="utf-8")
    with EndpointServer(opinions) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert main([str(tmp_path), "--pairs", "3", "--a-call", "2"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said[1:4]] == [
        ["SUPPORT", "1", "0", "0", "0"],
        ["CONTRADICT", "0", "1", "0", "0"],
        ["NONE", "0", "0", "1", "0"],
    ]
    assert said[4].startswith("3 of 3 as labelled")
    assert len(server.requests) == 2
