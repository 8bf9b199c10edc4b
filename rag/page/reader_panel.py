"""Who answers, and from what: the model among those the endpoint offers, the budget, the dates.

The key is read from the environment by the settings and never reaches the page.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import UsageError
from rag.page.chat import Choices
from rag.page.markup import attribute
from rag.page.offered import OfferedModels
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.library import Library

QUOTES = "Quotes only, no model"
HOW_TO_CONNECT = (
    "No model is connected, so answers are quotes. To connect one, set OPENAI_API_KEY, or OPENAI_BASE_URL for Ollama "
    "(http://127.0.0.1:11434/v1) or vLLM (http://127.0.0.1:8000/v1), and start again."
)
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_LEAST, _MOST = 500, 64_000
"""Bounds of the evidence that a model is shown, in tokens."""


class ReaderPanel:
    """The panel, laid out when it is made inside a `gr.Blocks`."""

    def __init__(self, library: Library) -> None:
        self._settings = library.settings
        self._offered = OfferedModels(self._settings)
        self.can_check = self._settings.has_endpoint
        first = self._settings.model if self.can_check and not self._settings.extractive else QUOTES
        with gr.Accordion(_label(first or "…"), open=False, elem_id="reader") as self._fold:
            self._hint = gr.HTML("", elem_id="reader-hint", apply_default_css=False, js_on_load=None)
            with gr.Row():
                self._model = gr.Dropdown(
                    [QUOTES],
                    value=None if self.can_check else QUOTES,
                    label="Who answers",
                    filterable=False,
                    elem_classes="field",
                )
                self._budget = gr.Slider(
                    _LEAST,
                    _MOST,
                    value=self._settings.budget,
                    step=500,
                    label="Evidence for a model, in tokens",
                    elem_classes="field",
                )
            with gr.Row():
                self._since = gr.Textbox(
                    "", label="Papers from", placeholder="2025-08", max_lines=1, max_length=10, elem_classes="field"
                )
                self._until = gr.Textbox(
                    "", label="Papers until", placeholder="2025-09-30", max_lines=1, max_length=10, elem_classes="field"
                )
        self._model.change(
            lambda name: gr.Accordion(label=_label(name or "…")), self._model, self._fold, api_visibility="private"
        )
        self.inputs = [self._model, self._budget, self._since, self._until]
        self.outputs = [self._hint, self._model, self._fold]
        self.dates = [self._since, self._until]

    def first_view(self) -> list[Any]:
        """Return the panel as a page that has just been opened shows it; asks the endpoint for its models."""
        names, problem = self._offered.names()
        chosen = self._first_choice(names)
        hint = problem if self._settings.has_endpoint else HOW_TO_CONNECT
        if not problem and len(names) > 1 and chosen == QUOTES and not self._settings.extractive:
            hint = f"The endpoint offers {len(names)} models. Choose one, or answers stay quotes."
        note = f'<p class="note">{attribute(hint)}</p>' if hint else ""
        return [note, gr.Dropdown([QUOTES, *names], value=chosen), gr.Accordion(label=_label(chosen))]

    def choices(self, model: str | None, budget: float | None, since: str | None, until: str | None) -> Choices:
        """Return what the panel's values mean for a question; UsageError when a date or a model is none."""
        return Choices(self._chosen(model, budget), _date(since), _date(until))

    def without(self, names: Collection[str], values: tuple[Any, ...]) -> tuple[dict[Any, str], tuple[Any, ...]]:
        """Return the fields to empty so that filters of these names are no longer set here, and the values left."""
        *who, since, until = values
        if not {"since", "until"} & set(names) or not (since or until):
            return {}, values
        return {self._since: "", self._until: ""}, (*who, "", "")

    def checking(self, model: str | None, *_: object) -> Settings:
        """Return the settings of the model that checks: the one that answers, else the one that is set."""
        chosen = self._chosen(model, None)
        return replace(chosen, extractive=False)

    def _first_choice(self, names: tuple[str, ...]) -> str:
        """Return the model that is set, else the only one; with several to choose from, none is chosen silently."""
        if self._settings.extractive or not names:
            return QUOTES
        return names[0] if self._settings.model or len(names) == 1 else QUOTES

    def _chosen(self, model: str | None, budget: float | None) -> Settings:
        """Return the settings of a model; of the first choice where the endpoint has not told its models yet."""
        tokens = min(max(int(budget or self._settings.budget), _LEAST), _MOST)
        names = self._offered.names()[0] if model != QUOTES else ()
        model = model or self._first_choice(names)
        if model == QUOTES:
            return replace(self._settings, extractive=True, budget=tokens)
        if model not in names:
            raise UsageError(f"The endpoint offers no model named {model!r}. Choose another under “Reader”.")
        return replace(self._settings, extractive=False, model=model, budget=tokens)


def _label(name: str) -> str:
    return f"Reader: {name}"


def _date(text: str | None) -> str | None:
    """Return an ISO date of any precision, or None for an empty field; UsageError for anything else."""
    date = (text or "").strip()
    if date and not _DATE.fullmatch(date):
        raise UsageError(f"“{date}” is no date that can be searched for. Write 2025, 2025-08 or 2025-08-22.")
    return date or None
