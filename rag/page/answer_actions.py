"""Thumbs, exports and a second opinion: what the page does when one of these buttons below an answer is pressed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.base.errors import AbstractQAError
from rag.base.settings import Settings
from rag.base.timeouts import in_thread
from rag.nouns import Answer
from rag.page.ask_tab import AskTab
from rag.page.conversation import READING, Conversation, Thumb
from rag.page.downloads import handed_out, of_papers
from rag.page.events import AT_ONCE, Updates, owner_of, told, turn_number, warned
from rag.page.feedback import store
from rag.page.saved import Memory
from rag.present.export import ExportFormat

if TYPE_CHECKING:
    from rag.library import Library


def second_opinion(library: Library, answer: Answer, settings: Settings) -> str:
    """Return what the model of `settings` thinks of each cited sentence."""
    from rag.read.second_opinion import Judgement

    found = library.check(answer, settings)
    checked = [o for o in found.opinions if o.verdict is not Judgement.UNCHECKED]
    supported = sum(o.verdict is Judgement.SUPPORTED for o in checked)
    lines = [f"{found.model} finds {supported} of {len(checked)} checked sentences supported by what they cite."]
    lines += [
        f"{o.verdict.value.capitalize()}: “{o.claim.text.strip()}”" + (f" ({o.reason})" if o.reason else "")
        for o in checked
        if o.verdict is not Judgement.SUPPORTED
    ]
    if unchecked := len(found.opinions) - len(checked):
        lines.append(f"Not checked: {unchecked}.")
    return "\n".join([*(lines if checked else []), *found.warnings]) or "No sentence cites anything to check."


class AnswerActions:
    """The events of the buttons below an answer."""

    def __init__(self, library: Library, memory: Memory, bridge: gr.HTML, ask: AskTab) -> None:
        self._library, self._memory, self._ask = library, memory, ask
        conversation, outputs = ask.conversation, ask.outputs
        bridge.up(self._thumb(Thumb.UP), conversation, outputs, **AT_ONCE)
        bridge.down(self._thumb(Thumb.DOWN), conversation, outputs, **AT_ONCE)
        self.checking = bridge.check(self._check, [conversation, *ask.panel.inputs], outputs, **AT_ONCE)
        bridge.export(self._export, conversation, bridge, **AT_ONCE)

    def _thumb(self, thumb: Thumb) -> Callable[[Conversation, gr.EventData, gr.Request], Updates]:
        """Return the event of one thumb: given, or taken back when it was given before."""

        def given(conversation: Conversation, event: gr.EventData, request: gr.Request) -> Updates:
            turn = conversation.turn(turn_number(event))
            if turn is None or turn.answer is None or not turn.is_answered:
                return {self._ask.spoken: ""}
            chosen = None if turn.thumb is thumb else thumb
            earlier = [t.question for t in conversation.turns[: turn.number - 1]]
            with warned():
                store(Path(self._library.folder), chosen, turn.answer, earlier)
                conversation = conversation.changed(turn.number, thumb=chosen)
            return self._ask.shown(self._changed(request, conversation, turn.number))

        return given

    async def _check(
        self, event: gr.EventData, request: gr.Request, conversation: Conversation, *panel: Any
    ) -> AsyncIterator[Updates]:
        """Yield a note that the model is asked, then its opinion beside the answer."""
        turn = conversation.turn(turn_number(event))
        if turn is None or turn.answer is None or not self._ask.panel.can_check:
            yield {self._ask.spoken: ""}
            return
        opinion = ""
        yield {**self._ask.shown(conversation.changed(turn.number, opinion=READING)), **self._ask.busy(True)}
        try:
            settings, answer = self._ask.panel.checking(*panel), turn.answer
            async for found in in_thread(lambda: iter((second_opinion(self._library, answer, settings),))):
                opinion = found
        except AbstractQAError as exc:
            opinion = str(exc)
        checked = self._changed(request, conversation.changed(turn.number, opinion=opinion), turn.number)
        yield {**self._ask.shown(checked), **self._ask.busy(False)}

    def _changed(self, request: gr.Request, conversation: Conversation, number: int) -> Conversation:
        """Store what changed of a turn, and return the conversation."""
        with warned():
            self._memory.record(owner_of(request), conversation, conversation.turns[number - 1 : number])
        return conversation

    def _export(self, conversation: Conversation, event: gr.EventData) -> str:
        """Return the cited papers of a turn, or the papers picked in the library, as a file."""
        kind = ExportFormat(told(event, "kind"))
        turn = conversation.turn(turn_number(event))
        papers = [c.paper for c in turn.answer.citations] if turn and turn.answer else []
        return handed_out(of_papers(papers, kind, numbered=True))
