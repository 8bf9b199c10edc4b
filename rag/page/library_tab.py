"""The second tab: what is in the library, as a table that can be searched, filtered, sorted, exported and weeded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.base.errors import AbstractQAError
from rag.base.text import plural
from rag.page.add_panel import AddPanel
from rag.page.downloads import handed_out, of_papers
from rag.page.events import AT_ONCE, QUIET, html_part, told, warned
from rag.page.overview_html import overview_html
from rag.page.shelf import Column, Facet, KnownPapers, Subject, View, leaf, matching_papers
from rag.page.shelf_html import shelf_html
from rag.page.standing_panel import StandingPanel
from rag.present.export import ExportFormat

if TYPE_CHECKING:
    from rag.library import Library

_MOST_EXPORTED = 5000
"""Papers in one file."""


class _Looking:
    """How one person looks at the table, held in the session: clicks may come faster than the table is shown anew."""

    def __init__(self) -> None:
        self.view = View()


class LibraryTab:
    """The tab, laid out and wired when it is made inside a `gr.Blocks`."""

    def __init__(self, library: Library, known: KnownPapers, bridge: gr.HTML, tab: gr.Tab) -> None:
        self._library, self._known = library, known
        self._guard = threading.Lock()
        panel = AddPanel(library)
        with gr.Accordion("Overview: a map, subjects, months", open=False, elem_id="overview") as self._overview:
            self._survey = html_part()
        StandingPanel(library, bridge)
        self._search = gr.Textbox(
            label="Search the library", placeholder="Title, author, organisation, page or any word of an abstract",
            max_lines=1, max_length=200, elem_id="search", elem_classes="field",
        )  # fmt: skip
        self._table = html_part(elem_id="shelf")
        self._looking = gr.State(_Looking())
        self._wire(bridge, panel, tab)

    def _wire(self, bridge: gr.HTML, panel: AddPanel, tab: gr.Tab) -> None:
        shared: dict[str, Any] = {**AT_ONCE, "inputs": self._looking, "outputs": [self._table, self._looking]}
        self._overview.expand(self._surveyed, None, self._survey, **QUIET)
        tab.select(self._changed(lambda view, _: view), **shared)
        panel.stored.then(self._changed(lambda view, _: view), **shared)
        searching = {**shared, "inputs": [self._search, self._looking]}
        self._search.change(self._searched, trigger_mode="always_last", **searching)
        changes: dict[str, Callable[[View, Any], View]] = {
            "sort": lambda view, data: view.sorted_by(Column(data["column"])),
            "facet": lambda view, data: view.filtered(Facet(data["facet"]), str(data["value"])),
            "unsubject": lambda view, _: view.on(None),
            "unfilter": lambda view, _: view.unfiltered(),
            "leaf": lambda view, data: replace(view, leaf=int(data["leaf"])),
            "pick": lambda view, data: view.toggled(str(data["paper"])),
            "pick_all": lambda view, _: view.with_all(self._known.papers()),
            "unpick": lambda view, _: replace(view, picked=frozenset()),
            "ask_remove": lambda view, _: replace(view, confirming=True),
            "keep": lambda view, _: replace(view, confirming=False),
        }
        for name, change in changes.items():
            getattr(bridge, name)(self._changed(change), **shared)
        bridge.subject(self._on_subject, **shared)
        bridge.remove(self._remove, **shared)
        bridge.export_picked(self._export, **{**shared, "outputs": bridge})

    def _changed(self, change: Callable[[View, Any], View]) -> Callable[[_Looking, gr.EventData], tuple[Any, _Looking]]:
        """Return the event that changes the view by what a button says."""

        def event(looking: _Looking, event: gr.EventData) -> tuple[Any, _Looking]:
            return self._after(looking, lambda view: change(view, event._data))

        return event

    def _after(self, looking: _Looking, change: Callable[[View], View]) -> tuple[Any, _Looking]:
        """Return the table after a change of the view; nothing new where a later change shows its own."""
        with self._guard:
            looking.view = view = change(looking.view)
        papers = self._known.papers()
        table = shelf_html(leaf(papers, view), view, len(papers))
        return (table if looking.view is view else gr.skip()), looking

    def _searched(self, text: str, looking: _Looking) -> tuple[Any, _Looking]:
        """Show what holds these words or, where nothing does, what holds them with their typing errors put right."""
        papers, search, meant = self._known.papers(), text or "", ""
        if papers and not matching_papers(papers, View(search)):
            with suppress(AbstractQAError):
                meant = self._library.spelled(search)
            meant = meant if matching_papers(papers, View(meant)) else ""
        return self._after(looking, lambda view: replace(view, search=search, meant=meant, leaf=0, confirming=False))

    async def _surveyed(self) -> AsyncIterator[str]:
        """Yield a line that says what is done, then the overview."""
        papers = plural(len(self._known.papers()), "paper")
        yield f'<p class="waiting" role="status">Grouping {papers} by what they are about …</p>'
        yield overview_html(await asyncio.to_thread(self._library.digest))

    def _on_subject(self, looking: _Looking, event: gr.EventData) -> tuple[Any, _Looking]:
        """Show the papers of the subject of the overview that bears this number."""
        topics, number = self._library.digest().topics, int(event._data["subject"])
        if not 1 <= number <= len(topics):
            return self._after(looking, lambda view: view)
        topic = topics[number - 1]
        subject = Subject(topic.name, frozenset(paper.paper_id for paper in topic.papers))
        return self._after(looking, lambda view: view.on(subject))

    def _remove(self, looking: _Looking) -> tuple[Any, _Looking]:
        """Forget the picked papers, and show what is left."""
        with warned():
            removed, _ = self._library.remove(sorted(looking.view.picked))
            gr.Info(f"{len(removed):,} removed.")
        return self._after(looking, lambda view: replace(view, picked=frozenset(), confirming=False))

    def _export(self, looking: _Looking, event: gr.EventData) -> str:
        """Return the papers that are picked, as far as they are there, as a file."""
        found = map(self._library.paper, sorted(looking.view.picked)[:_MOST_EXPORTED])
        return handed_out(of_papers([paper for paper in found if paper], ExportFormat(told(event, "kind"))))
