"""What stands below an answer, in words: cited papers with their links and sentences, related titles, warnings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from rag.nouns import Answer, CitedSentence, Paper, Support

LONGEST_SEARCH = 200
"""Characters of a title that a search link carries."""
_FIRST_WORDS = 8
"""Words of an abstract that stand for a title that is missing."""
_MOST_AUTHORS = 6
"""Authors named before the rest is left to “et al.”."""
MARKS = {
    Support.CONTRADICTED: "may contradict its source",
    Support.NO_SUPPORT_FOUND: "no support found",
    Support.NUMBER_NOT_FOUND: "number not found",
    Support.UNCITED: "uncited",
}
_WEB = re.compile(r"https?://[^\s<>\"\\^`{|}\x00-\x20]+", re.I)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a paper can be read, or, with `is_search`, looked for."""

    url: str
    is_search: bool


def address(paper: Paper) -> Address:
    """Return the paper's own link, else the one of its arXiv id, else a search for its title."""
    if paper.url and _WEB.fullmatch(paper.url):
        return Address(quote(paper.url, safe="/:?#@!$&'*+,;=%~-._"), is_search=False)
    if paper.arxiv_id:
        return Address(f"https://arxiv.org/abs/{quote(paper.arxiv_id, safe='/.')}", is_search=False)
    words = " ".join((paper.title or " ".join(paper.abstract.split()[:_FIRST_WORDS])).split())[:LONGEST_SEARCH]
    return Address(f"https://huggingface.co/papers?q={quote_plus(words, errors='replace')}", is_search=True)


def title(paper: Paper) -> str:
    """Return a paper's title on one line, or what stands in its place: how its abstract begins, or an id wanted."""
    if paper.title:
        return " ".join(paper.title.split())
    if not paper.abstract:
        return f"(wanted: arXiv {paper.arxiv_id}, not fetched yet)" if paper.arxiv_id else "(no title)"
    words = paper.abstract.split()
    return f"(no title: {' '.join(words[:_FIRST_WORDS])}{' …' if len(words) > _FIRST_WORDS else ''})"


def date(paper: Paper) -> str:
    """Return ` (date)` for after a title, with whether its year was inferred and the paper withdrawn."""
    inferred = "year inferred" if paper.date and paper.date_inferred else ""
    said = (paper.date, inferred, "withdrawn" if paper.withdrawn is not None else "")
    return f" ({', '.join(filter(None, said))})" if any(said) else ""


def byline(paper: Paper) -> str:
    """Return who wrote a paper and when, as far as that is known."""
    names = paper.authors
    more = " et al." * (len(names) > _MOST_AUTHORS or (bool(names) and paper.author_count != len(names)))
    return f"{', '.join(names[:_MOST_AUTHORS])}{more}{date(paper)}".strip()


def withdrawals(answer: Answer) -> tuple[str, ...]:
    """Return a line for each cited paper that was withdrawn or retracted, with the notice."""
    return tuple(
        f"Paper {citation.number} of the sources was withdrawn: “{notice}” Its last abstract is quoted."
        for citation in answer.citations
        if (notice := citation.paper.withdrawn)
    )


def quotation(sentence: CitedSentence) -> str:
    """Return a cited sentence with its number, word for word."""
    return f"metadata: {sentence.quote}" if sentence.index == 0 else f"sentence {sentence.index}: “{sentence.quote}”"


def marked_sentences(answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return the sentences that the audit marks, each after its mark."""
    return tuple(
        (MARKS[claim.support], " ".join(claim.text.split())) for claim in answer.claims if claim.support in MARKS
    )
