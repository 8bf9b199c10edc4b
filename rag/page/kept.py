"""Kept answers: put into the list and taken out, with a note of one's own, and exported together; and one to send."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.base.errors import AbstractQAError
from rag.kept.conversations import LONGEST_NOTE
from rag.nouns import Answer
from rag.page.answer_actions import handed_out
from rag.page.ask_tab import AskTab, Updates, turn_number
from rag.page.cards import dated, shown_date
from rag.page.conversation import Conversation
from rag.page.downloads import Download, answer_file, of_papers, still_html
from rag.page.markup import attribute, icon, paper_link, paper_text
from rag.page.memory import KeptAnswer, Memory, owner_of, warned
from rag.present import collected, collection_to_docx, collection_to_markdown
from rag.present.export import ExportFormat
from rag.present.references import marked, quotation

if TYPE_CHECKING:
    from rag.library import Library


# ----------------------------------------------------------------------------------------------------
# The list of kept answers as HTML: each with its question, what it stands on, and a note of one's own.

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
        items.append(
            f'<li id="t{place}-c{citation.number}"><span class="number">{citation.number}</span>'
            f'{paper_link(citation.paper)} <span class="small">{attribute(dated(citation.paper))}</span>'
            f"<ul>{quotes}</ul></li>"
        )
    return f'<ol class="kept-sources" aria-label="Sources">{"".join(items)}</ol>' if items else ""


# ----------------------------------------------------------------------------------------------------

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONGEST_NAME = 60


class Kept:
    """The list, laid out when it is made inside a `gr.Blocks`, and wired to the buttons below the answers."""

    def __init__(self, library: Library, memory: Memory) -> None:
        self._library, self._memory = library, memory
        self._list = gr.HTML("", label="Kept answers", elem_id="kept-answers", apply_default_css=False, js_on_load=None)

    def wire(self, bridge: gr.HTML, ask: AskTab) -> None:
        """Tie the buttons to what they do."""
        self._ask = ask
        talk, outputs = ask.pieces.conversation, [*ask.outputs, self._list]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        bridge.kept(self._listed, None, self._list, **quiet)
        bridge.keep_answer(self._keep, talk, outputs, **quiet)
        bridge.let_go(self._let_go, talk, outputs, **quiet)
        # Notes are stored in the order of typing, and none waits in the browser: its window may be closing.
        bridge.note(self._note, None, None, concurrency_limit=1, trigger_mode="multiple", **quiet)
        bridge.export_kept(self._export, None, bridge, **quiet)
        bridge.file(self._file, talk, bridge, **quiet)

    def _listed(self, request: gr.Request) -> str:
        try:
            return kept_html(self._memory.kept(owner_of(request)))
        except AbstractQAError as exc:
            return kept_html((), str(exc))

    def _keep(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        """Keep the answer of a turn, or let it go when it is kept."""
        owner, turn = owner_of(request), conversation.turn(turn_number(event))
        if turn is None or turn.answer is None or not turn.answer.final:
            return {self._ask.pieces.spoken: ""}
        store, memory = self._library.conversations, self._memory
        if turn.kept:
            done = warned(lambda: store.let_go(owner, turn.asking))
        else:
            done = warned(lambda: memory.keep(owner, conversation, turn))
        return self._ask.shown(conversation.changed(turn.number, kept=turn.kept != done)) | self._told(request)

    def _let_go(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        name = str(event._data.get("kept", ""))
        warned(lambda: self._library.conversations.let_go(owner_of(request), name))
        number = next((turn.number for turn in conversation.turns if turn.asking == name), 0)
        shown = self._ask.shown(conversation.changed(number, kept=False)) if number else {}
        return shown | self._told(request)

    def _told(self, request: gr.Request) -> Updates:
        return {self._list: self._listed(request)}

    def _note(self, event: gr.EventData, request: gr.Request) -> None:
        name, text = str(event._data.get("kept", "")), str(event._data.get("text", ""))
        warned(lambda: self._library.conversations.note(owner_of(request), name, text))

    def _export(self, event: gr.EventData, request: gr.Request) -> str:
        """Return all kept answers, or the papers that they cite, as one file."""
        try:
            kept = [one for one in self._memory.kept(owner_of(request)) if one.turn.answer is not None]
        except AbstractQAError as exc:
            gr.Warning(str(exc))
            return ""
        return handed_out(_exported(kept, str(event._data["kind"])))

    def _file(self, event: gr.EventData, conversation: Conversation) -> str:
        """Return the answer of a turn as an HTML file to send."""
        turn = conversation.turn(turn_number(event))
        if turn is None or turn.answer is None:
            return ""
        words = "-".join(re.findall(r"\w+", turn.question.casefold()))[:_LONGEST_NAME].strip("-")
        text = answer_file(turn.answer, turn.opinion)
        return handed_out({"name": f"{words or 'answer'}.html", "type": "text/html", "text": text})


def _exported(kept: list[KeptAnswer], kind: str) -> Download:
    answers = [(one.turn.answer, one.note) for one in kept if one.turn.answer is not None]
    document = collected(answers)
    if kind == "docx":
        whole = base64.b64encode(collection_to_docx(document)).decode()
        return {"name": "kept-answers.docx", "type": _DOCX, "base64": whole}
    if kind == "markdown":
        return {"name": "kept-answers.md", "type": "text/markdown", "text": collection_to_markdown(document)}
    return of_papers([reference.paper for reference in document.references], ExportFormat(kind), numbered=True)
