"""Reading a recorded answer: what it cites, sentence by sentence, joined with the papers that it was asked of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.base.text.titles import normalise_title

from .records import PaperText
from .support import Source

Answer = Mapping[str, Any]
PapersByTitle = Mapping[str, PaperText]

_MARKER = re.compile(r"\[(\d+(?:\s*[,;]\s*\d+)*)\]")
_DROPPED = re.compile(r"\bP\d+(?:\.\d+)?|(?<=and )\d+(?= more)")


def by_title(papers: Sequence[PaperText]) -> dict[str, PaperText]:
    """Return papers under their normalised titles, which is how a question's gold names them."""
    return {normalise_title(p.title): p for p in papers}


def cited_titles(answer: Answer) -> set[str]:
    """Return the normalised titles of the papers that the answer cites."""
    return {normalise_title(c["title"]) for c in answer.get("citations") or ()}


def quotes_by_title(answer: Answer) -> dict[str, list[str]]:
    """Return the cited sentences by normalised title."""
    quotes: dict[str, list[str]] = {}
    for citation in answer.get("citations") or ():
        found = quotes.setdefault(normalise_title(citation["title"]), [])
        found.extend(s["quote"] for s in citation.get("sentences") or ())
    return quotes


def statements(answer: Answer, papers: PapersByTitle) -> list[tuple[str, list[Source]]]:
    """Return each sentence of the answer with the sentences that it cites, in order."""
    sources = {
        (citation["number"], sentence["index"]): _source(citation, sentence, papers)
        for citation in answer.get("citations") or ()
        for sentence in citation.get("sentences") or ()
    }
    return [
        (claim["text"], [sources[key] for c in claim.get("cites") or () if (key := _key(c)) in sources])
        for claim in answer.get("claims") or ()
    ]


def counted(answer: Answer) -> frozenset[str]:
    """Return the sentences that code counted in the catalogue: supported, though no sentence of an abstract says so."""
    claims = answer.get("claims") or ()
    return frozenset(c["text"] for c in claims if c.get("support") == "supported" and not c.get("cites"))


def dangling_pointers(answer: Answer) -> int:
    """Return how many pointers led to nothing: markers without a citation, cites without a sentence, and those that
    the answer's warnings report as dropped."""
    citations = answer.get("citations") or ()
    known = {c["number"] for c in citations}
    sentences = {(c["number"], s["index"]) for c in citations for s in c.get("sentences") or ()}
    markers = [int(n) for group in _MARKER.findall(answer.get("text") or "") for n in re.split(r"\s*[,;]\s*", group)]
    cites = [_key(c) for claim in answer.get("claims") or () for c in claim.get("cites") or ()]
    dropped = [d for w in answer.get("warnings") or () if "pointers to nothing" in w for d in _DROPPED.findall(w)]
    reported = sum(1 if d.startswith("P") else int(d) for d in dropped)
    return sum(n not in known for n in markers) + sum(key not in sentences for key in cites) + reported


def ranked_titles(answer: Answer) -> list[str]:
    """Return the normalised titles of the evidence, best first, each once."""
    return list(dict.fromkeys(normalise_title(e["title"]) for e in answer.get("evidence") or ()))


def _key(cite: Mapping[str, Any]) -> tuple[int, int]:
    return cite["number"], cite["sentence"]


def _source(citation: Mapping[str, Any], sentence: Mapping[str, Any], papers: PapersByTitle) -> Source:
    paper, index = papers.get(normalise_title(citation["title"])), sentence["index"]
    beside = (paper.sentence(n) for n in (index - 1, index + 1) if n > 0) if paper and index > 0 else ()
    near = "\n".join([*beside, *([paper.metadata] if paper and index > 0 else [])])
    return Source(citation["title"], sentence["quote"], near, paper.abstract if paper else "")
