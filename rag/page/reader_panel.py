"""Who answers, and from what: the model among those the endpoint offers, the budget, the dates, the page.

The key is read from the environment by the settings and never reaches the page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.page.chat import Choices
from rag.page.markup import attribute
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.library import Library

QUOTES = "Quotes only, without a model"
_HOW = (
    "No model is connected: answers are quotes. To connect one, set OPENAI_API_KEY, or OPENAI_BASE_URL for Ollama "
    "(http://127.0.0.1:11434/v1) or vLLM, and start again."
)


class ReaderPanel:
    """The panel, laid out when it is made inside a `gr.Blocks`."""

    def __init__(self, library: Library) -> None:
        self._library, self._settings = library, library.settings
        self.has_model = self._settings.has_endpoint and not self._settings.extractive
        with gr.Accordion("Reader", open=False, elem_id="reader"):
            self._hint = gr.HTML("", elem_id="reader-hint", apply_default_css=False, js_on_load=None)
            with gr.Row():
                self._model = gr.Dropdown([QUOTES], value=QUOTES, label="Model", filterable=False)
                self._budget = gr.Slider(
                    500, 32000, value=self._settings.budget, step=500, label="Evidence a model is shown, in tokens"
                )
            with gr.Row():
                self._since = gr.Textbox(label="From date", placeholder="2025-08", max_lines=1, max_length=10)
                self._until = gr.Textbox(label="To date", placeholder="2025-09-30", max_lines=1, max_length=10)
        self.inputs = [self._model, self._budget, self._since, self._until]
        self.outputs = [self._hint, self._model]

    def first_view(self) -> list[Any]:
        """Return the panel as a page that has just been opened shows it."""
        hint = "" if self.has_model else f'<p class="note">{attribute(_HOW)}</p>'
        return [hint, gr.skip()]

    def choices(self, model: str, budget: float, since: str | None, until: str | None) -> Choices:
        """Return what the panel's values mean for a question."""
        return Choices(self._chosen(model, budget), (since or "").strip() or None, (until or "").strip() or None)

    def _chosen(self, model: str, budget: float) -> Settings:
        if model == QUOTES:
            return replace(self._settings, extractive=True, budget=int(budget))
        return replace(self._settings, extractive=False, model=model, budget=int(budget))
