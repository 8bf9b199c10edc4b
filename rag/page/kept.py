"""Kept answers: put into the list and taken out, with a note of one's own, and exported together; and one to send."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import gradio as gr

from rag.base.errors import AbstractQAError
from rag.kept.conversations import LONGEST_NOTE
from rag.nouns import Answer
from rag.page.ask_tab import AskTab
from rag.page.cards import dated, shown_date
from rag.page.conversation import Conversation
from rag.page.downloads import Download, answer_file, handed_out, of_papers, still_html
from rag.page.events import QUIET, Updates, html_part, owner_of, told, turn_number, warned
from rag.page.markup import REFERENCES, attribute, button, exports, labelled, notice, paper_link, paper_text
from rag.page.saved import KeptAnswer, Memory
from rag.present import collected, collection_to_docx, collection_to_markdown
from rag.present.export import ExportFormat
from rag.present.references import marked_sentences, quotation

if TYPE_CHECKING:
    from rag.library import Library


# ----------------------------------------------------------------------------------------------------
# The list of kept answers as HTML: each with its question, what it stands on, and a note of one's own.

_APART = 100_000
"""Added to a place in the list, so that no id is one of the conversation's."""
_KINDS = (("markdown", "Markdown"), ("docx", "Word (DOCX)"), *REFERENCES)


def kept_html(kept: Sequence[KeptAnswer], problem: str = "") -> str:
    """Return the list, the answer kept last first, below the buttons that export them all together."""
    said = notice(problem) if problem else ""
    if not kept and not problem:
        said = '<p class="note">None yet. Keep an answer with the button below it, then put a note to it here.</p>'
    files = exports("export_kept", _KINDS, "all kept answers")
    bar = f'<p class="kept-exports"><span class="small">Export all:</span>{files}</p>' if kept else ""
    entries = "".join(_entry(one, number) for number, one in reversed(list(enumerate(kept, 1))))
    return (
        '<section class="kept" aria-label="Kept answers"><div class="kept-head"><h2 tabindex="-1">Kept answers</h2>'
        f"{button('leave_kept', labelled('close', 'Back to the conversation'))}</div>{bar}{said}{entries}</section>"
    )


def _entry(one: KeptAnswer, number: int) -> str:
    turn, name = one.turn, attribute(one.turn.asking)
    opening = button(
        "open", labelled("side", "Its conversation"), data_conversation=one.conversation, data_goal=turn.asking,
        aria_label=f"Open the conversation of {turn.question}",
    )  # fmt: skip
    words = f"Keep no longer: {turn.question}"
    letting_go = button("let_go", labelled("remove", "Keep no longer"), data_kept=turn.asking, aria_label=words)
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
        f'<p class="actions">{opening}{letting_go}</p></article>'
    )


def _doubts(answer: Answer) -> str:
    """Return the sentences that the audit marks, in words."""
    items = "".join(f"<li>{mark}: {paper_text(sentence)}</li>" for mark, sentence in marked_sentences(answer))
    return f'<ul class="kept-doubts" aria-label="To check">{items}</ul>' if items else ""


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
        self._list = html_part(label="Kept answers", elem_id="kept-answers")

    def wire(self, bridge: gr.HTML, ask: AskTab) -> None:
        """Tie the buttons to what they do."""
        self._ask = ask
        talk, outputs = ask.conversation, [*ask.outputs, self._list]
        bridge.kept(self._listed, None, self._list, **QUIET)
        bridge.keep_answer(self._keep, talk, outputs, **QUIET)
        bridge.let_go(self._let_go, talk, outputs, **QUIET)
        # Notes are stored in the order of typing, and none waits in the browser: its window may be closing.
        bridge.note(self._note, None, None, concurrency_limit=1, trigger_mode="multiple", **QUIET)
        bridge.export_kept(self._export, None, bridge, **QUIET)
        bridge.file(self._file, talk, bridge, **QUIET)

    def _listed(self, request: gr.Request) -> str:
        try:
            return kept_html(self._memory.kept(owner_of(request)))
        except AbstractQAError as exc:
            return kept_html((), str(exc))

    def _keep(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        """Keep the answer of a turn, or let it go when it is kept."""
        owner, turn = owner_of(request), conversation.turn(turn_number(event))
        if turn is None or not turn.is_answered:
            return {self._ask.spoken: ""}
        with warned():
            if turn.kept:
                self._library.conversations.let_go(owner, turn.asking)
            else:
                self._memory.keep(owner, conversation, turn)
            conversation = conversation.changed(turn.number, kept=not turn.kept)
        return self._ask.shown(conversation) | {self._list: self._listed(request)}

    def _let_go(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        name = told(event, "kept")
        with warned():
            self._library.conversations.let_go(owner_of(request), name)
        number = next((turn.number for turn in conversation.turns if turn.asking == name), 0)
        shown = self._ask.shown(conversation.changed(number, kept=False)) if number else {}
        return shown | {self._list: self._listed(request)}

    def _note(self, event: gr.EventData, request: gr.Request) -> None:
        with warned():
            self._library.conversations.note(owner_of(request), told(event, "kept"), told(event, "text"))

    def _export(self, event: gr.EventData, request: gr.Request) -> str:
        """Return all kept answers, or the papers that they cite, as one file."""
        with warned():
            return handed_out(_exported(self._memory.kept(owner_of(request)), told(event, "kind")))
        return ""

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
