"""Who answers, and from what: the models on offer, here or at the endpoint that is set, the budget, the dates.

A model that answers on this machine is connected by choosing it. The key is read from the environment by the settings
and never reaches the page.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import gradio as gr

from rag.base.errors import AbstractQAError, UsageError
from rag.base.settings import Settings
from rag.models.chat.discovery import Nearby, nearby
from rag.page.conversation import Choices
from rag.page.events import QUIET, html_part, told, warned
from rag.page.markup import attribute
from rag.page.welcome import connect_html

if TYPE_CHECKING:
    from rag.library import Library


# ----------------------------------------------------------------------------------------------------
# Which models can answer: those of the endpoint that is set, and those on this machine.
#
# Both are asked every few seconds at most, however many pages are open.

_FRESH = 10.0
"""Seconds for which a list of models holds: a server may just have been started."""
_HERE = ("127.0.0.1", "localhost")
_PATIENCE = 8.0
"""Seconds that a page waits for the list; an answer may take longer."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A model as it is listed, and the settings by which it answers."""

    label: str
    settings: Settings
    is_set: bool
    """Whether it is of the endpoint that the environment names."""


class OfferedModels:
    """The models that can be chosen on the page. Safe to share between threads.

    A model on this machine is offered beside those of the endpoint that is set; it is asked without the key.
    """

    def __init__(self, settings: Settings, look: Callable[[], tuple[Nearby, ...]] = nearby) -> None:
        self._settings, self._look, self._guard = settings, look, threading.Lock()
        self._asked_at = float("-inf")
        self._offers: tuple[Offer, ...] = ()
        self._problem = ""
        self._named: dict[int, str] = {}

    @property
    def has_any(self) -> bool:
        """Whether a model was offered when last looked; asks nobody."""
        return bool(self._offers)

    def offers(self) -> tuple[tuple[Offer, ...], str]:
        """Return the offers, the model that is set first, and what went wrong when its endpoint's could not be had."""
        with self._guard:
            if time.monotonic() - self._asked_at > _FRESH:
                own = self._own() if self._settings.has_endpoint else ()
                self._offers = (*own, *self._near())
                self._asked_at = time.monotonic()
            return self._offers, self._problem

    def look_again(self) -> None:
        """Forget what was found, so that the next `offers` asks anew."""
        with self._guard:
            self._asked_at = float("-inf")

    def look_at(self, address: str) -> None:
        """Ask this address too from now on; UsageError where it is none of this machine."""
        try:
            parts = urlsplit(address if "//" in address else f"http://{address}")
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if host not in _HERE or port is None:
            raise UsageError(
                f"“{address}” is no address of this machine with a port, such as http://127.0.0.1:8080/v1. "
                "For a model elsewhere, set OPENAI_BASE_URL and start the page again."
            )
        with self._guard:
            self._named[port] = f"port {port}"
        self.look_again()

    def find(self, label: str) -> Offer | None:
        """Return the offer of this label, looking anew where it is not known."""
        for _ in range(2):
            if found := next((offer for offer in self.offers()[0] if offer.label == label), None):
                return found
            self.look_again()
        return None

    def _own(self) -> tuple[Offer, ...]:
        from rag.models import OPENAI
        from rag.models.chat.endpoint import Endpoint

        settings = self._settings
        endpoint = Endpoint(settings.base_url or OPENAI, "", settings.api_key, timeout=min(settings.timeout, _PATIENCE))
        chosen = (settings.model,) if settings.model else ()
        try:
            listed, self._problem = endpoint.models(), ""
        except AbstractQAError as exc:
            listed, self._problem = (), "" if chosen else str(exc)
        names = dict.fromkeys((*chosen, *listed))
        return tuple(Offer(name, replace(settings, model=name, extractive=False), True) for name in names)

    def _near(self) -> tuple[Offer, ...]:
        own = (self._settings.base_url or "").replace("localhost", "127.0.0.1").rstrip("/")
        return tuple(
            Offer(
                f"{name} ({found.server}, on this machine)",
                replace(self._settings, base_url=found.base_url, model=name, api_key=None, extractive=False),
                False,
            )
            for found in (*self._look(), *(nearby(self._named.items()) if self._named else ()))
            if found.base_url != own
            for name in found.models
        )


