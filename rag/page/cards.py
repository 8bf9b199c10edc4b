"""The sources of an answer as HTML: a card per cited paper, its abstract with the cited sentences highlighted."""

from __future__ import annotations

from calendar import month_abbr

from rag.base.text import plural
from rag.nouns import Answer, Citation, Paper, Passage, Status
from rag.page.markup import attribute, button, paper_link, paper_text
from rag.present import title

_AUTHORS = 3
"""Names shown on a card before the rest is counted."""


def sources_html(answer: Answer, turn: int) -> str:
    """Return the cards of the cited papers, and why these papers were looked at."""
    cards = "".join(_card(citation, turn, _alike(citation.paper)) for citation in answer.citations)
    return cards + (_why(answer) if answer.final else "")


def cards_html(answer: Answer, turn: int) -> str:
    """Return the cards of the cited papers without what can be done with them."""
    return "".join(_card(citation, turn) for citation in answer.citations)


def related_html(answer: Answer) -> str:
    """Return the nearest titles of an answer that is not a full one: related, not evidence."""
    if not answer.related:
        return ""
    items = "".join(f"<li>{paper_link(p)} <span>{attribute(_standing(p))}</span></li>" for p in answer.related)
    word = "Related, not evidence" if answer.status is Status.ABSTAINED else "Also related"
    return f'<section class="related"><h3>{word}</h3><ul>{items}</ul></section>'


def shown_date(date: str | None) -> str:
    """Return an ISO date of any precision for reading: `22 Aug 2025`, `Aug 2025`, `2025`."""
    if not date:
        return ""
    year, *rest = date.split("-")
    if not rest or not rest[0].isdigit() or not 1 <= int(rest[0]) <= 12:
        return year
    return " ".join([*(str(int(day)) for day in rest[1:2] if day.isdigit()), month_abbr[int(rest[0])], year])


def dated(paper: Paper) -> str:
    """Return a paper's date for reading, saying so where its year was inferred."""
    return shown_date(paper.date) + " (year inferred)" * bool(paper.date and paper.date_inferred)


def _standing(paper: Paper) -> str:
    return " · ".join(filter(None, (dated(paper), "withdrawn" if paper.withdrawn else "")))


def shown_authors(paper: Paper, most: int = _AUTHORS) -> str:
    """Return the first authors, and how many more there are; their number alone where the names are not known."""
    count = paper.author_count
    if not paper.authors:
        return plural(count, "author") if count else ""
    named = ", ".join(paper.authors[:most])
    if count is None:
        return f"{named} and others"
    return f"{named} and {count - most} more" if count > most else named


def _card(citation: Citation, turn: int, foot: str = "") -> str:
    paper, name = citation.paper, f"t{turn}-c{citation.number}"
    is_told = any(sentence.index == 0 for sentence in citation.sentences)
    return (
        f'<article class="card" id="{name}" tabindex="-1" aria-labelledby="{name}-title">'
        f'<h3 id="{name}-title"><span class="number">{citation.number}</span>{paper_link(paper)}</h3>'
        f"{_about(paper, is_told, name)}{_abstract(citation, name)}{foot}</article>"
    )


def _alike(paper: Paper) -> str:
    """Return the button that asks for the papers nearest to this one, and the box that ticks it for a comparison."""
    if not paper.title:
        return ""
    question, said = f"Which papers are like “{paper.title}”?", f"Papers like {paper.title}"
    return (
        f'<p class="alike">{button("example", "Papers like this one", data_question=question, aria_label=said)}'
        f'<label class="quiet"><input type="checkbox" data-do="tick" data-paper="{attribute(paper.paper_id)}" '
        f'aria-label="{attribute(f"Compare {paper.title}")}">Compare</label></p>'
    )


def _about(paper: Paper, cited: bool, name: str) -> str:
    """Return the metadata line of a card, highlighted where the answer cites it."""
    seen = f"saved from your page{'s' * (len(paper.pages) > 1)} {', '.join(paper.pages)}" if paper.pages else ""
    line = " · ".join(
        paper_text(part) for part in (_standing(paper), shown_authors(paper), paper.organisation, seen) if part
    )
    if cited:
        line = f'<mark id="{name}-s0">{line}</mark>'
    return f'<p class="about">{line}</p>' if line else ""


def _abstract(citation: Citation, name: str) -> str:
    """Return the abstract with the cited sentences marked; only the quotes where it no longer reads as it did."""
    paper = citation.paper
    cited = [s for s in citation.sentences if s.start is not None and s.end is not None]
    if any(paper.abstract[s.start : s.end] != s.quote for s in cited):
        quotes = "".join(f'<mark id="{name}-s{s.index}">{paper_text(s.quote)}</mark> ' for s in cited)
        return f'<p class="abstract">{quotes}</p><p class="about">The abstract has changed since, or is not here.</p>'
    parts, at = [], 0
    for sentence in sorted(cited, key=lambda s: s.start or 0):
        start, end = sentence.start or 0, sentence.end or 0
        if start < at:
            continue
        parts.append(paper_text(paper.abstract[at:start]))
        parts.append(f'<mark id="{name}-s{sentence.index}">{paper_text(paper.abstract[start:end])}</mark>')
        at = end
    kind = '<span class="kind">Summary, not the abstract.</span> ' if paper.abstract_is_summary else ""
    text = f'<p class="abstract">{kind}{"".join(parts)}{paper_text(paper.abstract[at:])}</p>' if paper.abstract else ""
    if cited or not text:
        return text
    return f'<details data-key="{name}"><summary>Abstract</summary>{text}</details>'


def _why(answer: Answer) -> str:
    """Return the fold-out that shows how the papers were found."""
    if not answer.evidence:
        return ""
    cited = {c.paper.paper_id: c.number for c in answer.citations}
    rows = "".join(_why_row(rank, p, cited) for rank, p in enumerate(answer.evidence, 1))
    start = "" if answer.citations else " data-open"
    return (
        f'<details class="why" data-key="why"{start}><summary>Why these papers</summary>'
        f"<p>Searched for “{paper_text(answer.standalone_question)}” by meaning and by words, among "
        f"{answer.coverage.matched:,} of {answer.coverage.looked_at:,} papers.</p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Papers considered"><table><thead><tr>'
        '<th scope="col">#</th><th scope="col">Paper</th><th scope="col">Meaning</th><th scope="col">Words</th>'
        f'<th scope="col">Used</th></tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


def _why_row(rank: int, passage: Passage, cited: dict[str, int]) -> str:
    number = cited.get(passage.paper.paper_id)
    used = f"[{number}]" if number else "–"
    look = ' class="used"' if number else ""
    return (
        f"<tr{look}><td>{rank}</td><td>{paper_text(title(passage.paper))}</td>"
        f"<td>{passage.dense_rank or '–'}</td><td>{passage.lexical_rank or '–'}</td><td>{used}</td></tr>"
    )
