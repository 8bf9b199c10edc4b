"""The page as a whole: a header, two tabs, and the bridge by which the page's script reaches Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from rag.page.answer_actions import AnswerActions
from rag.page.ask_tab import AskTab
from rag.page.events import QUIET, html_part, tell_of_all
from rag.page.kept import Kept
from rag.page.library_tab import LibraryTab
from rag.page.markup import button, icon
from rag.page.saved import Memory
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
_SIDE, _THEME = "Conversations", "Switch between light and dark"
_HEADER = (
    '<header class="top">'
    + button("side", icon("side"), id="side-switch", aria_expanded="false", aria_label=_SIDE, title=_SIDE)
    + '<h1 class="brand">Abstract QA</h1>'
    + button("theme", icon("theme"), aria_label=_THEME, title=_THEME)
    + "</header>"
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
        html_part(_HEADER, elem_id="header")
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
                ask.wire_stop(AnswerActions(library, memory, bridge, ask).checking)
            with gr.Tab("Library", id="library", elem_id="library") as tab:
                LibraryTab(library, known, bridge, tab)
        side.wire(page, bridge, ask)
        tell_of_all(page, bridge)
        page.load(ask.panel.first_view, None, ask.panel.outputs, **QUIET)
    return page
