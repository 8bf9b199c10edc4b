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
from rag.page.add_panel import AddPanel
from rag.page.answer_actions import handed_out, papers_by_id
from rag.page.downloads import of_papers
from rag.page.overview_html import overview_html
from rag.page.shelf import Column, Facet, KnownPapers, Subject, View, found, leaf
from rag.page.shelf_html import shelf_html
from rag.page.standing_panel import StandingPanel
from rag.present.export import ExportFormat

if TYPE_CHECKING:
    from rag.library import Library

_SURVEYING = "Grouping {papers:,} papers by what they are about …"


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
            self._told = gr.HTML("", apply_default_css=False, js_on_load=None)
        StandingPanel(library, bridge)
        self._search = gr.Textbox(
            label="Search the library",
            placeholder="Title, author, organisation, page or any word of an abstract",
            max_lines=1,
            max_length=200,
            elem_id="search",
            elem_classes="field",
        )
        self._table = gr.HTML("", elem_id="shelf", apply_default_css=False, js_on_load=None)
        self._looking = gr.State(_Looking())
        self._wire(bridge, panel, tab)

    def _wire(self, bridge: gr.HTML, panel: AddPanel, tab: gr.Tab) -> None:
        shared: dict[str, Any] = {
            "inputs": self._looking, "outputs": [self._table, self._looking], "show_progress": "hidden",
            "api_visibility": "private", "concurrency_limit": None,
        }  # fmt: skip
        self._overview.expand(self._surveyed, None, self._told, show_progress="hidden", api_visibility="private")
        tab.select(self._changed(lambda view, _: view), **shared)
        panel.stored.then(self._changed(lambda view, _: view), **shared)
        self._search.change(
            self._searched,
            trigger_mode="always_last",
            **{**shared, "inputs": [self._search, self._looking]},
        )
        bridge.sort(self._changed(lambda view, data: view.sorted_by(Column(data["column"]))), **shared)
        bridge.facet(
            self._changed(lambda view, data: view.filtered(Facet(data["facet"]), str(data["value"]))), **shared
        )
        bridge.subject(self._on_subject, **shared)
        bridge.unsubject(self._changed(lambda view, _: view.on(None)), **shared)
        bridge.unfilter(self._changed(lambda view, _: view.unfiltered()), **shared)
        bridge.leaf(self._changed(lambda view, data: replace(view, leaf=int(data["leaf"]))), **shared)
        bridge.pick(self._changed(lambda view, data: view.toggled(str(data["paper"]))), **shared)
        bridge.pick_all(self._changed(lambda view, _: view.with_all(self._known.papers())), **shared)
        bridge.unpick(self._changed(lambda view, _: replace(view, picked=frozenset())), **shared)
        bridge.ask_remove(self._changed(lambda view, _: replace(view, confirming=True)), **shared)
        bridge.keep(self._changed(lambda view, _: replace(view, confirming=False)), **shared)
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
        if papers and not found(papers, View(search)):
            with suppress(AbstractQAError):
                meant = self._library.spelled(search)
            meant = meant if found(papers, View(meant)) else ""
        return self._after(looking, lambda view: replace(view, search=search, meant=meant, leaf=0, confirming=False))

    async def _surveyed(self) -> AsyncIterator[str]:
        """Yield a line that says what is done, then the overview."""
        yield f'<p class="waiting" role="status">{_SURVEYING.format(papers=len(self._known.papers()))}</p>'
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
        try:
            removed, _ = self._library.remove(sorted(looking.view.picked))
            gr.Info(f"{len(removed):,} removed.")
        except AbstractQAError as exc:
            gr.Warning(str(exc))
        return self._after(looking, lambda view: replace(view, picked=frozenset(), confirming=False))

    def _export(self, looking: _Looking, event: gr.EventData) -> str:
        papers = papers_by_id(self._library, sorted(looking.view.picked))
        return handed_out(of_papers(papers, ExportFormat(event._data["kind"])))