# ----------------------------------------------------------------------------------------------------

_DATE = re.compile(r"(\d{4}(-\d\d(-\d\d)?)?)?")
QUOTES = "Quotes only, no model"
_LOOKING = '<div class="connect"><p class="waiting small" role="status">Looking for models on this machine …</p></div>'
_LEAST, _MOST = 500, 64_000
"""Bounds of the evidence that a model is shown, in tokens."""


class ReaderPanel:
    """The panel, laid out when it is made inside a `gr.Blocks`."""

    def __init__(self, library: Library, connect: gr.HTML, bridge: gr.HTML) -> None:
        self._connect = connect
        self._settings, self._endpoints = library.settings, library.endpoints
        self._offered = OfferedModels(self._settings)
        has_endpoint = self._settings.has_endpoint
        first = self._settings.model if has_endpoint and not self._settings.extractive else QUOTES
        with gr.Accordion(_label(first or "…"), open=False, elem_id="reader") as self._fold:
            self._hint = html_part(elem_id="reader-hint")
            with gr.Row():
                self._model = gr.Dropdown(
                    [QUOTES], value=None if has_endpoint else QUOTES, label="Who answers", filterable=False,
                    elem_classes="field",
                )  # fmt: skip
                self._budget = gr.Slider(
                    _LEAST, _MOST, value=self._settings.budget, step=500, label="Evidence for a model, in tokens",
                    elem_classes="field",
                )  # fmt: skip
            self.about = html_part(elem_id="reader-about")
            with gr.Row():
                self._since = gr.Textbox(
                    "", label="Papers from", placeholder="2025-08", max_lines=1, max_length=10, elem_classes="field"
                )
                self._until = gr.Textbox(
                    "", label="Papers until", placeholder="2025-09-30", max_lines=1, max_length=10, elem_classes="field"
                )
        self.inputs = [self._model, self._budget, self._since, self._until]
        self.outputs = [self._hint, self._model, self._fold, self._connect]
        self.dates = [self._since, self._until]
        self._model.change(self._changed, self._model, [self._fold, self.about, self._connect], **QUIET)
        bridge.connect(self._named, None, self._model, **QUIET)
        bridge.look(self._look, None, self.outputs, **QUIET)
        bridge.connect_at(self._connect_at, None, self.outputs, **QUIET)

    @property
    def can_check(self) -> bool:
        """Whether there is a model for a second opinion."""
        return self._settings.has_endpoint or self._offered.has_any

    def first_view(self) -> list[Any]:
        """Return the panel as a page that has just been opened shows it; asks the endpoints for their models."""
        offers, problem = self._offered.offers()
        chosen = self._first_choice(offers)
        names = [offer.label for offer in offers]
        note = f'<p class="note">{attribute(hint)}</p>' if (hint := self._said(offers, chosen, problem)) else ""
        connect = self._connecting(chosen, offers)
        return [note, gr.Dropdown([QUOTES, *names], value=chosen), gr.Accordion(label=_label(chosen)), connect]

    def _named(self, event: gr.EventData) -> str:
        """Return the model whose button was pressed."""
        return told(event, "model")

    def _look(self) -> Iterator[list[Any]]:
        """Yield a line that says what is done, then the panel with what was found."""
        yield [gr.skip()] * 3 + [_LOOKING]
        self._offered.look_again()
        found = self.first_view()
        if not self._offered.has_any:
            gr.Info("No model answers on this machine.")
        yield found

    def _connect_at(self, event: gr.EventData) -> Iterator[list[Any]]:
        """Yield a line that says what is done, then the panel with the models of an address of this machine."""
        before = len(self._offered.offers()[0])
        found = [gr.skip()] * 4
        with warned():
            self._offered.look_at(told(event, "address").strip())
            yield [gr.skip()] * 3 + [_LOOKING]
            found = self.first_view()
            if len(self._offered.offers()[0]) == before:
                gr.Warning("No model answers at this address.")
        yield found

    def _connecting(self, chosen: str, offers: Sequence[Offer]) -> str:
        """Return the line of the first view by which a model is connected; nothing where an endpoint is set."""
        near = [offer.label for offer in offers if not offer.is_set]
        return connect_html(near, is_connected=chosen != QUOTES or self._settings.has_endpoint)

    def introduced(self, model: str | None) -> str:
        """Return what is known of the model that answers, as a line of HTML; nothing for quotes."""
        from rag.read.choice import introduced

        offer = self._offered.find(model) if model and model != QUOTES else None
        if offer is None:
            return ""
        try:
            told = introduced(self._endpoints.of(offer.settings), offer.settings)
        except AbstractQAError as exc:
            told = str(exc)
        return f'<p class="small">{attribute(f"{offer.settings.model}: {told}.")}</p>' if told else ""

    def _changed(self, model: str | None) -> list[Any]:
        connect = self._connecting(model or QUOTES, self._offered.offers()[0])
        return [gr.Accordion(label=_label(model or "…")), self.introduced(model), connect]

    def _said(self, offers: Sequence[Offer], chosen: str, problem: str) -> str:
        """Return the hint above the choice: how to connect a model, or which can be chosen."""
        own, near = [o for o in offers if o.is_set], [o for o in offers if not o.is_set]
        if problem or self._settings.extractive:
            return problem
        if len(own) > 1 and chosen == QUOTES:
            return f"The endpoint offers {len(own)} models. Choose one, or answers stay quotes."
        if near and not self._settings.has_endpoint:
            models = "A model answers" if len(near) == 1 else f"{len(near)} models answer"
            return f"{models} on this machine. Choose one to connect it, or answers stay quotes."
        return ""

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
        """Return the settings of the model that checks: the one that answers, else the one that is set, else the only.

        UsageError where there are several to choose from.
        """
        chosen = self._chosen(model, None)
        if not chosen.extractive or self._settings.has_endpoint:
            return replace(chosen, extractive=False)
        offers = self._offered.offers()[0]
        if len(offers) != 1:
            raise UsageError("Choose the model that is to check under “Reader”.")
        return offers[0].settings

    def _first_choice(self, offers: Sequence[Offer]) -> str:
        """Return the model that is set, else its endpoint's only one; any other is for a person to choose."""
        own = [offer.label for offer in offers if offer.is_set]
        if self._settings.extractive or not own:
            return QUOTES
        return own[0] if self._settings.model or len(own) == 1 else QUOTES

    def _chosen(self, model: str | None, budget: float | None) -> Settings:
        """Return the settings of a model; of the first choice where the endpoint has not told its models yet."""
        tokens = min(max(int(budget or self._settings.budget), _LEAST), _MOST)
        if not model:
            model = self._first_choice(self._offered.offers()[0])
        if model == QUOTES:
            return replace(self._settings, extractive=True, budget=tokens)
        offer = self._offered.find(model)
        if offer is None:
            raise UsageError(f"No model named {model!r} is offered. Choose another under “Reader”.")
        return replace(offer.settings, budget=tokens)


def _label(name: str) -> str:
    return f"Reader: {name}"


def _date(text: str | None) -> str | None:
    """Return an ISO date of any precision, or None for an empty field; UsageError for anything else."""
    date = (text or "").strip()
    if not _DATE.fullmatch(date):
        raise UsageError(f"“{date}” is no date that can be searched for. Write 2025, 2025-08 or 2025-08-22.")
    return date or None
