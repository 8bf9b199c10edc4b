"""What can be kept of a conversation: thumbs, exports, the conversation as a file; and the second opinion."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import AbstractQAError, UsageError
from rag.export import ExportFormat
from rag.nouns import Paper
from rag.page import feedback, saved
from rag.page.ask_tab import AskTab, Updates, turn_number
from rag.page.conversation import READING, Conversation, Thumb
from rag.page.download import Download, of_conversation, of_papers
from rag.page.opinion import second_opinion
from rag.streaming import in_thread

if TYPE_CHECKING:
    from rag.library import Library

_MOST_EXPORTED = 5000
"""Papers in one file."""


class Keeping:
    """The events of the buttons below an answer and below the box."""

    def __init__(self, library: Library, bridge: gr.HTML, ask: AskTab) -> None:
        self._library, self._bridge, self._ask = library, bridge, ask
        conversation, outputs = ask.pieces.conversation, ask.outputs
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}
        bridge.up(self._thumb(Thumb.UP), conversation, outputs, **quiet)
        bridge.down(self._thumb(Thumb.DOWN), conversation, outputs, **quiet)
        self.checking = bridge.check(self._check, [conversation, *ask.panel.inputs], outputs, **quiet)
        bridge.new(lambda: ask.shown(Conversation()), None, outputs, **quiet)
        bridge.export(self._export, conversation, bridge, **quiet)
        bridge.save(self._save, conversation, bridge, **quiet)
        ask.load.upload(self._load, [ask.load, conversation], outputs, **quiet)

    def _thumb(self, thumb: Thumb) -> Callable[[Conversation, gr.EventData], Updates]:
        """Return the event of one thumb: given, or taken back when it was given before."""

        def given(conversation: Conversation, event: gr.EventData) -> Updates:
            turn = conversation.turn(turn_number(event))
            if turn is None or turn.answer is None or not turn.answer.final:
                return {self._ask.pieces.spoken: ""}
            chosen = None if turn.thumb is thumb else thumb
            earlier = [t.question for t in conversation.turns[: turn.number - 1]]
            try:
                feedback.store(Path(self._library.folder), chosen, turn.answer, earlier)
            except AbstractQAError as exc:
                gr.Warning(str(exc))
                chosen = turn.thumb
            return self._ask.shown(conversation.changed(turn.number, thumb=chosen))

        return given

    async def _check(self, event: gr.EventData, conversation: Conversation, *panel: Any) -> AsyncIterator[Updates]:
        """Yield a note that the model is asked, then its opinion beside the answer."""
        turn = conversation.turn(turn_number(event))
        if turn is None or turn.answer is None or not self._ask.panel.can_check:
            yield {self._ask.pieces.spoken: ""}
            return
        opinion = ""
        yield {**self._ask.shown(conversation.changed(turn.number, opinion=READING)), **self._ask.busy(True)}
        try:
            settings, answer = self._ask.panel.checking(*panel), turn.answer
            async for found in in_thread(lambda: iter((second_opinion(answer, settings),))):
                opinion = found
        except AbstractQAError as exc:
            opinion = str(exc)
        yield {**self._ask.shown(conversation.changed(turn.number, opinion=opinion)), **self._ask.busy(False)}

    def _export(self, conversation: Conversation, event: gr.EventData) -> str:
        """Return the cited papers of a turn, or the papers picked in the library, as a file."""
        kind = ExportFormat(event._data["kind"])
        turn = conversation.turn(turn_number(event))
        papers = [c.paper for c in turn.answer.citations] if turn and turn.answer else []
        return handed_out(of_papers(papers, kind))

    def _save(self, conversation: Conversation) -> str:
        if not conversation.turns:
            gr.Info("There is nothing to save yet. Ask something first.")
            return ""
        return handed_out(of_conversation(conversation))

    def _load(self, path: str, conversation: Conversation) -> Updates:
        """Return the page with a saved conversation in the place of this one; unchanged when the file is none."""
        try:
            loaded = saved.from_json(_read(path), self._library.paper)
        except AbstractQAError as exc:
            gr.Warning(str(exc))
            loaded = conversation
        return self._ask.shown(loaded)


def handed_out(file: Download) -> str:
    """Return a file as the page's script takes it: JSON, which the browser saves and never shows."""
    return json.dumps(file)


def papers_by_id(library: Library, paper_ids: Sequence[str]) -> list[Paper]:
    """Return the library's papers of these ids, in their order; unknown ids are passed over."""
    found = (library.paper(paper_id) for paper_id in paper_ids[:_MOST_EXPORTED])
    return [paper for paper in found if paper is not None]


def _read(path: str) -> str:
    file = Path(path)
    if file.stat().st_size > saved.LARGEST_FILE:
        raise UsageError(f"This file is larger than a conversation can be ({saved.LARGEST_FILE // 1_000_000} MB).")
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as exc:
        raise UsageError("This file is not a conversation saved from this page: it is not text.") from exc
    finally:
        file.unlink(missing_ok=True)
