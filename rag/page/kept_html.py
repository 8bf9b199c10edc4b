"""The list of kept answers as HTML: each with its question, what it stands on, and a note of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from rag.conversations import LONGEST_NOTE
from rag.nouns import Answer
from rag.page.answer_file import still_html
from rag.page.cards import shown_date
from rag.page.icons import icon
from rag.page.markup import attribute, paper_link, paper_text
from rag.page.memory import KeptAnswer
from rag.present.references import marked, quotation

_APART = 100_000
"""Added to a place in the list, so that no id is one of the conversation's."""
_KINDS = (
    ("markdown", "Markdown"), ("docx", "Word (DOCX)"), ("bibtex", "BibTeX"), ("ris", "RIS"), ("csl", "CSL JSON"),
)  # fmt: skip


def kept_html(kept: Sequence[KeptAnswer], problem: str = "") -> str:
    """Return the list, the answer kept last first, below the buttons that export them all together."""
    said = f'<div class="notice is-error" role="alert"><p>{attribute(problem)}</p></div>' if problem else ""
    if not kept and not problem:
        said = '<p class="note">None yet. Keep an answer with the button below it, then put a note to it here.</p>'
    exports = "".join(
        f'<button type="button" class="quiet" data-do="export_kept" data-kind="{kind}" '
        f'aria-label="Export all kept answers as {name}">{name}</button>'
        for kind, name in _KINDS
    )
    bar = f'<p class="kept-exports"><span class="small">Export all:</span>{exports}</p>' if kept else ""
    entries = "".join(_entry(one, number) for number, one in reversed(list(enumerate(kept, 1))))
    return (
        '<section class="kept" aria-label="Kept answers"><div class="kept-head"><h2 tabindex="-1">Kept answers</h2>'
        f'<button type="button" class="quiet" data-do="leave_kept">{icon("close")}<span>Back to the conversation</span>'
        f"</button></div>{bar}{said}{entries}</section>"
    )


def _entry(one: KeptAnswer, number: int) -> str:
    turn, name = one.turn, attribute(one.turn.asking)
    place = _APART + number
    shown = f'<p class="note">{attribute(turn.problem)}</p>'
    if turn.answer is not None:
        shown = f'<div class="prose">{still_html(turn.answer, place)}</div>'
        shown += _doubts(turn.answer) + _references(turn.answer, place)
    question = attribute(turn.question)
    return (
        f'<article class="kept-one" data-kept="{name}"><h3>{question}</h3>'
        f'<p class="small">Kept {attribute(shown_date(one.at[:10]))}</p>{shown}'
        f'<label class="kept-note"><span>Note</span><textarea data-note="{name}" rows="2" maxlength="{LONGEST_NOTE}" '
        f'placeholder="A note of your own" aria-label="Note on {question}">{attribute(one.note)}</textarea></label>'
        f'<p class="actions"><button type="button" class="quiet" data-do="open" '
        f'data-conversation="{attribute(one.conversation)}" data-goal="{name}" aria-label="Open the conversation of '
        f'{question}">{icon("side")}<span>Its conversation</span></button><button type="button" class="quiet" '
        f'data-do="let_go" data-kept="{name}" aria-label="Keep no longer: {question}">{icon("remove")}'
        "<span>Keep no longer</span></button></p></article>"
    )


def _doubts(answer: Answer) -> str:
    """Return the sentences that the audit marks, in words."""
    told = "".join(f"<li>{mark}: {paper_text(sentence)}</li>" for mark, sentence in marked(answer))
    return f'<ul class="kept-doubts" aria-label="To check">{told}</ul>' if told else ""


def _references(answer: Answer, place: int) -> str:
    """Return the cited papers with their sentences, each where its marker leads."""
    items = []
    for citation in answer.citations:
        quotes = "".join(f"<li>{paper_text(quotation(sentence))}</li>" for sentence in citation.sentences)
        dated = attribute(shown_date(citation.paper.date))
        items.append(
            f'<li id="t{place}-c{citation.number}"><span class="number">{citation.number}</span>'
            f'{paper_link(citation.paper)} <span class="small">{dated}</span><ul>{quotes}</ul></li>'
        )
    return f'<ol class="kept-sources" aria-label="Sources">{"".join(items)}</ol>' if items else ""
