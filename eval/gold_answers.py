"""Right answers written from a set's own gold, in two manners: quoting the evidence, or retelling it.

They are what the damage tests start from. Not handled: nuggets of metadata, which no sentence of an abstract bears.
"""

from __future__ import annotations

import re
from typing import Any

from rag.text.titles import normalise_title

from .answers import PapersByTitle
from .papers import PaperText
from .questions import Question

Json = dict[str, Any]


def gold_answer(question: Question, papers: PapersByTitle, *, quoting: bool) -> Json | None:
    """Return an answer of one sentence a nugget, each citing its evidence; None where no nugget has any."""
    answer: Json = {"status": "answered", "reason": None, "text": "", "citations": [], "claims": [], "evidence": []}
    for nugget in question.nuggets:
        paper = papers.get(normalise_title(nugget.title))
        index = sentence_of(nugget.evidence or "", paper) if paper and nugget.evidence else None
        if paper is not None and index is not None:
            append_claim(answer, paper.sentence(index) if quoting else nugget.text, paper, index)
    return answer if answer["claims"] else None


def sentence_of(evidence: str, paper: PaperText) -> int | None:
    """Return the number of the sentence in which the evidence begins; None when it is not in the abstract."""
    at = paper.abstract.find(evidence)
    if at < 0:
        return None
    return next((n for n, (start, end) in enumerate(paper.sentences, 1) if start <= at < end), None)


def append_claim(answer: Json, text: str, paper: PaperText, index: int) -> None:
    """Add one sentence to an answer in place, citing one sentence of one paper."""
    number = _cite(answer, paper, index)
    start = len(answer["text"]) + bool(answer["text"])
    told = f"{text} [{number}]"
    answer["text"] = f"{answer['text']} {told}".strip()
    cites = [{"number": number, "sentence": index}]
    answer["claims"].append({"text": told, "start": start, "end": start + len(told), "cites": cites})


def retell(answer: Json, place: int, text: str) -> None:
    """Put other words in the place of one claim, in place, and move what follows."""
    claim = answer["claims"][place]
    moved = len(text) - len(claim["text"])
    answer["text"] = answer["text"][: claim["start"]] + text + answer["text"][claim["end"] :]
    claim["text"], claim["end"] = text, claim["end"] + moved
    for later in answer["claims"][place + 1 :]:
        later["start"], later["end"] = later["start"] + moved, later["end"] + moved


def drop_unused_citations(answer: Json) -> None:
    """Take out the citations that no claim cites any more, in place, and number the rest 1, 2, 3 again."""
    used = {cite["number"] for claim in answer["claims"] for cite in claim["cites"]}
    answer["citations"] = [c for c in answer["citations"] if c["number"] in used]
    new = {c["number"]: n for n, c in enumerate(answer["citations"], 1)}
    for citation in answer["citations"]:
        citation["number"] = new[citation["number"]]
    for place, claim in enumerate(answer["claims"]):
        for cite in claim["cites"]:
            cite["number"] = new[cite["number"]]
        if claim["cites"]:
            retell(answer, place, re.sub(r"\[\d+\]$", f"[{claim['cites'][0]['number']}]", claim["text"]))


def _cite(answer: Json, paper: PaperText, index: int) -> int:
    """Return the number of the paper's citation, made where there is none, and holding the sentence."""
    citation = next((c for c in answer["citations"] if c["title"] == paper.title), None)
    if citation is None:
        number = max((c["number"] for c in answer["citations"]), default=0) + 1
        citation = {"number": number, "paper_id": paper.paper_id, "title": paper.title, "url": None, "sentences": []}
        answer["citations"].append(citation)
    if all(s["index"] != index for s in citation["sentences"]):
        start, end = paper.sentences[index - 1]
        quote = paper.abstract[start:end]
        citation["sentences"].append({"index": index, "start": start, "end": end, "quote": quote})
    return int(citation["number"])
