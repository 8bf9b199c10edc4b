"""The page as a whole: a header, two tabs, and the bridge by which the page's script reaches Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.page.answer_actions import Keeping
from rag.page.ask_tab import AskTab
from rag.page.coming_back import tell_of_all
from rag.page.kept import Kept
from rag.page.library_tab import LibraryTab
from rag.page.markup import icon
from rag.page.memory import Memory
from rag.page.shelf import KnownPapers
from rag.page.side import Side

if TYPE_CHECKING:
    from rag.library import Library

_HERE = Path(__file__).parent
_ICON = (
    "<link rel='icon' href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='8' fill='%230f5c66'/%3E%3Cpath d='M9 10h14M9 16h14M9 22h8' stroke='white' "
    "stroke-width='2.6' stroke-linecap='round'/%3E%3C/svg%3E\">"
)
_HEADER = (
    '<header class="top"><button type="button" class="quiet" data-do="side" id="side-switch" aria-expanded="false" '
    f'aria-label="Conversations" title="Conversations">{icon("side")}</button><h1 class="brand">Abstract QA</h1>'
    '<button type="button" class="quiet" data-do="theme" aria-label="Switch between light and dark" '
    f'title="Switch between light and dark">{icon("theme")}</button></header>'
)


def head() -> str:
    """Return the page's icon and style for its head; Gradio's own `css` breaks selectors at the commas within them."""
    return f"{_ICON}<style>{''.join(_read(name) for name in ('style.css', 'side.css'))}</style>"


def _read(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def build(library: Library) -> gr.Blocks:
    """Return the page of one library, ready to be launched."""
    page: gr.Blocks = gr.Blocks(
        title="Abstract QA", fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400)
    )
    known, memory = KnownPapers(library), Memory(library)
    with page:
        gr.HTML(_HEADER, elem_id="header", apply_default_css=False, js_on_load=None)
        bridge = gr.HTML(
            "",
            html_template="<span></span>",
            elem_id="bridge",
            apply_default_css=False,
            js_on_load=_read("behaviour.js") + _read("side.js"),
        )
        side = Side(library, memory)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", id="ask"):
                kept = Kept(library, memory)
                ask = AskTab(library, known, memory, bridge)
                kept.wire(bridge, ask)
                ask.wire_stop(Keeping(library, memory, bridge, ask).checking)
            with gr.Tab("Library", id="library", elem_id="library") as tab:
                LibraryTab(library, known, bridge, tab)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        side.wire(page, bridge, ask)
        tell_of_all(page, bridge)
        page.load(ask.panel.first_view, None, ask.panel.outputs, **quiet)
    return page
