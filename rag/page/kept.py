"""Kept answers: put into the list and taken out, with a note of one's own, and exported together; and one to send."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import AbstractQAError
from rag.export import ExportFormat
from rag.page.answer_file import answer_file
from rag.page.ask_tab import AskTab, Updates, turn_number
from rag.page.conversation import Conversation
from rag.page.download import Download, of_papers
from rag.page.keeping import handed_out
from rag.page.kept_html import kept_html
from rag.page.memory import KeptAnswer, Memory, owner_of, warned
from rag.present import collected, collection_to_docx, collection_to_markdown

if TYPE_CHECKING:
    from rag.library import Library

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
        bridge.note(self._note, None, None, concurrency_limit=1, **quiet)  # notes are stored in the order of typing
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
    return of_papers([reference.paper for reference in document.references], ExportFormat(kind))
