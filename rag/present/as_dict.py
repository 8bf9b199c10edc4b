"""An answer as the JSON object of the command line: the contract that other people's scripts rely on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rag.nouns import Answer, Citation, Claim, Paper, Passage, Table


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """Return `answer` as the JSON object of `ask --json`, its keys in the order of the contract, additions last."""
    return {
        "id": answer.id,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "status": answer.status.value,
        "reason": answer.reason.value if answer.reason else None,
        "text": answer.text,
        "citations": [_citation(citation) for citation in answer.citations],
        "claims": [_claim(claim) for claim in answer.claims],
        "related": [{"paper_id": paper.paper_id, "title": paper.title} for paper in answer.related],
        "evidence": [_passage(passage) for passage in answer.evidence],
        "filters": dict(answer.filters),
        "coverage": {
            "looked_at": answer.coverage.looked_at,
            "matched": answer.coverage.matched,
            "undated": answer.coverage.undated,
        },
        "table": _table(answer.table) if answer.table else None,
        "warnings": list(answer.warnings),
        "reader": answer.reader,
        "usage": {
            "prompt_tokens": answer.usage.prompt_tokens,
            "completion_tokens": answer.usage.completion_tokens,
            **({} if answer.usage.cost is None else {"cost": answer.usage.cost}),
        },
        "timings": dict(answer.timings),
        "next_questions": list(answer.next_questions),
        **({"synthesis": answer.synthesis.to_dict()} if answer.synthesis else {}),
    }


def _table(table: Table) -> dict[str, Any]:
    return {"caption": table.caption, "columns": list(table.columns), "rows": [list(row) for row in table.rows]}


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "paper_id": citation.paper.paper_id,
        "title": citation.paper.title,
        "url": citation.paper.url,
        **({"withdrawn": citation.paper.withdrawn} if citation.paper.withdrawn else {}),
        "sentences": [
            {"index": sentence.index, "start": sentence.start, "end": sentence.end, "quote": sentence.quote}
            for sentence in citation.sentences
        ],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "support": claim.support.value,
        "score": claim.score,
        "cites": [{"number": cite.number, "sentence": cite.sentence} for cite in claim.cites],
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "paper_id": passage.paper.paper_id,
        "title": passage.paper.title,
        "score": passage.score,
        "dense_rank": passage.dense_rank,
        "lexical_rank": passage.lexical_rank,
    }


def paper_to_dict(paper: Paper) -> dict[str, Any]:
    """Return a paper as `papers --json` lists it; what disagrees between its sources stands under `conflicts`."""
    body = asdict(paper)
    del body["sentences"]
    body["conflicts"] = [
        {"field": c.field, "chosen": c.chosen, "others": [{"page": page, "value": value} for page, value in c.others]}
        for c in paper.conflicts
    ]
    return body
