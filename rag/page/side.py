"""The side of the page: a person's conversations, grouped by day, searched, renamed, removed, gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from rag.base.errors import AbstractQAError, UsageError
from rag.kept.conversations import MOST_LISTED, ConversationSummary
from rag.page import saved
from rag.page.ask_tab import AskTab
from rag.page.conversation import Conversation
from rag.page.downloads import handed_out, of_conversation
from rag.page.events import AT_ONCE, QUIET, Updates, html_part, owner_of, told, warned
from rag.page.markup import attribute, button, icon, labelled, notice
from rag.page.saved import Memory

if TYPE_CHECKING:
    from rag.library import Library


# ----------------------------------------------------------------------------------------------------
# The list of conversations as HTML: the latest first, by day; titles are people's words, and escaped.

_UNNAMED = "(without words)"
_RECENT = 2
"""Conversations that a page offers to go on with when it is opened."""
_LONGEST_SEARCH = 200


def side_html(
    listed: Sequence[ConversationSummary], current: str, search: str = "", *, lasting: bool = True, problem: str = ""
) -> str:
    """Return the list; `current` is the id of the conversation that stands on the page."""
    notes = [notice(problem)] if problem else []
    if not lasting:
        notes.append('<p class="small">This library can only be read: what is asked here is gone when it closes.</p>')
    if not listed and not problem:
        said = "No conversation has these words." if search else "What you ask is kept here by itself."
        notes.append(f'<p class="small">{said}</p>')
    today = date.today()
    groups = groupby(listed, key=lambda one: _when(one.touched, today))
    lists = (f"<h3>{when}</h3><ul>{''.join(_row(one, current) for one in ones)}</ul>" for when, ones in groups)
    more = '<p class="small">Older ones are found by searching.</p>' * (len(listed) == MOST_LISTED)
    return f'<nav aria-label="Conversations" data-count="{len(listed)}">{"".join([*notes, *lists])}{more}</nav>'


def _row(one: ConversationSummary, current: str) -> str:
    title, here = one.title or _UNNAMED, "true" if one.id == current else None
    return (
        f'<li class="talk" data-conversation="{attribute(one.id)}">'
        + button("open", attribute(title), "talk-open", data_conversation=one.id, aria_current=here, title=title)
        + button("rename_here", icon("edit"), data_title=title, title="Rename", aria_label=f"Rename {title}")
        + button("forget", icon("remove"), data_conversation=one.id, title="Remove", aria_label=f"Remove {title}")
        + "</li>"
    )


def recent_html(listed: Sequence[ConversationSummary]) -> str:
    """Return the last conversations as buttons, for those who come back; nothing where there are none."""
    buttons = "".join(
        button("open", attribute(one.title or _UNNAMED), "chip", data_conversation=one.id) for one in listed
    )
    said = '<span class="small">Go on with</span>'
    return f'<nav class="recent" aria-label="Last conversations">{said}{buttons}</nav>' if buttons else ""


def _when(touched: str, today: date) -> str:
    """Return the heading of a time in ISO format; what is no time is long ago."""
    try:
        day = datetime.fromisoformat(touched).astimezone().date()
    except (ValueError, OverflowError, OSError):
        return "Earlier"
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return "The last seven days" if day > today - timedelta(days=7) else "Earlier"


# ----------------------------------------------------------------------------------------------------

_HEAD = (
    '<div class="side-head"><h2>Conversations</h2>'
    f"{button('side', icon('close'), aria_label='Hide the conversations', title='Hide')}</div>"
    + button("new", labelled("new", "New conversation"), "quiet side-new", aria_label="New conversation")
    + button("kept", labelled("keep", "Kept answers"), "quiet side-new")
    + '<input type="search" id="side-search" placeholder="Search" aria-label="Search conversations" '
    'autocomplete="off" maxlength="200">'
)
_FOOT = button(
    "save", labelled("save", "Download"),
    title="Download this conversation as a file", aria_label="Download this conversation",
)  # fmt: skip


class Side:
    """The column, laid out when it is made inside a `gr.Blocks`; `wire` ties it to the tab with the conversation."""

    def __init__(self, library: Library, memory: Memory) -> None:
        self._library, self._memory = library, memory
        with gr.Column(elem_id="side", scale=0, min_width=0):
            html_part(_HEAD, elem_id="side-top")
            self._list = html_part(label="Conversations", elem_id="side-list")
            with gr.Row(elem_id="side-foot"):
                html_part(_FOOT, elem_id="side-save")
                self._load = gr.UploadButton(
                    "From a file", file_types=[".json"], file_count="single", elem_id="load", size="sm", scale=0,
                    min_width=0,
                )  # fmt: skip

    def wire(self, page: gr.Blocks, bridge: gr.HTML, ask: AskTab) -> None:
        """Tie the buttons to what they do, and the page's opening to the conversation that its address names."""
        self._ask = ask
        talk, outputs = ask.conversation, [*ask.outputs, self._list]
        bridge.new(self._new, None, outputs, **AT_ONCE)
        bridge.open(self._open, talk, outputs, **AT_ONCE)
        bridge.recall(self._recall, talk, outputs, **AT_ONCE)
        bridge.rename(self._rename, talk, self._list, **AT_ONCE)
        bridge.forget(self._forget, talk, outputs, **AT_ONCE)
        bridge.save(self._save, talk, bridge, **AT_ONCE)
        self._load.upload(self._bring, [self._load, talk], outputs, **AT_ONCE)
        page.load(self._arrive, None, outputs, **QUIET)

    def _arrive(self, request: gr.Request) -> Updates:
        """Return the page as it is opened: with the conversation or turn that its address names, else the welcome."""
        asked, owner, found = dict(request.query_params), owner_of(request), Conversation()
        turn, name = asked.get("turn", ""), asked.get("conversation", "")
        with warned():
            if turn:
                name = self._library.conversations.conversation_of(owner, turn) or name
            if name:
                found = self._memory.load(owner, name)
        if found.turns:
            goal = turn or found.turns[-1].asking
            return {**self._ask.shown(found, goal), self._list: self._listed(owner, found)}
        if turn or name:
            gr.Warning("What this address names is not here: it was removed, or is another person's.")
        return self._begun(owner)

    def _new(self, request: gr.Request) -> Updates:
        return self._begun(owner_of(request))

    def _begun(self, owner: str) -> Updates:
        """Return a page on which nothing was asked yet, with the last conversations to go on with."""
        shown = self._ask.shown(Conversation())
        with warned():
            recent = self._library.conversations.all(owner)[:_RECENT]
            shown[self._ask.now] += recent_html(recent)
        return {**shown, self._list: self._listed(owner, Conversation())}

    def _open(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        """Go on with a conversation of the list."""
        owner, found = owner_of(request), conversation
        with warned():
            found = self._memory.load(owner, told(event, "conversation"))
        if not found.turns:
            gr.Warning("This conversation is no longer there: it was removed in another window.")
            return {self._list: self._listed(owner, conversation)}
        goal = told(event, "goal") or found.turns[-1].asking
        return {**self._ask.shown(found, goal), self._list: self._listed(owner, found, told(event, "search"))}

    def _recall(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        """Return the list for the words searched for, and the conversation with what another window added to it."""
        owner = owner_of(request)
        updates: Updates = {self._list: self._listed(owner, conversation, told(event, "search"))}
        if event._data.get("joining"):
            with warned():
                if (joined := self._memory.joined(owner, conversation)) != conversation:
                    updates |= self._ask.shown(joined)
        return updates

    def _rename(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> str:
        owner = owner_of(request)
        with warned():
            self._library.conversations.rename(owner, told(event, "conversation"), told(event, "title"))
        return self._listed(owner, conversation, told(event, "search"))

    def _forget(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        """Remove a conversation; where it is the one that stands on the page, begin anew."""
        owner, name = owner_of(request), told(event, "conversation")
        with warned():
            self._library.conversations.remove(owner, name)
        listed: Updates = {self._list: self._listed(owner, conversation, told(event, "search"))}
        return listed | (self._ask.shown(Conversation()) if name == conversation.id else {})

    def _save(self, conversation: Conversation) -> str:
        if not conversation.turns:
            gr.Info("There is nothing to download yet. Ask something first.")
            return ""
        return handed_out(of_conversation(conversation))

    def _bring(self, path: str, conversation: Conversation, request: gr.Request) -> Updates:
        """Return the page with a conversation from a file, stored as a new one; unchanged when the file is none."""
        owner, brought = owner_of(request), conversation
        with warned():
            brought = saved.from_json(_read(path), self._library.paper)
            self._memory.record(owner, brought, brought.turns)
        return {**self._ask.shown(brought), self._list: self._listed(owner, brought)}

    def _listed(self, owner: str, current: Conversation, search: str = "") -> str:
        """Return the list as HTML, of those with the words `search`; what keeps it from being read in its place."""
        store, search = self._library.conversations, search[:_LONGEST_SEARCH]
        try:
            return side_html(store.all(owner, search), current.id, search, lasting=store.lasting)
        except AbstractQAError as exc:
            return side_html((), "", problem=str(exc))


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
