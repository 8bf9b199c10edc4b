"""What the page shows before the first question: what this library holds, and questions that fit it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.nouns import Paper
from rag.page.cards import shown_date
from rag.page.examples import example_questions
from rag.page.markup import attribute, paper_text


def welcome_html(papers: Sequence[Paper], hint: str = "") -> str:
    """Return the greeting for a library of these papers, with a line below that says what could be set."""
    if not papers:
        return (
            '<section class="welcome"><h2>This library is empty</h2>'
            "<p>Save a page that lists papers, such as a <em>Daily Papers</em> page, and add it. "
            "Questions are answered from the abstracts on it.</p>"
            '<p><button type="button" class="primary" data-do="tab" data-tab="Library">Add a first page</button></p>'
            "</section>"
        )
    examples = "".join(
        f'<li><button type="button" class="example" data-do="example" data-question="{attribute(q)}">'
        f"{paper_text(q)}</button></li>"
        for q in example_questions(papers)
    )
    return (
        '<section class="welcome"><h2>Ask the abstracts</h2>'
        f"<p>{_holdings(papers)} Every sentence of an answer points at the sentence of the abstract it rests on.</p>"
        f'<ul class="examples" aria-label="Example questions">{examples}</ul>'
        f'{f"""<p class="small hint">{attribute(hint)}</p>""" if hint else ""}</section>'
    )


def _holdings(papers: Sequence[Paper]) -> str:
    """Return one sentence on how many papers there are, from when, and from which pages."""
    count = f"{len(papers):,} paper{'s' * (len(papers) != 1)}"
    dates = sorted(p.date[:7] for p in papers if p.date)
    span = ""
    if dates:
        first, last = shown_date(dates[0]), shown_date(dates[-1])
        span = f" from {first}" if first == last else f" from {first} to {last}"
    pages = sorted({page for p in papers for page in p.pages})
    seen = f", saved from {len(pages)} page{'s' * (len(pages) != 1)}" if pages else ""
    return f"{count}{span}{seen}."
