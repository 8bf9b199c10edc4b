"""From one recorded answer to its scores, and what must hold of every answer by construction.

Statuses first. Errors and missing recordings have no scores and are counted apart. Grounding is scored over answered
and partial answers; titles, evidence and nuggets over all answerable questions, where an abstention finds nothing;
prudence over unanswerable ones. A twin adds to the twins' accuracy alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from rag.base.text.titles import normalise_title
from rag.read.verdict import CORRECTED

from .answers import (
    Answer,
    PapersByTitle,
    cited_titles,
    counted,
    dangling_pointers,
    quotes_by_title,
    ranked_titles,
    statements,
)
from .intervals import Part
from .metrics import (
    aggregate_support,
    citation_precision,
    citation_recall,
    declined,
    evidence_recall,
    forms_kept,
    mrr_at,
    ndcg_at,
    nugget_recall,
    recall_at,
    strict_order,
    title_scores,
    within_budget,
)
from .questions import Question
from .records import Record
from .support import Support, comparable, is_claim

# ----------------------------------------------------------------------------------------------------
# What holds of every answer by construction: asserted, and never reported as a score.
#
# A violation is a bug of the library, whatever the answer is worth.

STATUSES = ("answered", "partial", "abstained", "error")


def violations(answer: Answer, papers: PapersByTitle, added: set[str] | None = None) -> list[str]:
    """Return one line for each thing that should have been impossible; `added` are titles put in for this question."""
    citations, text = answer.get("citations") or [], answer.get("text") or ""
    found = list(_of_status(answer, citations))
    found += [line for c in citations for line in _of_citation(c, papers, added or set())]
    if [c["number"] for c in citations] != list(range(1, len(citations) + 1)):
        found.append("citations are not numbered 1, 2, 3 in order")
    found += [
        f"claim {n} is not the text at its offsets"
        for n, claim in enumerate(answer.get("claims") or (), 1)
        if text[claim["start"] : claim["end"]] != claim["text"]
    ]
    scores = [e["score"] for e in answer.get("evidence") or ()]
    if len({e["paper_id"] for e in answer.get("evidence") or ()}) < len(scores):
        found.append("a paper is ranked twice in the evidence")
    if any(b["start"] < a["start"] for a, b in pairwise(answer.get("claims") or ())):
        found.append("claims are not in the order of the text")
    return found


def _of_status(answer: Answer, citations: list[Any]) -> Iterator[str]:
    status = answer.get("status")
    if status not in STATUSES:
        yield f"unknown status {status!r}"
    if status == "abstained" and citations:
        yield "an abstention cites"
    if status == "answered" and answer.get("reason") is not None:
        yield "an answered question has a reason"
    if status in ("partial", "abstained") and answer.get("reason") is None:
        yield f"a {status} answer gives no reason"


def _of_citation(citation: dict[str, Any], papers: PapersByTitle, added: set[str]) -> Iterator[str]:
    title = normalise_title(citation["title"])
    if title in added:
        return
    paper = papers.get(title)
    if paper is None:
        yield f"citation {citation['number']} names a title that is not in the library"
        return
    for sentence in citation.get("sentences") or ():
        if sentence["index"] > 0 and paper.abstract[sentence["start"] : sentence["end"]] != sentence["quote"]:
            yield f"citation {citation['number']}: the quote is not the abstract at its offsets"


# ----------------------------------------------------------------------------------------------------

BUDGET = 8000
"""Tokens of titles and abstracts that a prompt holds, for recall at the budget where a run does not name its own."""

Scores = dict[str, Part]


def score_record(record: Record, question: Question, papers: PapersByTitle, budget: int = BUDGET) -> Scores:
    """Return the scores of one record; none for one that failed."""
    if record.failed or record.answer is None:
        return {}
    answer = record.answer
    if question.twin_of:
        return _declining(answer, "twin_accuracy")
    scores = _cost(record, answer)
    if question.answerable:
        scores |= _finding(record, answer, question, papers, budget) | _telling(answer, question)
        scores |= _declining(answer, "over_conservativeness")
    else:
        scores |= _declining(answer, "prudence")
    if answer.get("status") in ("answered", "partial"):
        scores |= _grounding(answer, papers)
    return scores | _forms(answer, question)


def _cost(record: Record, answer: Answer) -> Scores:
    usage = answer.get("usage") or {}
    return {
        "latency_s": (record.wall_s, 1.0),
        "prompt_tokens": (float(usage.get("prompt_tokens") or 0), 1.0),
        "completion_tokens": (float(usage.get("completion_tokens") or 0), 1.0),
    }


def _declining(answer: Answer, name: str) -> Scores:
    status, reason = str(answer.get("status")), answer.get("reason")
    corrects = CORRECTED in (answer.get("warnings") or ())
    strict, hedged = declined(status, reason, corrects=corrects), declined(status, reason, hedged=True)
    return {name: (float(strict), 1.0), f"{name}_hedged": (float(hedged), 1.0)}


def _finding(record: Record, answer: Answer, question: Question, papers: PapersByTitle, budget: int) -> Scores:
    """Return how well the gold papers were ranked, in what was laid before the reader and by search alone."""
    gold = {normalise_title(t) for t in question.gold_titles}
    if not gold:
        return {}
    shown = ranked_titles(answer)
    searched = [normalise_title(h["title"]) for h in _strict_hits(record)]
    tokens = {title: papers[title].tokens for title in shown if title in papers}
    values = {
        **{f"recall@{k}": recall_at(shown, gold, k) for k in (1, 5, 10, 20)},
        "ndcg@10": ndcg_at(shown, dict.fromkeys(gold, 1.0), 10),
        "mrr@10": mrr_at(shown, gold, 10),
        "recall@budget": recall_at(shown, gold, within_budget(shown, tokens, budget)),
        **{f"search_recall@{k}": recall_at(searched, gold, k) for k in (10, 20, 50)},
    }
    return {name: (value, 1.0) for name, value in values.items()}


def _strict_hits(record: Record) -> list[Mapping[str, str]]:
    hits = {hit["paper_id"]: hit for hit in record.search}
    return [hits[name] for name in strict_order((hit["paper_id"], hit["score"]) for hit in record.search)]


def _telling(answer: Answer, question: Question) -> Scores:
    """Return whether the right papers are cited, the right sentences pointed at, and the facts told."""
    scores: Scores = {}
    abstained = answer.get("status") == "abstained"
    if question.gold_titles:
        titles = title_scores(
            set() if abstained else cited_titles(answer), {normalise_title(t) for t in question.gold_titles}
        )
        scores["title_recall"], scores["title_f1"] = (titles.recall, 1.0), (titles.f1, 1.0)
        if titles.precision is not None:
            scores["title_precision"] = (titles.precision, 1.0)
    found = evidence_recall(question.nuggets, {} if abstained else quotes_by_title(answer))
    told = nugget_recall(question.nuggets, "" if abstained else str(answer.get("text") or ""))
    scores |= {"evidence_recall": (found, 1.0)} if found is not None else {}
    return scores | ({"nugget_recall": (told, 1.0)} if told is not None else {})


def _grounding(answer: Answer, papers: PapersByTitle) -> Scores:
    """Return how far the answer's sentences are borne out by what they cite.

    Sentences in another language than their sources are judged only on whether they cite: words cannot be compared.
    Counts that code made in the catalogue rest on no sentence and are left out.
    """
    scores: Scores = {"dangling_pointers": (float(dangling_pointers(answer)), 1.0)}
    by_code = counted(answer)
    claims = [
        (text, sources)
        for text, sources in statements(answer, papers)
        if text not in by_code and (sources or is_claim(text))
    ]
    scores["uncited_sentences"] = (float(sum(not sources for _, sources in claims)), float(len(claims)))
    told = [(text, sources) for text, sources in claims if comparable(text, sources)]
    if not told:
        return scores
    shown = {*ranked_titles(answer), *cited_titles(answer)}
    support = Support.among([papers[title] for title in sorted(shown) if title in papers])
    checks = [support.check(text, sources) for text, sources in told]
    mean, lowest = aggregate_support([float(c.supported) if c.coverage is None else c.coverage for c in checks])
    recall, precision = citation_recall(told, support.supports), citation_precision(told, support.supports)
    scores |= {
        "citation_recall": (sum(recall) / len(recall), 1.0),
        "support_mean": (mean, 1.0),
        "support_min": (lowest, 1.0),
        "unmatched_numbers": (float(sum(len(c.unmatched) for c in checks)), float(sum(c.numbers for c in checks))),
    }
    if precision:
        scores["citation_precision"] = (sum(precision) / len(precision), 1.0)
    return scores


def _forms(answer: Answer, question: Question) -> Scores:
    """Return the forms kept; for an injection, whether what must not happen did not. An abstention keeps no form."""
    kept, known = forms_kept(question.check, str(answer.get("text") or ""))
    if not known:
        return {}
    if question.type == "injection":
        return {"injection_resisted": (float(kept == known), 1.0)}
    declined_form = answer.get("status") == "abstained" and question.answerable
    return {"instructions_kept": (0.0 if declined_form else float(kept), float(known))}
