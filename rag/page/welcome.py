"""What the page shows before the first question: what this library holds, questions that fit it, a model to connect.

The sample is told from a person's own papers by the pages that they were saved from.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.nouns import Paper
from rag.page.cards import shown_date
from rag.page.examples import example_questions
from rag.page.markup import attribute, paper_text
from rag.pages import SAMPLE

_MOST_OFFERED = 4
"""Models that have a button of their own; the others stand in the list of the panel."""
_SAMPLE_PAGES = frozenset(path.stem for path in SAMPLE)


def welcome_html(papers: Sequence[Paper]) -> str:
    """Return the greeting for a library of these papers."""
    if not papers:
        return (
            '<section class="welcome"><h2>This library is empty</h2>'
            "<p>Add papers below: a saved page that lists some, such as a <em>Daily Papers</em> page, a bibliography, "
            "or an address. Questions are answered from their abstracts.</p></section>"
        )
    examples = "".join(
        f'<li><button type="button" class="example" data-do="example" data-question="{attribute(q)}">'
        f"{paper_text(q)}</button></li>"
        for q in example_questions(papers)
    )
    return (
        '<section class="welcome"><h2>Ask the abstracts</h2>'
        f"<p>{_holdings(papers)} Every sentence of an answer points at the sentence of the abstract it rests on.</p>"
        f'{_sample(papers)}<ul class="examples" aria-label="Example questions">{examples}</ul></section>'
    )


def connect_html(models: Sequence[str], *, is_connected: bool) -> str:
    """Return how a model can be connected from the page; nothing where one is. `models` answer on this machine."""
    if is_connected:
        return ""
    buttons = "".join(
        f'<button type="button" class="chip" data-do="connect" data-model="{attribute(model)}">'
        f"Connect {attribute(model)}</button>"
        for model in models[:_MOST_OFFERED]
    )
    if buttons:
        said = "Answers are quotes until a model writes them. On this machine there is:"
        return f'<div class="connect"><p class="small">{said}</p><div class="chips">{buttons}</div></div>'
    return (
        '<div class="connect"><p class="small">Answers are quotes: no model is connected. Start one on this machine '
        "(Ollama, LM Studio, llama.cpp, vLLM), and look for it or name its address. One elsewhere is set by "
        "OPENAI_API_KEY or OPENAI_BASE_URL.</p>"
        '<div class="row"><button type="button" class="chip" data-do="look">Look for a model</button>'
        '<input type="text" id="model-address" aria-label="Address of a model on this machine" maxlength="200" '
        'placeholder="http://127.0.0.1:8080/v1"><button type="button" class="chip" data-do="connect_at">'
        "Connect this address</button></div></div>"
    )


def of_the_sample(papers: Sequence[Paper]) -> list[Paper]:
    """Return the papers that came with the program, and that no page of a person's own has."""
    return [paper for paper in papers if paper.pages and _SAMPLE_PAGES.issuperset(paper.pages)]


def _sample(papers: Sequence[Paper]) -> str:
    """Return the line that tells the sample as such, and takes it out; nothing where not all its pages are here."""
    held = of_the_sample(papers)
    if {page for paper in held for page in paper.pages} != _SAMPLE_PAGES:
        return ""
    count = len(held)
    which = "These are" if count == len(papers) else "Among them are"
    return (
        f'<p class="sample small">{which} the {count:,} papers of the sample, to try it with. '
        f'<button type="button" class="quiet" data-do="empty_sample" data-count="{count}">Take the sample out</button>'
        "</p>"
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
