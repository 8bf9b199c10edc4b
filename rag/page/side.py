"""The side of the page: a person's conversations, grouped by day, searched, renamed, removed, gone on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.base.errors import AbstractQAError, UsageError
from rag.kept.conversations import MOST_LISTED, Listed
from rag.page import saved
from rag.page.answer_actions import handed_out
from rag.page.ask_tab import AskTab, Updates
from rag.page.conversation import Conversation
from rag.page.downloads import of_conversation
from rag.page.markup import attribute, icon
from rag.page.memory import Memory, owner_of

if TYPE_CHECKING:
    from rag.library import Library


# ----------------------------------------------------------------------------------------------------
# The list of conversations as HTML: the latest first, by day; titles are people's words, and escaped.

_UNNAMED = "(without words)"
_RECENT = 2
"""Conversations that a page offers to go on with when it is opened."""


def side_html(
    listed: Sequence[Listed], current: str, search: str = "", *, lasting: bool = True, problem: str = ""
) -> str:
    """Return the list; `current` is the id of the conversation that stands on the page."""
    notes = [f'<p class="notice is-error" role="alert">{attribute(problem)}</p>'] if problem else []
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


def _row(one: Listed, current: str) -> str:
    name, title = attribute(one.id), attribute(one.title or _UNNAMED)
    here = ' aria-current="true"' if one.id == current else ""
    return (
        f'<li class="talk" data-conversation="{name}"><button type="button" class="talk-open" data-do="open" '
        f'data-conversation="{name}"{here} title="{title}">{title}</button>'
        f'<button type="button" class="quiet" data-do="rename_here" data-title="{title}" title="Rename" '
        f'aria-label="Rename {title}">{icon("edit")}</button>'
        f'<button type="button" class="quiet" data-do="forget" data-conversation="{name}" title="Remove" '
        f'aria-label="Remove {title}">{icon("remove")}</button></li>'
    )


def recent_html(listed: Sequence[Listed]) -> str:
    """Return the last conversations as buttons, for those who come back; nothing where there are none."""
    buttons = "".join(
        f'<button type="button" class="chip" data-do="open" data-conversation="{attribute(one.id)}">'
        f"{attribute(one.title or _UNNAMED)}</button>"
        for one in listed
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
    '<div class="side-head"><h2>Conversations</h2><button type="button" class="quiet" data-do="side" '
    f'aria-label="Hide the conversations" title="Hide">{icon("close")}</button></div>'
    '<button type="button" class="quiet side-new" data-do="new" aria-label="New conversation">'
    f"{icon('new')}<span>New conversation</span></button>"
    '<button type="button" class="quiet side-new" data-do="kept">'
    f"{icon('keep')}<span>Kept answers</span></button>"
    '<input type="search" id="side-search" placeholder="Search" aria-label="Search conversations" '
    'autocomplete="off" maxlength="200">'
)
_FOOT = (
    '<button type="button" class="quiet" data-do="save" title="Download this conversation as a file" '
    f'aria-label="Download this conversation">{icon("save")}<span>Download</span></button>'
)


class Side:
    """The column, laid out when it is made inside a `gr.Blocks`; `wire` ties it to the tab with the conversation."""

    def __init__(self, library: Library, memory: Memory) -> None:
        self._library, self._memory = library, memory
        plain: dict[str, Any] = {"apply_default_css": False, "js_on_load": None}
        with gr.Column(elem_id="side", scale=0, min_width=0):
            gr.HTML(_HEAD, elem_id="side-top", **plain)
            self._list = gr.HTML("", label="Conversations", elem_id="side-list", **plain)
            with gr.Row(elem_id="side-foot"):
                gr.HTML(_FOOT, elem_id="side-save", **plain)
                self._load = gr.UploadButton(
                    "From a file",
                    file_types=[".json"],
                    file_count="single",
                    elem_id="load",
                    size="sm",
                    scale=0,
                    min_width=0,
                )

    def wire(self, page: gr.Blocks, bridge: gr.HTML, ask: AskTab) -> None:
        """Tie the buttons to what they do, and the page's opening to the conversation that its address names."""
        self._ask = ask
        talk, outputs = ask.pieces.conversation, [*ask.outputs, self._list]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}
        bridge.new(self._new, None, outputs, **quiet)
        bridge.open(self._open, talk, outputs, **quiet)
        bridge.recall(self._recall, talk, outputs, **quiet)
        bridge.rename(self._rename, talk, self._list, **quiet)
        bridge.forget(self._forget, talk, outputs, **quiet)
        bridge.save(self._save, talk, bridge, **quiet)
        self._load.upload(self._bring, [self._load, talk], outputs, **quiet)
        page.load(self._arrive, None, outputs, show_progress="hidden", api_visibility="private")

    # ------------------------------------------------------------------ what the buttons do

    def _arrive(self, request: gr.Request) -> Updates:
        """Return the page as it is opened: with the conversation or turn that its address names, else the welcome."""
        asked = dict(request.query_params)
        owner, turn = owner_of(request), asked.get("turn", "")
        name = self._tried(lambda: self._library.conversations.conversation_of(owner, turn), None) if turn else None
        name = name or asked.get("conversation", "")
        found = self._tried(lambda: self._memory.load(owner, name), Conversation()) if name else Conversation()
        if not found.turns and (turn or name):
            gr.Warning("What this address names is not here: it was removed, or is another person's.")
        if not found.turns:
            return self._begun(owner)
        goal = turn or found.turns[-1].asking
        return {**self._ask.shown(found, goal), self._list: self._listed(owner, found)}

    def _new(self, request: gr.Request) -> Updates:
        return self._begun(owner_of(request))

    def _begun(self, owner: str) -> Updates:
        """Return a page on which nothing was asked yet, with the last conversations to go on with."""
        recent = self._tried(lambda: self._library.conversations.all(owner)[:_RECENT], ())
        greeting = {self._ask.pieces.now: self._ask.welcome() + recent_html(recent)}
        return {**self._ask.shown(Conversation()), **greeting, self._list: self._listed(owner, Conversation())}

    def _open(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        """Go on with a conversation of the list."""
        owner = owner_of(request)
        found = self._tried(lambda: self._memory.load(owner, _named(event)), conversation)
        if not found.turns:
            gr.Warning("This conversation is no longer there: it was removed in another window.")
            return {self._list: self._listed(owner, conversation)}
        goal = str(event._data.get("goal", "")) or found.turns[-1].asking
        shown = self._ask.shown(found, goal)
        return {**shown, self._list: self._listed(owner, found, _words(event))}

    def _recall(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        """Return the list for the words searched for, and the conversation with what another window added to it."""
        owner = owner_of(request)
        updates: Updates = {self._list: self._listed(owner, conversation, _words(event))}
        if event._data.get("joining"):
            joined = self._tried(lambda: self._memory.joined(owner, conversation), conversation)
            if joined != conversation:
                updates |= self._ask.shown(joined)
        return updates

    def _rename(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> str:
        owner, title = owner_of(request), str(event._data.get("title", ""))
        self._tried(lambda: self._library.conversations.rename(owner, _named(event), title), None)
        return self._listed(owner, conversation, _words(event))

    def _forget(self, event: gr.EventData, request: gr.Request, conversation: Conversation) -> Updates:
        """Remove a conversation; where it is the one that stands on the page, begin anew."""
        owner, name = owner_of(request), _named(event)
        self._tried(lambda: self._library.conversations.remove(owner, name), None)
        listed: Updates = {self._list: self._listed(owner, conversation, _words(event))}
        return listed | (self._ask.shown(Conversation()) if name == conversation.id else {})

    def _save(self, conversation: Conversation) -> str:
        if not conversation.turns:
            gr.Info("There is nothing to download yet. Ask something first.")
            return ""
        return handed_out(of_conversation(conversation))

    def _bring(self, path: str, conversation: Conversation, request: gr.Request) -> Updates:
        """Return the page with a conversation from a file, stored as a new one; unchanged when the file is none."""
        owner, brought = owner_of(request), conversation
        try:
            brought = saved.from_json(_read(path), self._library.paper)
            self._memory.record(owner, brought, brought.turns)
        except AbstractQAError as exc:
            gr.Warning(str(exc))
        return {**self._ask.shown(brought), self._list: self._listed(owner, brought)}

    # ------------------------------------------------------------------ within

    def _listed(self, owner: str, current: Conversation, search: str = "") -> str:
        """Return the list as HTML; what keeps it from being read stands in its place."""
        store = self._library.conversations
        try:
            return side_html(store.all(owner, search), current.id, search, lasting=store.lasting)
        except AbstractQAError as exc:
            return side_html((), "", problem=str(exc))

    def _tried(self, work: Callable[[], Any], otherwise: Any) -> Any:
        """Return what `work` gives; where the folder fails, say so and return the other."""
        try:
            return work()
        except AbstractQAError as exc:
            gr.Warning(str(exc))
            return otherwise


def _named(event: gr.EventData) -> str:
    return str(event._data.get("conversation", ""))


def _words(event: gr.EventData) -> str:
    return str(event._data.get("search", ""))[:200]


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
