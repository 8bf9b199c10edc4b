from __future__ import annotations

import json

from rag.nouns import (
    Answer,
    Citation,
    Cite,
    CitedSentence,
    Claim,
    Coverage,
    Paper,
    Passage,
    Reason,
    Status,
    Support,
    Usage,
)

PAPER = Paper("owls", "Owls hunt by ear", "Owls hunt mice.", ((0, 15),), url="https://papers.example/owls")
ANSWER = Answer(
    question="And at night?",
    standalone_question="Do owls hunt at night?",
    status=Status.PARTIAL,
    reason=Reason.CUT_OFF,
    text="Owls hunt [1].",
    citations=(
        Citation(
            1, PAPER, (CitedSentence(0, None, None, "Date: not known."), CitedSentence(1, 0, 15, "Owls hunt mice."))
        ),
    ),
    claims=(Claim("Owls hunt [1].", 0, 14, (Cite(1, 1, attached=True),), Support.SUPPORTED, 0.5),),
    related=(PAPER,),
    evidence=(Passage(PAPER, 0.75, 1, None),),
    filters={"since": "2024"},
    coverage=Coverage(10, 3, 1),
    warnings=("Cut off.",),
    reader="extractive",
    usage=Usage(7, 9),
    timings={"read": 0.1},
    id="q1",
)  # fmt: skip


def test_the_json_is_the_contract_to_the_letter():
    assert json.dumps(ANSWER.to_dict()) == json.dumps(
        {
            "id": "q1",
            "question": "And at night?",
            "standalone_question": "Do owls hunt at night?",
            "status": "partial",
            "reason": "cut_off",
            "text": "Owls hunt [1].",
            "citations": [
                {
                    "number": 1,
                    "paper_id": "owls",
                    "title": "Owls hunt by ear",
                    "url": "https://papers.example/owls",
                    "sentences": [
                        {"index": 0, "start": None, "end": None, "quote": "Date: not known."},
                        {"index": 1, "start": 0, "end": 15, "quote": "Owls hunt mice."},
                    ],
                }
            ],
            "claims": [
                {
                    "text": "Owls hunt [1].",
                    "start": 0,
                    "end": 14,
                    "support": "supported",
                    "score": 0.5,
                    "cites": [{"number": 1, "sentence": 1}],
                }
            ],
            "related": [{"paper_id": "owls", "title": "Owls hunt by ear"}],
            "evidence": [
                {"paper_id": "owls", "title": "Owls hunt by ear", "score": 0.75, "dense_rank": 1, "lexical_rank": None}
            ],
            "filters": {"since": "2024"},
            "coverage": {"looked_at": 10, "matched": 3, "undated": 1},
            "table": None,
            "warnings": ["Cut off."],
            "reader": "extractive",
            "usage": {"prompt_tokens": 7, "completion_tokens": 9},
            "timings": {"read": 0.1},
            "next_questions": [],
        }
    )


def test_an_answered_question_has_no_reason_and_a_missing_link_is_null():
    paper = Paper("x", "X", "")
    found = Answer("q", "q", Status.ANSWERED, None, "X [1].", (Citation(1, paper, ()),)).to_dict()
    assert found["reason"] is None
    assert found["citations"][0]["url"] is None
