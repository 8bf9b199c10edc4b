"""The first tab: the conversation and the box to ask in; a question is asked, stopped, edited, asked again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.base.errors import AbstractQAError
from rag.intent.comparison import MOST, comparing_question
from rag.intent.wording import LONGEST_QUESTION
from rag.nouns import Paper
from rag.page.add_panel import AddPanel
from rag.page.conversation import Conversation, asked, spoken
from rag.page.events import AT_ONCE, QUIET, Updates, html_part, owner_of, tell, told, turn_number, warned
from rag.page.markup import attribute, button, labelled
from rag.page.reader_panel import ReaderPanel
from rag.page.saved import Memory
from rag.page.shelf import KnownPapers
from rag.page.turn_html import turn_html
from rag.page.welcome import of_the_sample, welcome_html

if TYPE_CHECKING:
    from rag.library import Library

_BEGIN = "Begin a new conversation"
_NEW = button("new", labelled("new", "New"), title=_BEGIN, aria_label=_BEGIN)
_FREE = "() => [true, false].map((visible) => ({ __type__: 'update', visible }))"
"""Ask in the place of Stop, once an answer's event has come back."""


class AskTab:
    """The tab, laid out and wired when it is made inside a `gr.Blocks`."""

    def __init__(self, library: Library, known: KnownPapers, memory: Memory, bridge: gr.HTML) -> None:
        self._library, self._known, self._memory = library, known, memory
        self._greeting: tuple[list[Paper], str] = ([], "")
        self._layout(bridge)
        self.outputs = [
            *(self.past, self.now, self.editing_note, self.box, self.send, self.stop, self.conversation, self.editing),
            *(self.spoken, *self.panel.dates, self.panel.about),
        ]
        self._wire(bridge)

    def _layout(self, bridge: gr.HTML) -> None:
        with gr.Column(elem_id="transcript"):
            self.past = html_part(label="Earlier turns", elem_id="past")
            self.now = html_part(label="Answer", elem_id="now")
        with gr.Column(elem_id="first"):
            self._adding = AddPanel(self._library, "first-", "Add your own papers")
            connect = html_part(label="Models", elem_id="connect")
        with gr.Column(elem_id="composer"):
            self.editing_note = html_part(label="Note", elem_id="editing")
            with gr.Row(elem_id="ask-row"):
                self.box = gr.Textbox(
                    label="Your question", show_label=False, container=False, placeholder="Ask about these papers",
                    lines=1, max_lines=8, max_length=LONGEST_QUESTION, autofocus=True, scale=1, elem_id="question",
                )  # fmt: skip
                self.send = gr.Button("Ask", variant="primary", elem_id="send", scale=0, min_width=72)
                self.stop = gr.Button("Stop", visible=False, elem_id="stop", scale=0, min_width=72)
            with gr.Column(elem_id="foot"):
                html_part(_NEW, elem_id="new-row")
                self.panel = ReaderPanel(self._library, connect, bridge)
        self.spoken = html_part(label="Spoken", elem_id="spoken")
        self.conversation, self.editing = gr.State(Conversation()), gr.State(None)

    def _wire(self, bridge: gr.HTML) -> None:
        outputs, given = self.outputs, [self.conversation, *self.panel.inputs]
        public: dict[str, Any] = {**AT_ONCE, "api_visibility": "public", "api_name": "ask"}
        self._asking = [
            gr.on([self.box.submit, self.send.click], self._ask, [self.box, self.editing, *given], outputs, **public),
            bridge.example(self._ask_example, given, outputs, **AT_ONCE),
            bridge.compare(self._ask_comparison, given, outputs, **AT_ONCE),
            bridge.again(self._ask_again, given, outputs, **AT_ONCE),
            bridge.drop(self._ask_without, given, outputs, **AT_ONCE),
            bridge.restore(self._ask_with, given, outputs, **AT_ONCE),
        ]
        for after in [after for event in self._asking for after in (event.then, event.failure)]:
            after(None, None, [self.send, self.stop], js=_FREE, **QUIET)
        bridge.edit(self._edit, self.conversation, outputs, **QUIET)
        bridge.leave_edit(self._leave_edit, None, outputs, **QUIET)
        bridge.empty_sample(self._empty_sample, self.conversation, outputs, **QUIET)
        self._adding.stored.then(self._greeted, self.conversation, outputs, **QUIET)

    def wire_stop(self, *others: Any) -> None:
        """Let the Stop button end what asks, and `others`, before it tidies up."""
        stopped = self.stop.click(None, cancels=[*self._asking, *others]).then(
            self._stopped, self.conversation, self.outputs, **QUIET
        )
        tell(stopped, "stop")

    def welcome(self) -> str:
        """Return what a page that has just been opened shows in the place of the conversation."""
        papers = self._known.papers()
        if not self._greeting[1] or papers is not self._greeting[0]:
            self._greeting = papers, welcome_html(papers)
        return self._greeting[1]

    def _greeted(self, conversation: Conversation) -> Updates:
        """Return the greeting as the library is now, where no conversation has begun."""
        return {self.now: self.welcome()} if not conversation.turns else {self.spoken: ""}

    def _empty_sample(self, conversation: Conversation) -> Updates:
        """Take out the papers that came with the program, and greet anew."""
        with warned():
            removed, _ = self._library.remove([paper.paper_id for paper in of_the_sample(self._known.papers())])
            gr.Info(f"{len(removed):,} papers of the sample taken out.")
        return self._greeted(conversation)

    async def _ask(
        self,
        question: str,
        editing: int | None,
        conversation: Conversation,
        reader: str | None,
        evidence_tokens: float | None,
        since: str | None,
        until: str | None,
        request: gr.Request,
    ) -> AsyncIterator[Updates]:
        """Answer what stands in the box; the names of the panel's values are those of the page's API."""
        panel = (reader, evidence_tokens, since, until)
        async for updates in self._run(request, question, conversation, panel, editing):
            yield updates

    async def _ask_example(
        self, event: gr.EventData, request: gr.Request, conversation: Conversation, *panel: Any
    ) -> AsyncIterator[Updates]:
        async for updates in self._run(request, told(event, "question"), conversation, panel):
            yield updates

    async def _ask_comparison(
        self, event: gr.EventData, request: gr.Request, conversation: Conversation, *panel: Any
    ) -> AsyncIterator[Updates]:
        """Ask for the papers of these ids side by side."""
        found = map(self._library.paper, json.loads(told(event, "papers")))
        papers = [paper for paper in found if paper is not None]
        if 2 <= len(papers) <= MOST:
            async for updates in self._run(request, comparing_question(papers), conversation, panel):
                yield updates
        else:
            gr.Info(f"A table holds from two to {MOST} papers.")
            yield {self.spoken: ""}

    async def _ask_again(
        self, event: gr.EventData, request: gr.Request, conversation: Conversation, *panel: Any
    ) -> AsyncIterator[Updates]:
        turn = conversation.turn(turn_number(event))
        if turn is not None:
            async for updates in self._run(request, turn.question, conversation, panel, turn.number, turn.dropped):
                yield updates

    async def _ask_without(
        self, event: gr.EventData, request: gr.Request, conversation: Conversation, *panel: Any
    ) -> AsyncIterator[Updates]:
        """Ask a question again without a filter: one that the panel sets is taken out there."""
        turn, names = conversation.turn(turn_number(event)), json.loads(told(event, "names"))
        if turn is not None and turn.answer is not None:
            cleared, left = self.panel.without(names, panel)
            yield {self.spoken: "", **cleared}
            stated = {n: v for n, v in turn.answer.filters.items() if n in names and not cleared}
            async for updates in self._run(
                request, turn.question, conversation, left, turn.number, {**turn.dropped, **stated}
            ):
                yield updates

    async def _ask_with(
        self, event: gr.EventData, request: gr.Request, conversation: Conversation, *panel: Any
    ) -> AsyncIterator[Updates]:
        """Ask a question again with a filter that was taken away."""
        turn, names = conversation.turn(turn_number(event)), json.loads(told(event, "names"))
        if turn is not None:
            dropped = {n: v for n, v in turn.dropped.items() if n not in names}
            async for updates in self._run(request, turn.question, conversation, panel, turn.number, dropped):
                yield updates

    async def _run(
        self,
        request: gr.Request,
        question: str,
        conversation: Conversation,
        panel: tuple[Any, ...],
        number: int | None = None,
        dropped: Mapping[str, Any] | None = None,
    ) -> AsyncIterator[Updates]:
        """Yield what changes on the page from Enter to the last word."""
        question = (question or "").strip()[:LONGEST_QUESTION]
        if not question:
            yield {self.spoken: ""}
            return
        owner = owner_of(request)
        if number is None:
            conversation = await self._joined(owner, conversation)
        grown = conversation.asking(question, number, dropped)
        yield {**self.shown(grown), self.box: "", **self.busy(True), self.spoken: ""}
        await self._record(owner, grown)
        async for update in asked(self._library, grown, lambda: self.panel.choices(*panel)):
            grown = update
            yield {self.now: self._turn(grown), self.conversation: grown}
        about = await asyncio.to_thread(self.panel.introduced, panel[0])
        if problem := await self._record(owner, grown):
            gr.Warning(problem)
        yield {self.spoken: _aloud(grown), self.panel.about: about}

    async def _joined(self, owner: str, conversation: Conversation) -> Conversation:
        """Return the conversation with what was asked in another window; as it is where that cannot be read."""
        try:
            return await asyncio.to_thread(self._memory.joined, owner, conversation)
        except AbstractQAError:
            return conversation

    async def _record(self, owner: str, conversation: Conversation) -> str:
        """Store the last turn; return what went wrong, if anything."""
        try:
            await asyncio.to_thread(self._memory.record, owner, conversation)
        except AbstractQAError as exc:
            return f"This answer was not kept among your conversations. {exc}"
        return ""

    async def _stopped(self, conversation: Conversation, request: gr.Request) -> Updates:
        """Return the page after Stop: what was written stays, and the box is free again."""
        stopped = conversation.stopped()
        if stopped.turns and (problem := await self._record(owner_of(request), stopped)):
            gr.Warning(problem)
        return {**self.shown(stopped), **self.busy(False), self.spoken: _aloud(stopped)}

    def _edit(self, conversation: Conversation, event: gr.EventData) -> Updates:
        """Put a question back into the box; asking it replaces that turn and all after it."""
        turn = conversation.turn(turn_number(event))
        if turn is None:
            return {self.spoken: ""}
        what = "it" if turn.number == len(conversation.turns) else "it and everything after it"
        note = (
            f'<p class="note">Editing question {turn.number}: asking replaces {what}. '
            f"{button('leave_edit', 'Leave it as it was')}</p>"
        )
        return {self.box: turn.question, self.editing: turn.number, self.editing_note: note}

    def _leave_edit(self) -> Updates:
        return {self.box: "", self.editing: None, self.editing_note: ""}

    def shown(self, conversation: Conversation, goal: str = "") -> Updates:
        """Return the page with this conversation; the last turn stands apart, since it is the one that grows.

        `goal` is the `asking` of the turn that is brought to the top of the screen.
        """
        past = _talk(conversation, goal) + "".join(
            turn_html(t, can_check=self.panel.can_check) for t in conversation.turns[:-1]
        )
        leaving_edit: Updates = {self.editing: None, self.editing_note: ""}
        return {self.past: past, self.now: self._turn(conversation), self.conversation: conversation, **leaving_edit}

    def _turn(self, conversation: Conversation) -> str:
        if not conversation.turns:
            return self.welcome()
        return turn_html(conversation.turns[-1], can_check=self.panel.can_check)

    def busy(self, busy: bool) -> Updates:
        """Return the button that fits: Stop while something is under way, else Ask."""
        return {self.send: gr.Button(visible=not busy), self.stop: gr.Button(visible=busy)}


def _talk(conversation: Conversation, goal: str) -> str:
    """Return the place that tells the page's script which conversation stands there, and the turn to go to."""
    if not conversation.id:
        return ""
    arrival = f' data-goal="{attribute(goal)}" data-arrival="{token_hex(4)}"' if goal else ""
    return f'<span id="talk" hidden data-conversation="{attribute(conversation.id)}"{arrival}></span>'


def _aloud(conversation: Conversation) -> str:
    return f'<p role="status">{attribute(spoken(conversation.turns[-1]))}</p>' if conversation.turns else ""
